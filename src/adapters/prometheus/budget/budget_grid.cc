#include "adapters/prometheus/budget/budget_grid.h"

#include <algorithm>
#include <iterator>

namespace slogate::adapters::prometheus {
namespace {

core::TimePoint FloorTo(core::TimePoint at, core::Duration chunk) {
  const auto rest = at.time_since_epoch() % chunk;
  return at - (rest < core::Duration(0) ? rest + chunk : rest);
}

}  // namespace

std::vector<Span> BudgetGrid::Spans() const {
  std::vector<Span> spans;
  if (oldest) spans.push_back(*oldest);
  for (core::TimePoint end = whole_first; end <= whole_last; end += chunk) {
    spans.push_back({end, chunk});
  }
  if (newest) spans.push_back(*newest);
  return spans;
}

std::optional<Span> BudgetGrid::SpanAt(core::TimePoint at) const {
  const auto holds = [&](const std::optional<Span>& span) {
    return span && at > span->end - span->length && at <= span->end;
  };
  if (holds(oldest)) return oldest;
  if (holds(newest)) return newest;
  const core::TimePoint begin = whole_first - chunk;
  if (at <= begin || at > whole_last) return std::nullopt;
  return Span{whole_first + (at - begin - core::Duration(1)) / chunk * chunk, chunk};
}

BudgetGrid CutWindow(core::TimePoint first, core::TimePoint at, core::Duration chunk,
                     core::Duration least) {
  BudgetGrid grid;
  grid.chunk = chunk;
  grid.whole_last = FloorTo(at, chunk);
  core::TimePoint begin = FloorTo(first, chunk);
  if (begin < first) begin += chunk;
  if (begin - first > core::Duration(0) && begin - first < least) begin += chunk;
  if (at - grid.whole_last > core::Duration(0) && at - grid.whole_last < least) {
    grid.whole_last -= chunk;
  }
  grid.whole_first = begin + chunk;
  if (grid.whole_last < begin) {
    grid.whole_last = begin;
    if (at > first) grid.newest = Span{at, at - first};
    return grid;
  }
  if (begin > first) grid.oldest = Span{begin, begin - first};
  if (at > grid.whole_last) grid.newest = Span{at, at - grid.whole_last};
  return grid;
}

void BudgetMemory::Begin(const Question& question, core::TimePoint first) {
  if (question_ != question || first < first_ || (until_ && *until_ < first)) {
    *this = BudgetMemory();
    question_ = question;
  }
  first_ = first;
  std::erase_if(unseen_,
                [&](const UnseenOfCohort& unseen) { return unseen.at <= first - question.chunk; });
  for (auto it = cohorts_.begin(); it != cohorts_.end();) {
    std::erase_if(it->second, [&](const Kept& kept) { return kept.end < first; });
    it = it->second.empty() ? cohorts_.erase(it) : std::next(it);
  }
}

void BudgetMemory::Keep(const std::string& cohort, const core::WindowCounts& counts) {
  cohorts_[cohort].push_back({counts.end, counts.counts.total, counts.counts.bad, counts.problem});
}

void BudgetMemory::KeepUnseen(const std::vector<UnseenOfCohort>& unseen) {
  unseen_.insert(unseen_.end(), unseen.begin(), unseen.end());
}

std::optional<core::WindowCounts> BudgetMemory::Find(const std::string& cohort,
                                                     core::TimePoint end) const {
  const auto found = cohorts_.find(cohort);
  if (found == cohorts_.end()) return std::nullopt;
  const auto at = std::ranges::lower_bound(found->second, end, {}, &Kept::end);
  if (at == found->second.end() || at->end != end) return std::nullopt;
  return core::WindowCounts{end, question_->chunk, {at->total, at->bad, 0}, {}, at->problem};
}

std::vector<std::string> BudgetMemory::Cohorts() const {
  std::vector<std::string> names;
  for (const auto& [name, chunks] : cohorts_) names.push_back(name);
  return names;
}

std::size_t BudgetMemory::size() const {
  std::size_t chunks = unseen_.size();
  for (const auto& [name, kept] : cohorts_) chunks += kept.size();
  return chunks;
}

}  // namespace slogate::adapters::prometheus
