#include "golden/cli/reported_budgets.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "slogate/core/rollout_state.h"
#include "slogate/core/words.h"
#include "spec/text/units.h"

namespace slogate::testing {
namespace {

template <typename Enum>
Enum WordOf(const std::string& word) {
  const std::optional<Enum> value = core::FromString<Enum>(word);
  if (!value) throw std::runtime_error("budget: what is " + word + "?");
  return *value;
}

}  // namespace

void ReportedBudgets::Tell(const std::string& line) {
  std::istringstream words(line);
  std::string objective;
  words >> objective;
  Reported& reported = reported_[objective];
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (name == "bad") {
      reported.bad = std::stod(value);
    } else if (name == "recent") {
      reported.recent = std::stod(value);
    } else if (name == "events") {
      reported.events = std::stod(value);
    } else if (name == "young") {
      reported.young = spec::ParseDuration(value).value();
    } else if (name == "gap") {
      reported.gap = spec::ParseDuration(value).value();
    } else if (name == "cohort") {
      const std::size_t colon = value.find(':');
      reported.cohorts[value.substr(0, colon)] = std::stod(value.substr(colon + 1));
    } else if (name == "from") {
      reported.origin = WordOf<core::BudgetOrigin>(value);
    } else if (name == "fails") {
      reported.source = WordOf<core::SourceProblem>(value);
      std::getline(words >> std::ws, reported.message);
    } else {
      throw std::runtime_error("budget: what is " + word + "?");
    }
  }
}

core::BudgetSeries ReportedBudgets::SeriesOf(const Reported& reported,
                                             const core::BudgetPlan& plan) {
  core::BudgetSeries series;
  const core::Duration whole = plan.at - plan.first;
  const double share = static_cast<double>(plan.chunk.count()) / static_cast<double>(whole.count());
  for (core::TimePoint begin = plan.first; begin < plan.at; begin += plan.chunk) {
    core::WindowCounts chunk;
    chunk.end = std::min(begin + plan.chunk, plan.at);
    chunk.length = chunk.end - begin;
    const core::Duration age = plan.at - begin;
    const bool unborn = reported.young.count() > 0 && age > reported.young;
    const bool lost = reported.gap.count() > 0 && age <= reported.gap &&
                      age > reported.gap - std::chrono::hours(24);
    if (unborn || lost) {
      chunk.problem = core::CountProblem::kNoSeries;
    } else {
      chunk.counts = {reported.events * share, reported.events * share * reported.bad};
    }
    series.chunks.push_back(chunk);
  }
  for (const core::Duration window : plan.windows) {
    core::WindowCounts counts;
    counts.end = plan.at;
    counts.length = window;
    const double events =
        reported.events * static_cast<double>(window.count()) / static_cast<double>(whole.count());
    counts.counts = {events, events * reported.recent};
    series.windows.push_back(counts);
  }
  return series;
}

core::BudgetReading ReportedBudgets::ReadBudget(const std::string&,
                                                const ports::MetricsConnection& connection,
                                                const core::BudgetPlan& plan) {
  core::BudgetReading reading;
  const auto found = reported_.find(plan.objective);
  if (found == reported_.end()) return reading;
  const Reported& reported = found->second;
  reading.source = reported.source;
  reading.message = reported.message;
  reading.origin = reported.origin;
  core::QueryTrace trace;
  trace.query = "events of " + plan.service + "/" + plan.objective + " at " + connection.address;
  trace.at = plan.at;
  trace.answer = std::to_string(static_cast<long>(reported.events));
  trace.took = core::Duration(12);
  reading.trace = {trace};
  if (reported.source != core::SourceProblem::kNone) return reading;
  reading.series.push_back(SeriesOf(reported, plan));
  for (const auto& [cohort, bad] : reported.cohorts) {
    Reported one = reported;
    one.bad = one.recent = bad;
    one.events = reported.events / static_cast<double>(reported.cohorts.size());
    reading.series.push_back(SeriesOf(one, plan));
    reading.series.back().cohort = cohort;
  }
  return reading;
}

void ReportedBudgets::ForgetBudgets(const std::string&) {}

}  // namespace slogate::testing
