#include "adapters/prometheus/budget/budget_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "adapters/prometheus/evidence/same_target.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

std::string TextWith(core::Selector selector, const std::vector<core::LabelMatcher>& matchers) {
  selector.matchers.insert(selector.matchers.end(), matchers.begin(), matchers.end());
  return promql::ToText(selector);
}

// Whether every series of `inner` is one of `outer`, as far as their matchers show.
bool IsWithin(const core::Selector& inner, const core::Selector& outer) {
  return inner.metric == outer.metric &&
         std::ranges::all_of(outer.matchers, [&](const core::LabelMatcher& matcher) {
           return std::ranges::find(inner.matchers, matcher) != inner.matchers.end();
         });
}

using core::CountProblem;

// Sums of the two series are extrapolated apart, so bad events may exceed all by a trifle.
constexpr double kTolerance = 0.01;

void Put(std::optional<double>& place, double value, bool& several) {
  if (place) several = true;
  place = value;
}

bool IsNan(const std::optional<double>& value) { return value && std::isnan(*value); }

core::WindowCounts Problem(const Span& span, CountProblem problem) {
  return {span.end, span.length, {}, {}, problem};
}

using core::SourceProblem;
using Clock = std::chrono::steady_clock;

constexpr int kMaxHalvings = 3;
constexpr std::size_t kMaxTraces = 64;

bool Says(const SourceFailure& failure, std::string_view what) {
  return failure.message.find(what) != std::string::npos;
}

std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 10);
  return {text.data(), end.ptr};
}

std::string AnswerText(const Answered<Reply>& reply) {
  if (!reply) return reply.error().message;
  std::size_t values = 0;
  for (const auto& [labels, samples] : reply->series) values += samples.size();
  if (values == 0) return "nothing";
  if (values == 1) return NumberText(reply->series.front().second.front().value);
  return std::to_string(values) + " values in " + std::to_string(reply->series.size()) + " series";
}

}  // namespace

BudgetParts::BudgetParts(const core::Indicator& indicator,
                         const std::vector<core::LabelMatcher>& matchers,
                         const std::string& cohort_label, Increase increase)
    : increase_(increase), matchers_(matchers) {
  if (const auto series = promql::CountedSeriesOf(indicator)) {
    total_ = TextWith(series->total, matchers);
    part_ = TextWith(series->part, matchers);
    meaning_ = series->meaning;
    begins_.push_back(total_);
    // Counters of one histogram begin together, and those of one metric are among all of it.
    const bool among_all =
        meaning_ == promql::PartMeaning::kGoodKnown || IsWithin(series->part, series->total);
    if (!among_all) begins_.push_back(part_);
  } else if (const auto* promql = std::get_if<core::PromqlIndicator>(&indicator)) {
    // Its series are known to Prometheus alone: they are narrowed where it says {{.track}}.
    total_ = promql->total;
    part_ = promql->part;
    meaning_ = promql->part_is_good ? promql::PartMeaning::kGood : promql::PartMeaning::kBad;
    free_text_ = true;
    per_second_ = promql->per_second;
  }
  if (promql::IsLabelName(cohort_label)) cohort_label_ = cohort_label;
}

PartQueries BudgetParts::Over(core::Duration window, NotNumbers not_numbers) const {
  const std::string by = cohort_label_.empty() ? "" : " by (" + cohort_label_ + ")";
  PartQueries queries;
  queries.total = Sum(total_, window, not_numbers, by);
  queries.part = Sum(part_, window, not_numbers, by);
  queries.meaning = meaning_;
  if (not_numbers == NotNumbers::kLeaveOut) return queries;
  queries.begun = Begun(window);
  queries.doubled = Doubled();
  return queries;
}

PartQueries BudgetParts::ByTarget(core::Duration window,
                                  const std::set<std::string>& labels) const {
  std::string by = cohort_label_;
  for (const std::string& label : labels) {
    if (label != cohort_label_) by += (by.empty() ? "" : ", ") + promql::LabelText(label);
  }
  by = " by (" + by + ")";
  PartQueries queries;
  queries.total = Sum(total_, window, NotNumbers::kLeaveOut, by);
  queries.part = Sum(part_, window, NotNumbers::kLeaveOut, by);
  queries.meaning = meaning_;
  return queries;
}

// New ones; those that fell; those that were away for more than two of their job's scrapes.
std::string BudgetParts::Begun(core::Duration window) const {
  std::string any;
  for (const std::string& selector : begins_) {
    const std::string range = selector + "[" + promql::DurationText(window) + "]";
    const std::string count = "count_over_time(" + range + ")";
    if (!any.empty()) any += " or ";
    any += "(" + count + " unless count_over_time(" + selector + "[" +
           promql::DurationText(kLongestGap) + "] offset " + promql::DurationText(window) +
           ")) or resets(" + range + ") > 0 or " + count +
           " < on (job) group_left () (max by (job) (" + count + ") - 2)";
  }
  return any.empty() ? any : "count(" + any + ")";
}

// A pod is a process as far as its name and namespace tell, and elsewhere a job's instance.
std::string BudgetParts::Doubled() const {
  if (free_text_) return "";
  std::string target = "namespace, pod, job, instance";
  for (const std::string_view label : kServerLabels) target += ", " + std::string(label);
  return "count(count by (slogate_process) (label_replace(label_join(count by (" + target + ") (" +
         total_ +
         "), \"slogate_process\", \"|\", \"namespace\", \"pod\", \"job\", \"instance\"), "
         "\"slogate_process\", \"$1\", \"slogate_process\", \"([^|]*[|][^|]+)[|].*\")) > 1)";
}

std::string BudgetParts::Seen(core::Duration window) const {
  if (free_text_) return Sum(total_, window, NotNumbers::kLeaveOut, "");
  return "count(count_over_time(" + total_ + "[" + promql::DurationText(window) + "]))";
}

// VictoriaMetrics' increase() takes the first value of a series for events where it is small, and
// looks back for the sample before the window as far as it finds right. So it is asked for what
// lies between the samples of the window, and for what lies between its first and the one before.
std::string BudgetParts::Gained(const std::string& selector, core::Duration window) const {
  const std::string length = promql::DurationText(window);
  const std::string range = "(" + selector + "[" + length + "])";
  switch (increase_) {
    case Increase::kOfPrometheus:
      return "increase" + range;
    case Increase::kOfVictoriaMetrics: {
      const std::string first = "first_over_time" + range;
      const std::string before = "last_over_time(" + selector + "[" +
                                 promql::DurationText(kLongestGap) + "] offset " + length + ")";
      return "(increase_prometheus" + range + " or label_replace((" + first + " - " + before +
             " >= 0) or (" + first + " and " + before +
             "), \"slogate_before\", \"1\", \"\", \"\"))";
    }
  }
  return {};
}

std::string BudgetParts::Sum(const std::string& text, core::Duration window, NotNumbers not_numbers,
                             const std::string& by) const {
  std::string vector = free_text_
                           ? "(" + promql::Fill(text, promql::DurationText(window), matchers_) + ")"
                           : Gained(text, window);
  if (not_numbers == NotNumbers::kLeaveOut) vector += " >= 0";
  std::string sum = "sum" + by + "(" + vector + ")";
  if (!per_second_) return sum;
  // In whole milliseconds, since a window need not be whole seconds.
  return sum + " * " + std::to_string(window.count()) + " / 1000";
}

PartQueries BucketsOver(core::Duration window, const std::string& service,
                        const std::string& objective, const std::string& cohort_label) {
  // One millisecond less, since a range is closed on the left before Prometheus 3.
  const std::string range = "[" + promql::DurationText(window - core::Duration(1)) + "]";
  const bool cohorts = promql::IsLabelName(cohort_label);
  const auto over = [&](const std::string& function, std::string_view all,
                        std::string_view by_cohort) {
    const auto values = [&](std::string_view name) {
      return "(" + function + "(" +
             RecordedSelector("__name__=" + promql::Quote(name), service, objective) + range + "))";
    };
    const std::string sum = "sum" + values(all);
    if (!cohorts) return sum;
    const std::string label(spec::kCohortLabel);
    return "(" + sum + " or label_replace(sum by (" + label + ")" + values(by_cohort) + ", " +
           promql::Quote(cohort_label) + ", \"$1\", \"" + label + "\", \"(.*)\"))";
  };
  return {over("sum_over_time", spec::kTotalBucket, spec::kCohortTotalBucket),
          over("sum_over_time", spec::kBadBucket, spec::kCohortBadBucket),
          promql::PartMeaning::kBad,
          over("count_over_time", spec::kTotalBucket, spec::kCohortTotalBucket),
          "",
          "",
          true};
}

std::string RecordedSelector(const std::string& matchers, const std::string& service,
                             const std::string& objective) {
  return "{" + matchers + "," + std::string(spec::kSlothService) + "=" + promql::Quote(service) +
         "," + std::string(spec::kSlothSlo) + "=" + promql::Quote(objective) + "}";
}

std::string Tagged(const std::string& expression, const std::string& tag) {
  return "label_replace(" + expression + ", \"" + kTag + "\", \"" + tag + "\", \"\", \"\")";
}

std::string Together(const std::vector<PartQueries>& queries,
                     const std::vector<std::size_t>& windows) {
  std::string text;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::string number = std::to_string(windows[i]);
    if (!text.empty()) text += " or ";
    text += Tagged(queries[i].total, "t" + number) + " or " + Tagged(queries[i].part, "p" + number);
    if (!queries[i].begun.empty()) text += " or " + Tagged(queries[i].begun, "b" + number);
    if (!queries[i].doubled.empty()) text += " or " + Tagged(queries[i].doubled, "d" + number);
    if (!queries[i].buckets.empty()) text += " or " + Tagged(queries[i].buckets, "n" + number);
  }
  return text;
}

std::optional<PartTag> PartTag::Of(const Labels& labels) {
  const std::string_view tag = ValueOf(labels, kTag);
  if (tag.empty()) return std::nullopt;
  const auto window = spec::ParseNumber<std::size_t>(tag.substr(1));
  if (!window) return std::nullopt;
  return PartTag{tag.front(), *window};
}

void BudgetTable::Add(const Reply& reply) {
  for (const auto& [labels, samples] : reply.series) {
    const auto tag = PartTag::Of(labels);
    if (!tag) continue;
    if (tag->what == 'b' || tag->what == 'd') {
      for (const Sample& sample : samples) {
        if (tag->what == 'd') {
          doubled_.insert(sample.at);
        } else {
          begun_.insert({tag->window, sample.at});
        }
      }
      continue;
    }
    Sums& sums = cohorts_[cohort_label_.empty() ? "" : ValueOf(labels, cohort_label_)];
    for (const Sample& sample : samples) {
      KeySums& key = sums[{tag->window, sample.at}];
      if (tag->what == 't') Put(key.total, sample.value, key.several);
      if (tag->what == 'p') Put(key.part, sample.value, key.several);
      if (tag->what == 'n') Put(key.buckets, sample.value, key.several);
    }
  }
}

std::set<BudgetKey> BudgetTable::NotNumbers() const {
  std::set<BudgetKey> keys;
  for (const auto& [cohort, sums] : cohorts_) {
    for (const auto& [key, sum] : sums) {
      if (IsNan(sum.total) || IsNan(sum.part)) keys.insert(key);
    }
  }
  return keys;
}

void BudgetTable::Repair(const std::set<BudgetKey>& keys, const BudgetTable& without) {
  for (auto& [cohort, sums] : cohorts_) {
    const auto other = without.cohorts_.find(cohort);
    if (other == without.cohorts_.end()) continue;
    for (const BudgetKey& key : keys) {
      const auto mine = sums.find(key);
      const auto theirs = other->second.find(key);
      if (mine == sums.end() || theirs == other->second.end()) continue;
      if (theirs->second.total) mine->second.total = theirs->second.total;
      mine->second.lost_part = IsNan(mine->second.part) && !theirs->second.part;
      mine->second.part = theirs->second.part;
    }
  }
}

void BudgetTable::Replace(const std::string& cohort, const BudgetKey& key, char what, double sum) {
  KeySums& sums = cohorts_[cohort][key];
  (what == 't' ? sums.total : sums.part) = sum;
}

void BudgetTable::AddUnseen(const std::string& cohort, const BudgetKey& key, double total,
                            double part) {
  KeySums& sums = cohorts_[cohort][key];
  if (IsNan(sums.total) || IsNan(sums.part)) return;
  sums.total = std::max(0.0, sums.total.value_or(0) + total);
  if (part != 0 || sums.part) sums.part = std::max(0.0, sums.part.value_or(0) + part);
}

core::WindowCounts CountsOf(const Span& span, const KeySums* sums, promql::PartMeaning meaning) {
  if (sums == nullptr || !sums->total) return Problem(span, CountProblem::kNoSeries);
  if (sums->several) return Problem(span, CountProblem::kSeveralSeries);
  if (!sums->part && meaning == promql::PartMeaning::kGoodKnown && !sums->lost_part) {
    return Problem(span, CountProblem::kNoSeries);
  }
  const double total = *sums->total;
  const double part = sums->part.value_or(0);
  if (std::isnan(total) || std::isnan(part) || sums->lost_part) {
    return Problem(span, CountProblem::kNotANumber);
  }
  if (std::isinf(total) || std::isinf(part)) return Problem(span, CountProblem::kInfinite);
  const double bad = meaning == promql::PartMeaning::kBad ? part : total - part;
  const double slack = total * kTolerance + 1;
  if (total < 0 || bad > total + slack || bad < -slack) {
    return Problem(span, CountProblem::kInconsistent);
  }
  core::WindowCounts counts = Problem(span, CountProblem::kNone);
  counts.counts = {total, std::clamp(bad, 0.0, total), 0};
  return counts;
}

core::WindowCounts Plus(const core::WindowCounts& a, const core::WindowCounts& b) {
  if (a.problem == CountProblem::kNoSeries) return b;
  if (b.problem == CountProblem::kNoSeries || a.problem != CountProblem::kNone) return a;
  if (b.problem != CountProblem::kNone) return b;
  core::WindowCounts sum = a;
  sum.counts.total += b.counts.total;
  sum.counts.bad += b.counts.bad;
  return sum;
}

Answered<Reply> BudgetQuestions::Instant(const std::string& query, core::TimePoint at) {
  const Clock::time_point began = Clock::now();
  return Note(query, at, began, api_.Instant(query, at));
}

Answered<Reply> BudgetQuestions::Range(const std::string& query, core::TimePoint first,
                                       core::TimePoint last, core::Duration step) {
  return InHalves(query, first, last, step, kMaxHalvings);
}

Answered<Increase> BudgetQuestions::IncreaseOfServer(core::TimePoint at) {
  if (!api_.IsVictoriaMetrics()) {
    const auto reply = Instant("vector(0)", at);
    if (!reply) return tl::unexpected(reply.error());
  }
  return api_.IsVictoriaMetrics().value_or(false) ? Increase::kOfVictoriaMetrics
                                                  : Increase::kOfPrometheus;
}

// A slow answer is halved once only: a server that hangs would be waited for again and again.
Answered<Reply> BudgetQuestions::InHalves(const std::string& query, core::TimePoint first,
                                          core::TimePoint last, core::Duration step, int halvings) {
  const Clock::time_point began = Clock::now();
  auto reply = Note(query, last, began, api_.Range(query, first, last, step));
  if (reply || !IsTooMuch(reply.error())) return reply;
  const bool slow = reply.error().problem == SourceProblem::kTimeout;
  if (first == last || halvings <= (slow ? kMaxHalvings - 1 : 0)) {
    if (slow) return reply;
    return tl::unexpected(TooLarge(reply.error()));
  }
  const core::TimePoint middle = first + step * ((last - first) / step / 2);
  reply = InHalves(query, first, middle, step, halvings - 1);
  if (!reply) return reply;
  auto later = InHalves(query, middle + step, last, step, halvings - 1);
  if (!later) return later;
  std::move(later->series.begin(), later->series.end(), std::back_inserter(reply->series));
  return reply;
}

bool BudgetQuestions::IsTooMuch(const SourceFailure& failure) {
  switch (failure.problem) {
    case SourceProblem::kTooLarge:
    case SourceProblem::kTimeout:
      return true;
    case SourceProblem::kBadQuery:
      return Says(failure, "too many samples");
    case SourceProblem::kServerError:
      return Says(failure, "timed out") || Says(failure, "too many samples");
    case SourceProblem::kNone:
    case SourceProblem::kUnreachable:
    case SourceProblem::kUnauthorized:
    case SourceProblem::kNotPrometheus:
    case SourceProblem::kMalformed:
    case SourceProblem::kPartial:
      return false;
  }
  return false;
}

SourceFailure BudgetQuestions::TooLarge(const SourceFailure& failure) {
  return {SourceProblem::kTooLarge,
          failure.message +
              "; the window is too much to count at once: load the rules that gate rules writes, "
              "so that it is read from recorded series"};
}

Answered<Reply> BudgetQuestions::Note(const std::string& query, core::TimePoint at,
                                      Clock::time_point began, Answered<Reply> reply) {
  if (reply) {
    for (const std::string& warning : reply->warnings) notes_.Add("Prometheus warns: " + warning);
  }
  if (trace_.size() < kMaxTraces) {
    const auto took = std::chrono::duration_cast<core::Duration>(Clock::now() - began);
    trace_.push_back({query, at, AnswerText(reply), took});
  }
  return reply;
}

}  // namespace slogate::adapters::prometheus
