// What the process tells its caller. Part of the product's interface: never renumber.
#pragma once

namespace slogate::app {

enum class ExitCode {
  kPass = 0,
  kFail = 1,
  kUsage = 2,         // usage, configuration, or an unsound policy
  kInconclusive = 3,  // inconclusive or no data
  kSource = 4,        // the metrics source is unavailable
};

}  // namespace slogate::app
