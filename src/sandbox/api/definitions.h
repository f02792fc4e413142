// CustomResourceDefinitions, and the kinds that come of them.
#pragma once

#include <nlohmann/json.hpp>

#include "sandbox/api/refusal.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

// The qualified plural of the kind of definitions itself.
inline constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";

// The kind that a CustomResourceDefinition of version v1 defines. `definitions` is the type of the
// definition itself. 422 with the field that is missing or wrong.
Answered<ResourceType> TypeOfDefinition(const ResourceType& definitions,
                                        const nlohmann::json& definition);

// Fills in the defaults of a definition.
void CompleteDefinition(nlohmann::json& definition);

// The status of a definition whose kind is served.
nlohmann::json EstablishedStatus(const nlohmann::json& definition, core::TimePoint now);

}  // namespace slogate::sandbox
