#include "spec/policy_yaml.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/policy_parts.h"
#include "spec/suggestion.h"
#include "spec/yaml_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr YamlLimits kLimits{kLargestPolicyText, kDeepestPolicyText, kMostPolicyNodes};

std::string TextOf(const json& object, const char* field) {
  if (!object.is_object()) return "";
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// A RolloutPolicy, or something that was probably meant to be one.
bool IsMeantAsPolicy(const json& document) {
  if (!document.is_object()) return false;
  const std::string kind = TextOf(document, "kind");
  return kind.empty() || Suggest(kind, {"RolloutPolicy"}) ||
         TextOf(document, "apiVersion").starts_with("slogate.dev/");
}

void SortAndName(std::vector<Mistake>& mistakes, const std::string& file) {
  for (Mistake& mistake : mistakes) mistake.file = file;
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
}

ParsedPolicy ParseDocument(const YamlDocument& document, const std::string& file) {
  ParsedPolicy parsed;
  parsed.line = document.start.line;
  core::Policy policy = ReadPolicy(document.value, parsed.mistakes);
  for (Mistake& mistake : parsed.mistakes) {
    const Position position = Locate(document, mistake.field);
    mistake.line = position.line;
    mistake.column = position.column;
  }
  parsed.mistakes.insert(parsed.mistakes.end(), document.mistakes.begin(), document.mistakes.end());
  SortAndName(parsed.mistakes, file);
  const auto metadata = document.value.find("metadata");
  if (metadata != document.value.end()) {
    parsed.name = TextOf(*metadata, "name");
    parsed.ns = TextOf(*metadata, "namespace");
  }
  if (parsed.mistakes.empty()) parsed.policy = std::move(policy);
  return parsed;
}

ParsedPolicy Refused(Mistake mistake, const std::string& file) {
  ParsedPolicy parsed;
  mistake.file = file;
  parsed.line = mistake.line;
  parsed.mistakes.push_back(std::move(mistake));
  return parsed;
}

}  // namespace

std::vector<ParsedPolicy> ParsePolicyDocuments(std::string_view text, const std::string& file) {
  const YamlText yaml = ReadYaml(text, kLimits);
  std::vector<ParsedPolicy> policies;
  for (const YamlDocument& document : yaml.documents) {
    if (IsMeantAsPolicy(document.value)) policies.push_back(ParseDocument(document, file));
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

ParsedPolicy ParsePolicyYaml(std::string_view text, const std::string& file) {
  std::vector<ParsedPolicy> policies = ParsePolicyDocuments(text, file);
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
