#include "adapters/prometheus/budget_memory.h"

#include <algorithm>
#include <iterator>

namespace slogate::adapters::prometheus {

void BudgetMemory::Begin(const Question& question, core::TimePoint first) {
  if (question_ != question || first < first_ || (until_ && *until_ < first)) {
    *this = BudgetMemory();
    question_ = question;
  }
  first_ = first;
  for (auto it = cohorts_.begin(); it != cohorts_.end();) {
    std::erase_if(it->second, [&](const Kept& kept) { return kept.end < first; });
    it = it->second.empty() ? cohorts_.erase(it) : std::next(it);
  }
}

void BudgetMemory::Keep(const std::string& cohort, const core::WindowCounts& counts) {
  cohorts_[cohort].push_back({counts.end, counts.counts.total, counts.counts.bad, counts.problem});
}

std::optional<core::WindowCounts> BudgetMemory::Find(const std::string& cohort,
                                                     core::TimePoint end) const {
  const auto found = cohorts_.find(cohort);
  if (found == cohorts_.end()) return std::nullopt;
  const auto at =
      std::lower_bound(found->second.begin(), found->second.end(), end,
                       [](const Kept& kept, core::TimePoint t) { return kept.end < t; });
  if (at == found->second.end() || at->end != end) return std::nullopt;
  return core::WindowCounts{end, question_->piece, {at->total, at->bad, 0}, {}, at->problem};
}

std::vector<std::string> BudgetMemory::Cohorts() const {
  std::vector<std::string> names;
  for (const auto& [name, pieces] : cohorts_) names.push_back(name);
  return names;
}

std::size_t BudgetMemory::size() const {
  std::size_t pieces = 0;
  for (const auto& [name, kept] : cohorts_) pieces += kept.size();
  return pieces;
}

}  // namespace slogate::adapters::prometheus
