// Which pods a selector means.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::adapters::kubernetes {

// Whether `labels` have every pair of `selector`. An empty one, as of a Service without selector,
// selects nothing.
bool SelectsLabels(const nlohmann::json& selector, const nlohmann::json& labels);

// The pairs as text, such as app=shop,tier=web.
std::string PairsText(const nlohmann::json& labels);

// A Deployment's selector in the form of a labelSelector query, not yet encoded; empty when it
// selects nothing this can say.
std::string SelectorText(const nlohmann::json& deployment);

// In the affinity and topology spread constraints of a template: label `key` is asked to have value
// `to` where it was asked to have `from`.
void MapPodSelectors(nlohmann::json& pod_template, const std::string& key, const std::string& from,
                     const std::string& to);

}  // namespace slogate::adapters::kubernetes
