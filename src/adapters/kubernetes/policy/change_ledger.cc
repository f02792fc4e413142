#include "adapters/kubernetes/policy/change_ledger.h"

#include <algorithm>
#include <cstddef>

namespace slogate::adapters::kubernetes {
namespace {

// A connection may be dead for as long before it is noticed.
constexpr std::chrono::seconds kSilence{90};

// Policies come and go; no more of their names are kept than that.
constexpr std::size_t kMaxNames = 100'000;

}  // namespace

void ChangeLedger::Changed(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  last_[policy] = ++changes_;
  if (last_.size() <= kMaxNames) return;
  last_.clear();
  last_of_all_ = ++changes_;
}

void ChangeLedger::AllChanged() {
  const std::lock_guard lock(mutex_);
  last_.clear();
  last_of_all_ = ++changes_;
}

void ChangeLedger::Heard(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  heard_[kind] = now_();
}

void ChangeLedger::Lost(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  heard_.erase(kind);
}

std::optional<std::uint64_t> ChangeLedger::LastChange(const ports::Key& policy,
                                                      const std::set<std::string>& kinds) const {
  const std::lock_guard lock(mutex_);
  const Instant now = now_();
  const bool known = std::ranges::all_of(kinds, [&](const std::string& kind) {
    const auto heard = heard_.find(kind);
    return heard != heard_.end() && now - heard->second < kSilence;
  });
  if (!known) return std::nullopt;
  const auto found = last_.find(policy);
  return found == last_.end() ? last_of_all_ : found->second;
}

}  // namespace slogate::adapters::kubernetes
