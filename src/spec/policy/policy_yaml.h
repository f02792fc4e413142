// Policies as people write them: YAML text, with every mistake found named by line and field.
//
// The text is untrusted. Size, depth and the number of nodes are limited; no exception leaves
// these functions. Pure; callable from any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/result.h"
#include "spec/slo/slo_import.h"
#include "spec/text/mistake.h"

namespace slogate::spec {

// Policies as the cluster stores them.

// The policy in a RolloutPolicy object. kInvalidArgument when it is unsound: the message names the
// first mistakes, each with its field and the fix. Defaults are filled in, so that an object the
// API server has not defaulted gives the same policy. Never throws; pure; any thread.
// `find_slo`: as ReadPolicy has it.
ports::Result<core::Policy> PolicyFromJson(const nlohmann::json& policy_object,
                                           const SloLookup& find_slo = {});

// The first mistakes in one line, for a status or a log.
std::string MessageOf(const std::vector<Mistake>& mistakes);

// One RolloutPolicy document. `policy` is present exactly when `mistakes` is empty.
struct ParsedPolicy {
  std::optional<core::Policy> policy;
  std::string name;
  std::string ns;   // empty: not given
  std::string slo;  // the ServiceLevelObjective that it refers to; empty: none
  int line = 0;     // where the document begins
  std::vector<Mistake> mistakes;
  std::vector<Mistake> remarks;  // what it leaves out of its own accord: budgets
};

struct YamlDocument;

// One document that is meant as a RolloutPolicy.
ParsedPolicy ParsePolicyDocument(const YamlDocument& document, const std::string& file,
                                 const SloLookup& find_slo = {});

// Every RolloutPolicy in a file of one or more documents, in order; documents of other kinds are
// passed over. Never empty: text that is not YAML, or without a RolloutPolicy, gives one entry
// that says so. `file` is only repeated in the mistakes. A ServiceLevelObjective that a policy
// refers to is looked for in the text, then by `find_slo`.
std::vector<ParsedPolicy> ParsePolicyDocuments(std::string_view text, const std::string& file,
                                               const SloLookup& find_slo = {});

// The only RolloutPolicy in a file; several are a mistake.
ParsedPolicy ParsePolicyYaml(std::string_view text, const std::string& file,
                             const SloLookup& find_slo = {});

}  // namespace slogate::spec
