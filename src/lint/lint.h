// What is sound and still unwise: the pitfalls of objectives, found in the text alone and, with
// what a Prometheus has, in live data.
//
// Pure; callable from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slogate/core/slo.h"

namespace slogate::lint {

// kError: the objective measures something else than it says, or can never work. kWarning: it
// works, and somebody will be surprised.
enum class Level { kWarning, kError };

struct Finding {
  Level level = Level::kWarning;
  std::string code;     // such as "polarity"; documented in docs/reference/lint.md
  std::string field;    // such as spec.objectives[1].indicator
  std::string message;  // what is wrong
  std::string mend;     // what to do about it; with the corrected text where there is one

  friend bool operator==(const Finding&, const Finding&) = default;
};

// In the order of the objectives.
std::vector<Finding> Lint(const core::ServiceLevelObjective& slo);

}  // namespace slogate::lint
