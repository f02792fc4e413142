// Whether one Service sends to the pods of both arms. Pure; the objects are not trusted.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::adapters::traffic {

// Why `service` does not select the pods of a template with `labels`, such as "selects app=shop,
// which they do not have"; empty when it selects them.
std::string WhyNotSelected(const nlohmann::json& service, const nlohmann::json& labels);

// The labels of the Deployment's pods; null when it has none.
const nlohmann::json& PodLabels(const nlohmann::json& deployment);

// The labels that pods of the twin of `deployment` will have; null when it cannot have a twin.
nlohmann::json TwinLabels(const nlohmann::json& deployment);

}  // namespace slogate::adapters::traffic
