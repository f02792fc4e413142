// What the process tells its caller. Part of the product's interface: never renumber.
#pragma once

namespace slogate::app {

enum class ExitCode {
  kPass = 0,
  kFail = 1,           // worse, rolled back, or an act that was refused
  kUsage = 2,          // usage, configuration, an unsound policy, or none of that name
  kInconclusive = 3,   // inconclusive, no data, or not at its end yet
  kSource = 4,         // the metrics source or the cluster is unavailable
  kNeedsPerson = 5,    // nothing goes on until a person acts
  kInterrupted = 130,  // by Ctrl-C or SIGTERM, before there was a result
};

}  // namespace slogate::app
