// Looking again until a change may go out.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/check/slo_check.h"
#include "app/cli/check/slo_check_flags.h"
#include "app/cli/check/slo_check_report.h"
#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/exit_code.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct WaitTerms {
  core::Duration longest{0};
  core::Duration every{0};
};

// The first look that passes, or the one at the end of the time. Looks come less often while the
// source fails, at most every five minutes. Each look that does not pass is reported on `progress`:
// a line each, or one line that changes where that is a terminal. std::nullopt: the person ended
// it; a check that is under way then ends the process with code 130.
std::optional<SloCheck> CheckUntilPass(const WaitTerms& terms,
                                       const std::function<SloCheck(core::TimePoint)>& context,
                                       const Adapters& adapters, std::ostream& progress);

// `gate check` on objectives, or on several things at once: asks, waits, reports.

struct SloCheckRun {
  std::vector<SloToCheck> slos;
  std::vector<PolicyToCheck> policies;
  SloCheckSettings settings;
  std::optional<core::TimePoint> at;  // absent: now, at each check
  std::string format = "table";
};

// The report goes to standard output, everything else to standard error.
ExitCode RunSloCheck(const SloCheckRun& run, const Adapters& adapters, Streams streams);

// Where the checkout is, as the runners of GitHub and GitLab tell.
ReportPlace PlaceOf(const Adapters& adapters, bool explain);

}  // namespace slogate::app
