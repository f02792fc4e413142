#include "adapters/prometheus/budget/budget_recorded.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <variant>

#include "adapters/prometheus/budget/budget_grid.h"
#include "promql/counted_series.h"
#include "promql/writer.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

using Op = core::LabelMatcher::Op;

constexpr core::Duration kWeek = std::chrono::hours(24 * 7);
constexpr core::Duration kYear = std::chrono::hours(24 * 365);

std::string Without(std::string metric, std::string_view ending) {
  if (metric.ends_with(ending)) metric.resize(metric.size() - ending.size());
  return metric;
}

std::string BurnBase(const std::string& metric) {
  return Without(Without(metric, "_total"), "_count");
}

std::string IncreaseBase(const std::string& metric) { return Without(BurnBase(metric), "_bucket"); }

// Years and weeks only where they are exact, all other units together.
std::string WindowText(core::Duration window) {
  if (window % kYear == core::Duration(0)) return std::to_string(window / kYear) + "y";
  if (window % kWeek == core::Duration(0)) return std::to_string(window / kWeek) + "w";
  return spec::ToText(window);
}

bool Names(const core::Selector& selector, std::string_view label) {
  return std::ranges::any_of(
      selector.matchers, [&](const core::LabelMatcher& matcher) { return matcher.name == label; });
}

// All events and those of a bucket are recorded under one name, apart by `le` alone.
core::Selector Increases(core::Selector counter, const core::BudgetPlan& plan) {
  if (!Names(counter, "le")) counter.matchers.push_back({"le", Op::kEqual, ""});
  counter.matchers.push_back({"slo", Op::kEqual, plan.objective});
  counter.metric = IncreaseBase(counter.metric) + ":increase" + WindowText(plan.period);
  return counter;
}

// Of the total's matchers only equalities are labels of a burn rate.
std::vector<core::LabelMatcher> Burns(const core::Selector& total, const core::BudgetPlan& plan) {
  const std::string name =
      promql::EscapeRegex(BurnBase(total.metric)) + std::string(kPyrraBurn) + ".+";
  std::vector<core::LabelMatcher> matchers = {{"__name__", Op::kMatch, name},
                                              {"slo", Op::kEqual, plan.objective}};
  std::ranges::copy_if(total.matchers, std::back_inserter(matchers),
                       [](const core::LabelMatcher& matcher) { return matcher.op == Op::kEqual; });
  return matchers;
}

std::string NewestSum(const core::Selector& selector, std::string_view range) {
  return "sum(last_over_time(" + promql::ToText(selector) + std::string(range) + "))";
}

using core::CountProblem;

// A bucket is recorded every five minutes; a little over two of them.
constexpr const char* kFresh = "[11m]";
constexpr const char* kExisting = "[1d]";
constexpr std::string_view kRatioPrefix = "slo:sli_error:ratio_rate";

std::string Query(const core::BudgetPlan& plan, const std::optional<PyrraSeries>& pyrra) {
  const std::string ours =
      "__name__=~" +
      promql::Quote(std::string(spec::kTotalBucket) + "|" + std::string(spec::kBadBucket) + "|" +
                    std::string(spec::kCohortTotalBucket) + "|" + std::string(kRatioPrefix) + ".+");
  const std::string newest =
      "__name__=~" + promql::Quote(std::string(spec::kTotalBucket) + "|" + spec::RatioName("5m"));
  // Other labels may have changed meanwhile, which makes no other objective.
  std::string query =
      "max by (__name__, " + std::string(spec::kSlothId) + ", " + std::string(spec::kCohortLabel) +
      ") (last_over_time(" + RecordedSelector(ours, plan.service, plan.objective) + kFresh +
      ")) or " +
      Tagged("count by (__name__) (last_over_time(" +
                 RecordedSelector(newest, plan.service, plan.objective) + kExisting + "))",
             "existing");
  if (pyrra) query += " or " + PyrraQuery(*pyrra, kFresh);
  return query;
}

// Sorts the answer's series out.
struct Findings {
  int total_buckets = 0;
  int bad_buckets = 0;
  bool cohort_buckets = false;
  bool existing = false;
  std::map<core::Duration, std::vector<double>> sloth;
  std::map<core::Duration, std::vector<double>> pyrra;
  std::optional<double> pyrra_total;
  std::optional<double> pyrra_part;

  void Add(const Labels& labels, double value);
};

void Findings::Add(const Labels& labels, double value) {
  const std::string& tag = ValueOf(labels, kTag);
  if (tag == "existing") existing = true;
  if (tag == kPyrraTotal) pyrra_total = value;
  if (tag == kPyrraPart) pyrra_part = value;
  if (!tag.empty()) return;
  const std::string_view name = ValueOf(labels, "__name__");
  if (name == spec::kTotalBucket) ++total_buckets;
  if (name == spec::kBadBucket) ++bad_buckets;
  if (name == spec::kCohortTotalBucket) cohort_buckets = true;
  const std::size_t burn = name.rfind(kPyrraBurn);
  if (name.starts_with(kRatioPrefix)) {
    const auto window = spec::ParseDuration(name.substr(kRatioPrefix.size()));
    if (window) sloth[*window].push_back(value);
  } else if (burn != std::string_view::npos) {
    const auto window = spec::ParseDuration(name.substr(burn + kPyrraBurn.size()));
    if (window) pyrra[*window].push_back(value);
  }
}

// One value each; several series where one was wanted are none.
std::map<core::Duration, double> OneEach(const std::map<core::Duration, std::vector<double>>& all,
                                         bool& several) {
  std::map<core::Duration, double> values;
  for (const auto& [window, found] : all) {
    if (found.size() == 1) values[window] = found.front();
    several = several || found.size() > 1;
  }
  return values;
}

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

std::optional<PyrraSeries> PyrraSeriesOf(const core::BudgetPlan& plan) {
  const auto* indicator = std::get_if<core::Indicator>(&plan.indicator);
  const bool counted =
      indicator != nullptr && (std::holds_alternative<core::CounterIndicator>(*indicator) ||
                               std::holds_alternative<core::HistogramIndicator>(*indicator));
  if (!counted) return std::nullopt;
  const promql::CountedSeries series = *promql::CountedSeriesOf(*indicator);
  return PyrraSeries{Increases(series.total, plan), Increases(series.part, plan), series.meaning,
                     Burns(series.total, plan)};
}

std::string PyrraQuery(const PyrraSeries& series, std::string_view range) {
  return Tagged(NewestSum(series.total, range), std::string(kPyrraTotal)) + " or " +
         Tagged(NewestSum(series.part, range), std::string(kPyrraPart)) + " or last_over_time({" +
         promql::ToText(series.burns) + "}" + std::string(range) + ")";
}

Answered<Recorded> FindRecorded(BudgetQuestions& questions, const core::BudgetPlan& plan) {
  Recorded recorded;
  if (plan.service.empty()) return recorded;
  const std::optional<PyrraSeries> pyrra = PyrraSeriesOf(plan);
  auto reply = questions.Instant(Query(plan, pyrra), plan.at);
  if (!reply && reply.error().problem == core::SourceProblem::kBadQuery) {
    questions.notes().Add("recorded series could not be searched", reply.error().message);
    return recorded;
  }
  if (!reply) return tl::unexpected(reply.error());
  Findings found;
  for (const auto& [labels, samples] : reply->series) {
    if (!samples.empty()) found.Add(labels, samples.front().value);
  }
  bool several = found.total_buckets > 1 || found.bad_buckets > 1;
  recorded.buckets = found.total_buckets == 1 && found.bad_buckets == 1 &&
                     (plan.cohort_label.empty() || found.cohort_buckets);
  recorded.sloth = OneEach(found.sloth, several);
  // A grouped objective of Pyrra's has a burn rate for each group, and none of all.
  bool grouped = false;
  recorded.pyrra = OneEach(found.pyrra, grouped);
  if (several) {
    questions.notes().Add("several recorded series of the objective where one was wanted");
  }
  if (found.existing && !recorded.buckets && recorded.sloth.empty() && !several) {
    questions.notes().Add(
        "recorded series of the objective are stale: their rules have not been evaluated for "
        "eleven minutes; they are not used");
  }
  if (pyrra && found.pyrra_total && found.pyrra_part) {
    const KeySums sums{found.pyrra_total, found.pyrra_part, {}, false, false};
    const auto counts = CountsOf({plan.at, plan.period}, &sums, pyrra->meaning);
    if (counts.problem == CountProblem::kNone) recorded.pyrra_counts = counts.counts;
  }
  return recorded;
}

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

core::Duration SeenStep(const core::BudgetPlan& plan) {
  constexpr int kChecks = 60;
  return std::max(plan.chunk, (plan.at - plan.first) / kChecks);
}

Answered<core::TimePoint> FirstSeen(BudgetQuestions& questions, const core::BudgetPlan& plan,
                                    const std::function<std::string(core::Duration)>& seen_in) {
  const core::Duration step = SeenStep(plan);
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
             Tagged(spec::RatioPromqlOf(plan.indicator, window), "r" + std::to_string(i));
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
    return spec::RatioPromqlOf(plan.indicator, promql::DurationText(step));
  });
  if (!since) return tl::unexpected(since.error());
  BeginAt(*since, plan, series);
  return series;
}

}  // namespace slogate::adapters::prometheus
