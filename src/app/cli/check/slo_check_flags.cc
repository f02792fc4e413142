#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "app/cli/check/slo_check_run.h"
#include "app/cli/frame/command.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kLongestWait = 24h;
constexpr core::Duration kLongestEvery = 1h;
constexpr int kMaxJobs = 64;

constexpr double kMinLeft = -1000;
constexpr double kMaxLeft = 100;

// "25", "25%" or "25 %". What checks like a share of one has to say that it is none.
std::optional<double> ParsePercent(std::string text) {
  const bool marked = text.ends_with('%');
  if (marked) text.pop_back();
  while (marked && text.ends_with(' ')) text.pop_back();
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (!marked && number > 0 && number < 1) return std::nullopt;
  return number >= kMinLeft && number <= kMaxLeft ? std::optional<double>(number) : std::nullopt;
}

std::string ReadShareLeft(const std::string& flag, const std::string& text,
                          std::optional<double>& share) {
  if (text.empty()) return "";
  const std::optional<double> percent = ParsePercent(text);
  if (!percent) {
    return flag + " " + text + ": give percent of the budget left, from -1000 to 100, such as 10";
  }
  share = *percent / 100;
  return "";
}

std::string ReadTime(const std::string& flag, const std::string& text, core::Duration longest,
                     core::Duration& time) {
  const std::optional<core::Duration> read = spec::ParseDuration(text);
  if (!read || *read < 1s || *read > longest) {
    return flag + " " + text + ": give a length of time from 1s to " + spec::ToText(longest) +
           ", such as 10m";
  }
  time = *read;
  return "";
}

std::string ReadReports(const std::vector<std::string>& texts, SloCheckSettings& settings) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string format = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size() || format == "github" ||
        std::find(kCheckFormats.begin(), kCheckFormats.end(), format) == kCheckFormats.end()) {
      return "--report " + text +
             ": give FORMAT=FILE, such as junit=gate.xml; formats are table, json, junit, gitlab "
             "and markdown";
    }
    settings.reports.emplace_back(format, text.substr(equals + 1));
  }
  return "";
}

}  // namespace

void DeclareSloCheck(CLI::App& parser, SloCheckFlags& flags) {
  AddChoice(parser, "--priority", flags.priority, "How much the change matters", "PRIORITY",
            {"Low", "Normal", "High", "Emergency"});
  AddText(parser, "--wait", flags.wait, "Check again until the change may go out, so long at most",
          "TIME");
  AddText(parser, "--every", flags.every, "Between two checks of --wait", "TIME");
  parser.add_flag("--explain", flags.explain,
                  "Show each query with its answer, and each number with its formula");
  parser
      .add_option("--report", flags.reports,
                  "Write the same report to a file as well, such as junit=gate.xml")
      ->type_name("FORMAT=FILE");
  AddText(parser, "--block-below", flags.block_below,
          "Block when so much of a budget or less is left, whatever the file says", "PERCENT");
  AddText(parser, "--warn-below", flags.warn_below, "The same for a warning", "PERCENT");
  AddChoice(parser, "--on-burn", flags.on_burn,
            "What a budget does that burns fast enough to page a person", "ACTION",
            {"Allow", "Warn", "Block"});
  parser.add_flag("--allow-no-data", flags.allow_no_data, "Objectives without data pass");
  AddChoice(parser, "--fail-on", flags.fail_on, "block, or warn as well", "WORD",
            {"block", "warn"});
  parser.add_option("--jobs", flags.jobs, "Objectives that are read at once")
      ->capture_default_str()
      ->type_name("NUMBER");
}

std::string SettingsFrom(const SloCheckFlags& flags, SloCheckSettings& settings) {
  settings.priority = core::FromString<core::ChangePriority>(flags.priority)
                          .value_or(core::ChangePriority::kNormal);
  settings.explain = flags.explain;
  settings.strict = flags.fail_on == "warn";
  settings.jobs = static_cast<std::size_t>(flags.jobs);
  settings.allow_no_data = flags.allow_no_data;
  if (!flags.on_burn.empty()) settings.on_burn = core::FromString<core::GateAction>(flags.on_burn);
  if (flags.jobs < 1 || flags.jobs > kMaxJobs) {
    return "--jobs " + std::to_string(flags.jobs) + ": give a number from 1 to " +
           std::to_string(kMaxJobs);
  }
  std::string problem = ReadShareLeft("--block-below", flags.block_below, settings.block_below);
  if (problem.empty()) {
    problem = ReadShareLeft("--warn-below", flags.warn_below, settings.warn_below);
  }
  if (problem.empty()) problem = ReadTime("--every", flags.every, kLongestEvery, settings.every);
  if (problem.empty() && !flags.wait.empty()) {
    problem = ReadTime("--wait", flags.wait, kLongestWait, settings.wait.emplace());
  }
  return problem.empty() ? ReadReports(flags.reports, settings) : problem;
}

void Override(const SloCheckSettings& settings, core::DeployGate& gate) {
  for (core::BudgetFloor& floor : gate.floors) {
    if (settings.block_below) floor.block = settings.block_below;
    if (settings.warn_below) floor.warn = settings.warn_below;
  }
  if (settings.on_burn) gate.on_page_burn = *settings.on_burn;
  if (settings.allow_no_data) gate.on_no_data = core::GateAction::kAllow;
}

}  // namespace slogate::app
