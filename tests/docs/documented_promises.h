// Objectives that pages show, whole or in part.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::testing {

// A ServiceLevelObjective of ours, or a file in Sloth's or OpenSLO's form.
bool IsPromise(const nlohmann::json& value);

// Fails the test where a promise, or a policy beside it, is not sound.
void ExpectSoundPromise(const std::string& text, const std::string& place);

// A part of spec, such as the gate alone, is put into a promise that is sound without it.
void ExpectSoundPromisePart(const nlohmann::json& part, const std::string& place);

}  // namespace slogate::testing
