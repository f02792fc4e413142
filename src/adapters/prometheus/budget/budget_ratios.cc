#include <algorithm>
#include <cmath>
#include <string>

#include "adapters/prometheus/budget/budget_grid.h"
#include "adapters/prometheus/budget/budget_parts.h"
#include "adapters/prometheus/budget/budget_recorded.h"
#include "promql/writer.h"
#include "spec/slo/recorded_names.h"
#include "spec/slo/sli_promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// How finely it is looked when rules began.
constexpr int kChecks = 60;

bool IsRolling(const core::BudgetPlan& plan) { return plan.at - plan.first == plan.period; }

core::WindowCounts RatioOf(const Span& span, double ratio) {
  core::WindowCounts counts{span.end, span.length, {}, {}, CountProblem::kNone};
  if (std::isnan(ratio)) {
    counts.problem = CountProblem::kNotANumber;
  } else if (std::isinf(ratio)) {
    counts.problem = CountProblem::kInfinite;
  } else if (ratio < -0.01 || ratio > 1.01) {
    counts.problem = CountProblem::kInconsistent;
  } else {
    counts.bad_ratio = std::clamp(ratio, 0.0, 1.0);
  }
  return counts;
}

core::WindowCounts RatioOf(const Span& span, const Reply& reply, const std::string& tag) {
  core::WindowCounts counts{span.end, span.length, {}, {}, CountProblem::kNoSeries};
  for (const auto& [labels, samples] : reply.series) {
    if (ValueOf(labels, kTag) != tag || samples.empty()) continue;
    if (counts.problem != CountProblem::kNoSeries) {
      counts.bad_ratio.reset();
      counts.problem = CountProblem::kSeveralSeries;
      return counts;
    }
    counts = RatioOf(span, samples.front().value);
  }
  return counts;
}

bool AddWindows(const core::BudgetPlan& plan, const Ratios& ratios, core::BudgetSeries& series) {
  for (const core::Duration length : plan.windows) {
    const auto found = ratios.find(length);
    if (found == ratios.end()) return false;
    series.windows.push_back(RatioOf({plan.at, length}, found->second));
  }
  return true;
}

}  // namespace

std::optional<core::BudgetSeries> SeriesOfRatios(const core::BudgetPlan& plan,
                                                 const Ratios& ratios) {
  const auto whole = ratios.find(plan.period);
  if (!IsRolling(plan) || whole == ratios.end()) return std::nullopt;
  core::BudgetSeries series;
  series.chunks.push_back(RatioOf(Span{plan.at, plan.period}, whole->second));
  // A mean of ratios is spoilt for the whole window by one that is not a number.
  if (series.chunks.front().problem != CountProblem::kNone) return std::nullopt;
  if (!AddWindows(plan, ratios, series)) return std::nullopt;
  return series;
}

std::optional<core::BudgetSeries> SeriesOfPyrra(const core::BudgetPlan& plan,
                                                const Recorded& recorded) {
  if (!IsRolling(plan) || !recorded.pyrra_counts) return std::nullopt;
  core::BudgetSeries series;
  series.chunks.push_back({plan.at, plan.period, *recorded.pyrra_counts, {}, CountProblem::kNone});
  for (const core::Duration length : plan.windows) {
    series.windows.push_back({plan.at, length, {}, {}, CountProblem::kNoSeries});
    const auto found = recorded.pyrra.find(length);
    if (found == recorded.pyrra.end()) continue;
    const core::WindowCounts counts = RatioOf({plan.at, length}, found->second);
    if (counts.problem == CountProblem::kNone) series.windows.back() = counts;
  }
  return series;
}

void BeginAt(core::TimePoint since, const core::BudgetPlan& plan, core::BudgetSeries& series) {
  if (since <= plan.first || since >= plan.at || series.chunks.size() != 1) return;
  series.chunks.front().length = plan.at - since;
  series.chunks.insert(series.chunks.begin(),
                       {since, since - plan.first, {}, {}, CountProblem::kNoSeries});
}

void FillFrom(const Ratios& ratios, const core::BudgetPlan& plan, core::BudgetSeries& series) {
  for (std::size_t i = 0; i < series.windows.size(); ++i) {
    const auto found = ratios.find(plan.windows[i]);
    if (series.windows[i].problem != CountProblem::kNoSeries || found == ratios.end()) continue;
    series.windows[i] = RatioOf(Span{plan.at, plan.windows[i]}, found->second);
  }
}

Answered<core::TimePoint> FirstSeen(BudgetQuestions& questions, const core::BudgetPlan& plan,
                                    const std::function<std::string(core::Duration)>& seen_in) {
  const core::Duration step = std::max(plan.chunk, (plan.at - plan.first) / kChecks);
  const std::string query = seen_in(step);
  // Most often they have been all the time: one check at the beginning tells.
  const auto begin = questions.Instant(query, plan.first + step);
  if (!begin) return tl::unexpected(begin.error());
  if (!begin->series.empty()) return plan.first;
  const auto reply = questions.Range(query, plan.first + step, plan.at, step);
  if (!reply) return tl::unexpected(reply.error());
  core::TimePoint since = plan.at;
  for (const auto& [labels, samples] : reply->series) {
    if (!samples.empty()) since = std::min(since, samples.front().at - step);
  }
  return since;
}

Answered<core::TimePoint> SlothSince(BudgetQuestions& questions, const core::BudgetPlan& plan) {
  const std::string recorded = RecordedSelector("__name__=" + promql::Quote(spec::RatioName("5m")),
                                                plan.service, plan.objective);
  return FirstSeen(questions, plan, [&](core::Duration step) {
    return "count(last_over_time(" + recorded + "[" + promql::DurationText(step) + "]))";
  });
}

Answered<core::BudgetSeries> AskForRatios(BudgetQuestions& questions,
                                          const core::BudgetPlan& plan) {
  std::vector<Span> spans = {{plan.at, plan.at - plan.first}};
  for (const core::Duration length : plan.windows) spans.push_back({plan.at, length});
  std::string query;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::string window = promql::DurationText(spans[i].length);
    query += (i == 0 ? "" : " or ") +
             Tagged(spec::PromqlOf(plan.indicator, window).ratio, "r" + std::to_string(i));
  }
  const auto reply = questions.Instant(query, plan.at);
  if (!reply) {
    return tl::unexpected(BudgetQuestions::IsTooMuch(reply.error())
                              ? BudgetQuestions::TooLarge(reply.error())
                              : reply.error());
  }
  core::BudgetSeries series;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto counts = RatioOf(spans[i], *reply, "r" + std::to_string(i));
    (i == 0 ? series.chunks : series.windows).push_back(counts);
  }
  if (!IsRolling(plan) || series.chunks.front().problem != CountProblem::kNone) return series;
  const auto since = FirstSeen(questions, plan, [&](core::Duration step) {
    return spec::PromqlOf(plan.indicator, promql::DurationText(step)).ratio;
  });
  if (!since) return tl::unexpected(since.error());
  BeginAt(*since, plan, series);
  return series;
}

}  // namespace slogate::adapters::prometheus
