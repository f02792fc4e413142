#include "spec/policy_json.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "spec/policy_parts.h"
#include "spec/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMostNamed = 3;
constexpr std::size_t kLongestMessage = 1000;

}  // namespace

ports::Result<core::Policy> PolicyFromJson(const nlohmann::json& policy_object,
                                           const SloLookup& find_slo) {
  std::vector<Mistake> mistakes;
  core::Policy policy = ReadPolicy(policy_object, mistakes, find_slo);
  if (mistakes.empty()) return policy;
  return ports::Fail(ports::ErrorCode::kInvalidArgument, MessageOf(mistakes));
}

std::string MessageOf(const std::vector<Mistake>& mistakes) {
  std::string message;
  for (std::size_t i = 0; i < std::min(mistakes.size(), kMostNamed); ++i) {
    if (i > 0) message += ". ";
    message += ToString(mistakes[i]);
  }
  if (mistakes.size() > kMostNamed) {
    message += ". And " + std::to_string(mistakes.size() - kMostNamed) + " more";
  }
  return BoundedUtf8(message, kLongestMessage);
}

}  // namespace slogate::spec
