#include "app/cli/frame/slo_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <optional>

#include "app/cli/frame/command.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr std::chrono::hours kShortestPeriod(1);
constexpr std::chrono::hours kLongestPeriod(24 * 366);

std::optional<core::Duration> PeriodOf(const std::string& text) {
  const auto period = spec::ParseDuration(text);
  if (!period || *period < kShortestPeriod || *period > kLongestPeriod) return std::nullopt;
  return period;
}

std::string LabelProblem(const std::string& label) {
  const std::size_t equals = label.find('=');
  if (equals == std::string::npos || !spec::IsFreeLabel(label.substr(0, equals))) {
    return "--extra-labels " + label +
           ": give a label of Prometheus that rules do not keep for themselves, = and a value, "
           "such "
           "as team=search";
  }
  return "";
}

}  // namespace

void SloFlags::DeclarePeriod(CLI::App& parser) {
  AddText(parser, "--default-slo-period", period_,
          "Window of budgets of files that give none, such as Sloth's", "TIME");
}

void SloFlags::Declare(CLI::App& parser) {
  DeclarePeriod(parser);
  parser
      .add_option("--extra-labels", labels_,
                  "Label of every recorded series and alert, such as team=search")
      ->type_name("NAME=VALUE");
  parser.add_flag("--disable-alerts", no_alerts_, "Every alert of the files is switched off");
}

std::string SloFlags::Problem() const {
  if (!PeriodOf(period_)) {
    return "--default-slo-period " + period_ + ": give a length of time from 1h to 366d, such as " +
           "28d";
  }
  for (const std::string& label : labels_) {
    if (std::string problem = LabelProblem(label); !problem.empty()) return problem;
  }
  return "";
}

core::Duration SloFlags::Window() const {
  return PeriodOf(period_).value_or(spec::ReadTerms{}.default_window);
}

void SloFlags::Apply(std::vector<SloInput>& inputs) const {
  for (SloInput& input : inputs) {
    for (spec::ParsedSlo& parsed : input.parsed.slos) {
      if (parsed.slo) Apply(*parsed.slo);
    }
  }
}

void SloFlags::Apply(core::ServiceLevelObjective& slo) const {
  for (const std::string& label : labels_) {
    const std::size_t equals = label.find('=');
    const std::string name = label.substr(0, equals);
    const auto named = [&](const auto& one) { return one.first == name; };
    std::erase_if(slo.labels, named);
    for (core::SloObjective& objective : slo.objectives) std::erase_if(objective.labels, named);
    slo.labels.emplace_back(name, label.substr(equals + 1));
  }
  std::ranges::sort(slo.labels);
  if (!no_alerts_) return;
  for (core::SloObjective& objective : slo.objectives) {
    objective.alerting.page.enabled = false;
    objective.alerting.ticket.enabled = false;
  }
}

}  // namespace slogate::app
