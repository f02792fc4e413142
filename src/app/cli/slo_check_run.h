// `gate check` on objectives, or on several things at once: asks, waits, reports.
#pragma once

#include <string>
#include <vector>

#include "app/cli/adapters.h"
#include "app/cli/exit_code.h"
#include "app/cli/slo_check.h"
#include "app/cli/slo_check_flags.h"
#include "app/cli/slo_check_report.h"
#include "app/cli/streams.h"

namespace slogate::app {

struct SloCheckRun {
  std::vector<SloToCheck> slos;
  std::vector<PolicyToCheck> policies;
  SloCheckSettings settings;
  std::optional<core::TimePoint> at;  // absent: now, at each look
  std::string format = "table";
};

// The report goes to standard output, everything else to standard error.
ExitCode RunSloCheck(const SloCheckRun& run, const Adapters& adapters, Streams streams);

// Where the checkout is, as the runners of GitHub and GitLab tell.
ReportPlace PlaceOf(const Adapters& adapters, bool explain);

}  // namespace slogate::app
