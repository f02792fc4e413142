#include "spec/policy/policy_yaml.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/mistake.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

// A RolloutPolicy, or something that was probably meant to be one.
bool IsMeantAsPolicy(const json& document) {
  if (!document.is_object()) return false;
  const std::string kind = TextIn(document, "kind");
  if (kind == "ServiceLevelObjective") return false;
  return kind.empty() || Suggest(kind, {"RolloutPolicy"}) ||
         TextIn(document, "apiVersion").starts_with("slogate.dev/");
}

// Looks in a text first, then elsewhere. The documents outlive the lookup.
SloLookup LookupIn(const std::vector<YamlDocument>& documents, const SloLookup& elsewhere) {
  return [&documents, &elsewhere](
             const std::string& name) -> tl::expected<core::ServiceLevelObjective, SloMissing> {
    for (const YamlDocument& document : documents) {
      if (TextIn(document.value, "kind") != "ServiceLevelObjective") continue;
      std::vector<Mistake> mistakes;
      core::ServiceLevelObjective slo = ReadSlo(document.value, mistakes);
      if (slo.name != name) continue;
      if (mistakes.empty()) return slo;
      return tl::unexpected(SloMissing{"'" + name + "' is unsound: " + ToString(mistakes.front()),
                                       "fix the ServiceLevelObjective"});
    }
    if (elsewhere) return elsewhere(name);
    return tl::unexpected(NotGiven(name));
  };
}

ParsedPolicy Refused(Mistake mistake, const std::string& file) {
  ParsedPolicy parsed;
  mistake.file = file;
  parsed.line = mistake.line;
  parsed.mistakes.push_back(std::move(mistake));
  return parsed;
}

}  // namespace

ParsedPolicy ParsePolicyDocument(const YamlDocument& document, const std::string& file,
                                 const SloLookup& find_slo) {
  ParsedPolicy parsed;
  parsed.line = document.start.line;
  core::Policy policy = ReadPolicy(document.value, parsed.mistakes, find_slo);
  parsed.slo = SloNameOf(document.value);
  PlaceMistakes(document, file, parsed.mistakes);
  SortMistakes(parsed.mistakes);
  const auto metadata = document.value.find("metadata");
  if (metadata != document.value.end()) {
    parsed.name = TextIn(*metadata, "name");
    parsed.ns = TextIn(*metadata, "namespace");
  }
  if (parsed.mistakes.empty()) parsed.policy = std::move(policy);
  return parsed;
}

std::vector<ParsedPolicy> ParsePolicyDocuments(std::string_view text, const std::string& file,
                                               const SloLookup& find_slo) {
  const YamlText yaml = ReadYaml(text);
  const SloLookup find = LookupIn(yaml.documents, find_slo);
  std::vector<ParsedPolicy> policies;
  for (const YamlDocument& document : yaml.documents) {
    if (IsMeantAsPolicy(document.value))
      policies.push_back(ParsePolicyDocument(document, file, find));
  }
  for (const Mistake& mistake : yaml.mistakes) policies.push_back(Refused(mistake, file));
  if (policies.empty()) {
    policies.push_back(Refused({"", 0, 0, "", "has no RolloutPolicy",
                                "begin with apiVersion: slogate.dev/v1alpha1 and "
                                "kind: RolloutPolicy"},
                               file));
  }
  return policies;
}

ParsedPolicy ParsePolicyYaml(std::string_view text, const std::string& file,
                             const SloLookup& find_slo) {
  std::vector<ParsedPolicy> policies = ParsePolicyDocuments(text, file, find_slo);
  if (policies.size() == 1) return std::move(policies.front());
  ParsedPolicy first = std::move(policies.front());
  first.policy.reset();
  for (std::size_t i = 1; i < policies.size(); ++i) {
    const bool broken = policies[i].name.empty() && !policies[i].mistakes.empty();
    if (broken) {
      first.mistakes.push_back(policies[i].mistakes.front());
      continue;
    }
    first.mistakes.push_back({file, policies[i].line, 1, "", "is a second RolloutPolicy",
                              "keep one policy in a file here"});
  }
  return first;
}

}  // namespace slogate::spec
