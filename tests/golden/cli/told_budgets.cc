#include "golden/cli/told_budgets.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "slogate/core/rollout_state.h"
#include "slogate/core/words.h"
#include "spec/duration_text.h"

namespace slogate::testing {
namespace {

template <typename Enum>
Enum WordOf(const std::string& word) {
  const std::optional<Enum> value = core::FromString<Enum>(word);
  if (!value) throw std::runtime_error("budget: what is " + word + "?");
  return *value;
}

}  // namespace

void ToldBudgets::Tell(const std::string& line) {
  std::istringstream words(line);
  std::string objective;
  words >> objective;
  Told& told = told_[objective];
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (name == "bad") {
      told.bad = std::stod(value);
    } else if (name == "recent") {
      told.recent = std::stod(value);
    } else if (name == "events") {
      told.events = std::stod(value);
    } else if (name == "young") {
      told.young = spec::ParseDuration(value).value();
    } else if (name == "gap") {
      told.gap = spec::ParseDuration(value).value();
    } else if (name == "cohort") {
      const std::size_t colon = value.find(':');
      told.cohorts[value.substr(0, colon)] = std::stod(value.substr(colon + 1));
    } else if (name == "from") {
      told.origin = WordOf<core::BudgetOrigin>(value);
    } else if (name == "fails") {
      told.source = WordOf<core::SourceProblem>(value);
      std::getline(words >> std::ws, told.message);
    } else {
      throw std::runtime_error("budget: what is " + word + "?");
    }
  }
}

core::BudgetSeries ToldBudgets::SeriesOf(const Told& told, const core::BudgetPlan& plan) {
  core::BudgetSeries series;
  const core::Duration whole = plan.at - plan.first;
  const double share = static_cast<double>(plan.piece.count()) / static_cast<double>(whole.count());
  for (core::TimePoint begin = plan.first; begin < plan.at; begin += plan.piece) {
    core::WindowCounts piece;
    piece.end = std::min(begin + plan.piece, plan.at);
    piece.length = piece.end - begin;
    const core::Duration age = plan.at - begin;
    const bool unborn = told.young.count() > 0 && age > told.young;
    const bool lost =
        told.gap.count() > 0 && age <= told.gap && age > told.gap - std::chrono::hours(24);
    if (unborn || lost) {
      piece.problem = core::CountProblem::kNoSeries;
    } else {
      piece.counts = {told.events * share, told.events * share * told.bad};
    }
    series.pieces.push_back(piece);
  }
  for (const core::Duration window : plan.windows) {
    core::WindowCounts counts;
    counts.end = plan.at;
    counts.length = window;
    const double events =
        told.events * static_cast<double>(window.count()) / static_cast<double>(whole.count());
    counts.counts = {events, events * told.recent};
    series.windows.push_back(counts);
  }
  return series;
}

core::BudgetReading ToldBudgets::ReadBudget(const std::string&,
                                            const ports::MetricsConnection& connection,
                                            const core::BudgetPlan& plan) {
  core::BudgetReading reading;
  const auto found = told_.find(plan.objective);
  if (found == told_.end()) return reading;
  const Told& told = found->second;
  reading.source = told.source;
  reading.message = told.message;
  reading.origin = told.origin;
  core::QueryTrace trace;
  trace.query = "events of " + plan.service + "/" + plan.objective + " at " + connection.address;
  trace.at = plan.at;
  trace.answer = std::to_string(static_cast<long>(told.events));
  trace.took = core::Duration(12);
  reading.trace = {trace};
  if (told.source != core::SourceProblem::kNone) return reading;
  reading.series.push_back(SeriesOf(told, plan));
  for (const auto& [cohort, bad] : told.cohorts) {
    Told one = told;
    one.bad = one.recent = bad;
    one.events = told.events / static_cast<double>(told.cohorts.size());
    reading.series.push_back(SeriesOf(one, plan));
    reading.series.back().cohort = cohort;
  }
  return reading;
}

void ToldBudgets::ForgetBudgets(const std::string&) {}

}  // namespace slogate::testing
