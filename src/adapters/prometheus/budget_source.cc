#include "adapters/prometheus/budget_source.h"

#include <algorithm>
#include <utility>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMaxRememberedPieces = 2'000'000;  // of 32 bytes, all keys together

}  // namespace

PrometheusBudgets::PrometheusBudgets(Transport transport) : transport_(std::move(transport)) {}

core::BudgetReading PrometheusBudgets::ReadBudget(const std::string& key,
                                                  const ports::MetricsConnection& connection,
                                                  const core::BudgetPlan& plan) {
  if (key.empty()) {
    BudgetMemories none;
    return ReadBudgetOnce(transport_, connection, plan, none);
  }
  const std::shared_ptr<Entry> entry = EntryOf(key);
  const std::lock_guard reading(entry->mutex);
  core::BudgetReading result = ReadBudgetOnce(transport_, connection, plan, entry->memories);
  Settle(key, entry, entry->memories.size());
  return result;
}

std::shared_ptr<PrometheusBudgets::Entry> PrometheusBudgets::EntryOf(const std::string& key) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Entry>& entry = entries_[key];
  if (!entry) entry = std::make_shared<Entry>();
  entry->last_read = ++readings_;
  return entry;
}

void PrometheusBudgets::Settle(const std::string& key, const std::shared_ptr<Entry>& entry,
                               std::size_t pieces) {
  const std::lock_guard lock(mutex_);
  const auto mine = entries_.find(key);
  if (mine == entries_.end() || mine->second != entry) return;
  pieces_ += pieces - entry->pieces;
  entry->pieces = pieces;
  while (pieces_ > kMaxRememberedPieces && entries_.size() > 1) {
    const auto oldest = std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& a, const auto& b) { return a.second->last_read < b.second->last_read; });
    pieces_ -= oldest->second->pieces;
    entries_.erase(oldest);
  }
}

void PrometheusBudgets::ForgetBudgets(const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  auto it = entries_.lower_bound(prefix);
  while (it != entries_.end() && it->first.starts_with(prefix)) {
    pieces_ -= it->second->pieces;
    it = entries_.erase(it);
  }
}

}  // namespace slogate::adapters::prometheus
