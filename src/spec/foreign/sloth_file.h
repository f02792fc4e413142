// Objectives in the form of Sloth: files that begin with version: prometheus/v1, and the kind
// PrometheusServiceLevel (sloth.slok.dev/v1). Pure.
#pragma once

#include <string>

#include "spec/slo/slo_file.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

bool IsSloth(const nlohmann::json& document);

ParsedSlo ParseSloth(const YamlDocument& document, const std::string& file);

}  // namespace slogate::spec
