// Flags of `gate check` on objectives.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace CLI {
class App;
}

namespace slogate::app {

// Of --output; all but github may be files of --report, too.
inline constexpr std::array kCheckFormats = {"table",  "json",   "junit",
                                             "github", "gitlab", "markdown"};

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

}  // namespace slogate::app
