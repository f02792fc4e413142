// Any JSON as a stored status: it is unreadable, and a message names the field, or Decide can go on
// with it, whatever the policy has become, and what Decide makes of it can be stored and read
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "spec/status/status_json.h"
#include "support/status_decisions.h"

namespace {

void Require(bool holds, std::string_view otherwise) {
  if (holds) return;
  std::cerr << otherwise << "\n";
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const nlohmann::json status = nlohmann::json::parse(text, nullptr, false);
  if (status.is_discarded()) return 0;
  const auto state = slogate::spec::StateFromStatusJson(status);
  if (!state) {
    Require(state.error().message.starts_with("status"), state.error().message);
    return 0;
  }
  const std::string problem = slogate::tests::ProblemOfDecidingOn(*state);
  Require(problem.empty(), problem);
  return 0;
}
