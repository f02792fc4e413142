// `gate check` on objectives, or on several things at once: its flags, waiting, and its run.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/check/slo_check.h"
#include "app/cli/check/slo_check_report.h"
#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/exit_code.h"
#include "slogate/core/time.h"

namespace slogate::app {

// Of --output; all but github may be files of --report, too.
inline constexpr std::array kCheckFormats = {"table",  "json",   "junit",
                                             "github", "gitlab", "markdown"};

// Flags of gate check on objectives.
struct SloCheckFlags {
  std::string priority = "Normal";
  std::string wait;
  std::string every = "30s";
  bool explain = false;
  std::string block_below;
  std::string warn_below;
  std::string on_burn;
  bool allow_no_data = false;
  std::string fail_on = "block";
  int jobs = 8;
  std::vector<std::string> reports;  // FORMAT=FILE
};

void DeclareSloCheck(CLI::App& parser, SloCheckFlags& flags);

// What the flags come to, checked.
struct SloCheckSettings {
  core::ChangePriority priority = core::ChangePriority::kNormal;
  std::optional<core::Duration> wait;
  core::Duration every = std::chrono::seconds(30);
  bool explain = false;
  bool strict = false;
  std::size_t jobs = 8;
  std::optional<double> block_below;  // shares of the budget
  std::optional<double> warn_below;
  std::optional<core::GateAction> on_burn;
  bool allow_no_data = false;
  std::vector<std::pair<std::string, std::string>> reports;  // format, file
};

// Empty, or what is wrong and how to put it right.
std::string SettingsFrom(const SloCheckFlags& flags, SloCheckSettings& settings);

// The flags win over the file, for every priority.
void Override(const SloCheckSettings& settings, core::DeployGate& gate);

// Looking again until a change may go out.

struct WaitTerms {
  core::Duration longest{0};
  core::Duration every{0};
};

// The first look that passes, or the one at the end of the time. Looks come less often while the
// source fails, at most every five minutes. Each look that does not pass is reported on `progress`:
// a line each, or one line that changes where that is a terminal. std::nullopt: the person ended
// it; a check that is under way then ends the process with code 130.
std::optional<SloCheck> CheckUntilPass(const WaitTerms& terms,
                                       const std::function<SloCheck(core::TimePoint)>& check_at,
                                       const Adapters& adapters, std::ostream& progress);

// Asks, waits, reports.

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
