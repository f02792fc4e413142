// Objectives in the form of OpenSLO (openslo/v1): SLO, SLI, DataSource, AlertPolicy and
// AlertCondition, which name each other within one text. Pure.
#pragma once

#include <string>
#include <vector>

#include "spec/slo/slo_file.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

bool IsOpenSlo(const nlohmann::json& document);

// One for each SLO, in order; the other kinds are read where an SLO names them. Without any SLO
// one that says so.
std::vector<ParsedSlo> ParseOpenSlo(const std::vector<const YamlDocument*>& documents,
                                    const std::string& file);

}  // namespace slogate::spec
