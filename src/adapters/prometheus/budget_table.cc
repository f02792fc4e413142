#include "adapters/prometheus/budget_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// Sums of the two series are extrapolated apart, so bad events may exceed all by a trifle.
constexpr double kTolerance = 0.01;

// A tag is one letter and the window's number.
std::optional<std::size_t> WindowOf(std::string_view tag) {
  std::size_t window = 0;
  if (tag.size() < 2) return std::nullopt;
  const auto result = std::from_chars(tag.data() + 1, tag.data() + tag.size(), window);
  if (result.ec != std::errc() || result.ptr != tag.data() + tag.size()) return std::nullopt;
  return window;
}

void Put(std::optional<double>& place, double value, bool& several) {
  if (place) several = true;
  place = value;
}

bool IsNan(const std::optional<double>& value) { return value && std::isnan(*value); }

core::WindowCounts Problem(const Span& span, CountProblem problem) {
  return {span.end, span.length, {}, {}, problem};
}

}  // namespace

std::string Together(const std::vector<PartQueries>& queries,
                     const std::vector<std::size_t>& windows) {
  std::string text;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::string number = std::to_string(windows[i]);
    if (!text.empty()) text += " or ";
    text += Tagged(queries[i].total, "t" + number) + " or " + Tagged(queries[i].part, "p" + number);
    if (!queries[i].tiles.empty()) text += " or " + Tagged(queries[i].tiles, "n" + number);
  }
  return text;
}

void BudgetTable::Add(const Reply& reply) {
  for (const auto& [labels, samples] : reply.series) {
    const std::string& tag = ValueOf(labels, kTag);
    const std::optional<std::size_t> window = WindowOf(tag);
    if (!window) continue;
    Sums& sums = cohorts_[cohort_label_.empty() ? "" : ValueOf(labels, cohort_label_)];
    for (const Sample& sample : samples) {
      SlotSums& slot = sums[{*window, sample.at}];
      if (tag.front() == 't') Put(slot.total, sample.value, slot.several);
      if (tag.front() == 'p') Put(slot.part, sample.value, slot.several);
      if (tag.front() == 'n') Put(slot.tiles, sample.value, slot.several);
    }
  }
}

std::set<Slot> BudgetTable::NotNumbers() const {
  std::set<Slot> slots;
  for (const auto& [cohort, sums] : cohorts_) {
    for (const auto& [slot, sum] : sums) {
      if (IsNan(sum.total) || IsNan(sum.part)) slots.insert(slot);
    }
  }
  return slots;
}

void BudgetTable::Repair(const std::set<Slot>& slots, const BudgetTable& without) {
  for (auto& [cohort, sums] : cohorts_) {
    const auto other = without.cohorts_.find(cohort);
    if (other == without.cohorts_.end()) continue;
    for (const Slot& slot : slots) {
      const auto mine = sums.find(slot);
      const auto theirs = other->second.find(slot);
      if (mine == sums.end() || theirs == other->second.end()) continue;
      if (theirs->second.total) mine->second.total = theirs->second.total;
      mine->second.lost_part = IsNan(mine->second.part) && !theirs->second.part;
      mine->second.part = theirs->second.part;
    }
  }
}

core::WindowCounts CountsOf(const Span& span, const SlotSums* sums, PartMeaning meaning) {
  if (sums == nullptr || !sums->total) return Problem(span, CountProblem::kNoSeries);
  if (sums->several) return Problem(span, CountProblem::kSeveralSeries);
  if (!sums->part && meaning == PartMeaning::kGoodKnown && !sums->lost_part) {
    return Problem(span, CountProblem::kNoSeries);
  }
  const double total = *sums->total;
  const double part = sums->part.value_or(0);
  if (std::isnan(total) || std::isnan(part) || sums->lost_part) {
    return Problem(span, CountProblem::kNotANumber);
  }
  if (std::isinf(total) || std::isinf(part)) return Problem(span, CountProblem::kInfinite);
  const double bad = meaning == PartMeaning::kBad ? part : total - part;
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

}  // namespace slogate::adapters::prometheus
