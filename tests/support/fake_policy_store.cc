#include "support/fake_policy_store.h"

#include <tuple>
#include <utility>

namespace slogate::tests {
namespace {

bool SameVerdict(const core::ObjectiveVerdict& a, const core::ObjectiveVerdict& b) {
  return a.objective == b.objective && a.dimension == b.dimension && a.verdict == b.verdict &&
         a.reason == b.reason && a.message == b.message && a.rollback_tenths == b.rollback_tenths &&
         a.promotion_tenths == b.promotion_tenths;
}

// The status does not keep live evidence; counts are told with other news and are none themselves.
bool SameState(const core::RolloutState& a, const core::RolloutState& b) {
  const auto plain = [](const core::RolloutState& s) {
    return std::tie(s.phase, s.paused_phase, s.reason, s.message, s.phase_began, s.stable_revision,
                    s.candidate_revision, s.rejected_revision, s.rejected_reason, s.blamed,
                    s.attempts, s.retry, s.resume, s.step, s.stage, s.stage_began,
                    s.step_first_block, s.desired_percent, s.missing_since, s.approved, s.frozen,
                    s.checkpoint, s.history);
  };
  return plain(a) == plain(b) && std::equal(a.verdicts.begin(), a.verdicts.end(),
                                            b.verdicts.begin(), b.verdicts.end(), SameVerdict);
}

}  // namespace

ports::PolicyRecord& FakePolicyStore::Entry(const ports::Key& key) {
  auto [found, created] = records_.try_emplace(key);
  if (created) {
    found->second.key = key;
    found->second.uid = "uid-" + std::to_string(version_ + 1);
  }
  return found->second;
}

void FakePolicyStore::Changed(ports::PolicyRecord& record) {
  record.resource_version = std::to_string(++version_);
  changes_.push_back(record.key);
  wake_.notify_all();
}

void FakePolicyStore::Put(const ports::Key& key, const core::Policy& policy) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = Entry(key);
  record.policy = policy;
  record.problem.clear();
  ++record.generation;
  Changed(record);
}

void FakePolicyStore::PutUnsound(const ports::Key& key, const std::string& problem) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = Entry(key);
  record.policy.reset();
  record.problem = problem;
  ++record.generation;
  Changed(record);
}

void FakePolicyStore::Edit(const ports::Key& key,
                           const std::function<void(ports::PolicyRecord&)>& change) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = records_.at(key);
  change(record);
  Changed(record);
}

void FakePolicyStore::Remove(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  records_.erase(key);
  changes_.push_back(key);
  wake_.notify_all();
}

void FakePolicyStore::Touch(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  changes_.push_back(key);
  wake_.notify_all();
}

void FakePolicyStore::FailWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

ports::Result<std::vector<ports::PolicyRecord>> FakePolicyStore::All() const {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  std::vector<ports::PolicyRecord> all;
  for (const auto& [key, record] : records_) all.push_back(record);
  return all;
}

int FakePolicyStore::status_writes() const {
  const std::lock_guard lock(mutex_);
  return status_writes_;
}

ports::Result<ports::PolicyRecord> FakePolicyStore::Get(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  const auto found = records_.find(key);
  if (found == records_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound, "RolloutPolicy " + key.ToString() + " is gone");
  }
  return found->second;
}

ports::Result<std::string> FakePolicyStore::WriteStatus(const ports::PolicyRecord& record,
                                                        const core::RolloutState& state) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  const auto found = records_.find(record.key);
  if (found == records_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "RolloutPolicy " + record.key.ToString() + " is gone");
  }
  ports::PolicyRecord& stored = found->second;
  if (stored.uid != record.uid || stored.resource_version != record.resource_version) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       "RolloutPolicy " + record.key.ToString() + " has moved on");
  }
  if (SameState(stored.state, state)) return stored.resource_version;
  stored.state = state;
  for (core::ObjectiveVerdict& verdict : stored.state.verdicts) verdict.evidence = {};
  ++status_writes_;
  Changed(stored);
  return stored.resource_version;
}

void FakePolicyStore::Watch(const std::function<void(const ports::Key&)>& changed) {
  std::unique_lock lock(mutex_);
  changes_.clear();
  for (const auto& [key, record] : records_) changes_.push_back(key);
  while (!stopped_) {
    if (changes_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const ports::Key key = changes_.front();
    changes_.pop_front();
    lock.unlock();
    changed(key);
    lock.lock();
  }
}

void FakePolicyStore::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
}

}  // namespace slogate::tests
