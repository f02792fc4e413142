// Any text as a policy: a sound policy, or mistakes with words; and what was sound stays readable.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "spec/policy/policy_yaml.h"
#include "spec/status/status_json.h"

namespace {

using nlohmann::json;

void Require(bool holds) {
  if (!holds) std::abort();
}

void ReadAsText(std::string_view text) {
  for (const auto& parsed : slogate::spec::ParsePolicyDocuments(text, "policy.yaml")) {
    Require(parsed.policy.has_value() == parsed.mistakes.empty());
    for (const auto& mistake : parsed.mistakes) {
      Require(!mistake.message.empty() && !mistake.fix.empty());
      json(ToString(mistake)).dump();
    }
    if (!parsed.policy) continue;
    Require(!parsed.policy->objectives.empty() && !parsed.policy->steps.empty());
    Require(parsed.policy->steps.back().weight_percent <= 99);
  }
}

void ReadAsObject(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return;
  const auto policy = slogate::spec::PolicyFromJson(object);
  Require(policy.has_value() || !policy.error().message.empty());
  const auto state = slogate::spec::StateFromStatusJson(object);
  if (!state) return;
  // What has been read can be stored, and read again.
  const json status = slogate::spec::StatusToJson(*state, nullptr, 1, object, {});
  Require(slogate::spec::StateFromStatusJson(json::parse(status.dump())).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadAsText(text);
  ReadAsObject(text);
  return 0;
}
