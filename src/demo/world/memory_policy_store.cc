#include "demo/world/memory_policy_store.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/policy/policy_yaml.h"
#include "spec/status/status_json.h"

namespace slogate::demo {

using nlohmann::json;

ports::PolicyRecord& MemoryPolicyStore::Entry(const ports::Key& key) {
  auto [found, created] = records_.try_emplace(key);
  if (created) {
    found->second.key = key;
    found->second.uid = "uid-" + std::to_string(version_ + 1);
  }
  return found->second;
}

void MemoryPolicyStore::Changed(ports::PolicyRecord& record) {
  record.resource_version = std::to_string(++version_);
  Tell(record.key);
}

void MemoryPolicyStore::Tell(const ports::Key& key) {
  changes_.push_back(key);
  last_change_[key] = ++last_of_all_;
  wake_.notify_all();
}

std::string MemoryPolicyStore::StatusText(const ports::PolicyRecord& record,
                                          const core::RolloutState& state) const {
  // All that it says beside the state.
  if (form_) return "generation " + std::to_string(record.generation);
  const json previous = json::parse(record.stored_status, nullptr, false);
  return spec::StatusToJson(state, record.policy ? &*record.policy : nullptr, record.generation,
                            previous.is_discarded() ? json() : previous,
                            clock_ == nullptr ? core::TimePoint{} : clock_->Now())
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<MemoryPolicyStore::Written> MemoryPolicyStore::NewStatus(
    const ports::PolicyRecord& record, const core::RolloutState& state) const {
  std::string text = StatusText(record, state);
  const bool same_text = text == record.stored_status;
  if (!form_) {
    if (same_text) return std::nullopt;
    auto read = spec::StateFromStatusJson(json::parse(text));
    return Written{std::move(text), std::move(read)};
  }
  auto read = form_->as_read(record, state);
  if (same_text && read && form_->says_the_same(record.state, *read)) return std::nullopt;
  return Written{std::move(text), std::move(read)};
}

void MemoryPolicyStore::Apply(const json& policy_object) {
  const json& metadata = policy_object.at("metadata");
  const ports::Key key{metadata.at("namespace"), metadata.at("name")};
  const ports::Result<core::Policy> policy = spec::PolicyFromJson(policy_object);
  if (policy) {
    Put(key, *policy);
  } else {
    PutUnsound(key, policy.error().message);
  }
}

void MemoryPolicyStore::Put(const ports::Key& key, const core::Policy& policy) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = Entry(key);
  record.policy = policy;
  record.problem.clear();
  ++record.generation;
  Changed(record);
}

void MemoryPolicyStore::PutUnsound(const ports::Key& key, const std::string& problem) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = Entry(key);
  record.policy.reset();
  record.problem = problem;
  ++record.generation;
  Changed(record);
}

void MemoryPolicyStore::Edit(const ports::Key& key,
                             const std::function<void(ports::PolicyRecord&)>& change) {
  const std::lock_guard lock(mutex_);
  ports::PolicyRecord& record = records_.at(key);
  change(record);
  if (record.status_problem.empty()) record.stored_status = StatusText(record, record.state);
  Changed(record);
}

void MemoryPolicyStore::Remove(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(key);
  if (found == records_.end() || !found->second.guarded) return Erase(key);
  if (found->second.deleting) return;
  found->second.deleting = true;
  if (clock_ != nullptr) found->second.deleted_at = clock_->Now();
  Changed(found->second);
}

void MemoryPolicyStore::Erase(const ports::Key& key) {
  records_.erase(key);
  Tell(key);
}

void MemoryPolicyStore::Touch(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  Tell(key);
}

void MemoryPolicyStore::TouchWhere(const std::function<bool(const ports::PolicyRecord&)>& wanted) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, record] : records_) {
    if (record.policy && wanted(record)) Tell(key);
  }
}

void MemoryPolicyStore::TouchDeployment(const std::string& ns, const std::string& name) {
  TouchWhere([&](const ports::PolicyRecord& record) {
    const core::Workload& workload = record.policy->workload;
    return record.key.ns == ns &&
           (workload.deployment == name || workload.canary_deployment == name);
  });
}

void MemoryPolicyStore::TouchRoute(const std::string& ns, const std::string& name) {
  TouchWhere([&](const ports::PolicyRecord& record) {
    const std::vector<core::Route>& routes = record.policy->routes;
    return record.key.ns == ns && std::ranges::any_of(routes, [&](const core::Route& route) {
             return route.name == name;
           });
  });
}

ports::Result<std::vector<ports::PolicyRecord>> MemoryPolicyStore::All() const {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const std::lock_guard lock(mutex_);
  std::vector<ports::PolicyRecord> all;
  for (const auto& [key, record] : records_) all.push_back(record);
  return all;
}

int MemoryPolicyStore::status_writes() const {
  const std::lock_guard lock(mutex_);
  return status_writes_;
}

int MemoryPolicyStore::gets() const {
  const std::lock_guard lock(mutex_);
  return gets_;
}

ports::PolicyRecord MemoryPolicyStore::Peek(const ports::Key& key) const {
  const std::lock_guard lock(mutex_);
  return records_.at(key);
}

std::vector<ports::Key> MemoryPolicyStore::TakeChanges() {
  const std::lock_guard lock(mutex_);
  std::vector<ports::Key> taken(changes_.begin(), changes_.end());
  changes_.clear();
  return taken;
}

ports::Result<ports::PolicyRecord> MemoryPolicyStore::Get(const ports::Key& key) {
  {
    const std::lock_guard lock(mutex_);
    ++gets_;
  }
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(key);
  if (found == records_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound, "RolloutPolicy " + key.ToString() + " is gone");
  }
  return found->second;
}

ports::Result<std::string> MemoryPolicyStore::WriteStatus(const ports::PolicyRecord& record,
                                                          const core::RolloutState& state) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  std::optional<Written> written = NewStatus(record, state);
  // Nothing is sent then, and so nothing is found out.
  if (!written) return record.resource_version;
  const std::lock_guard lock(mutex_);
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
  if (written->text == stored.stored_status && !form_) return stored.resource_version;
  stored.stored_status = std::move(written->text);
  stored.status_problem = written->read ? "" : written->read.error().message;
  stored.state = std::move(written->read).value_or(core::RolloutState{});
  ++status_writes_;
  Changed(stored);
  return stored.resource_version;
}

ports::Result<void> MemoryPolicyStore::SetGuard(const ports::PolicyRecord& record, bool guarded) {
  if (const auto fine = Strike(); !fine) return fine;
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(record.key);
  if (found == records_.end() || found->second.uid != record.uid) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "RolloutPolicy " + record.key.ToString() + " is gone");
  }
  if (found->second.guarded == guarded) return {};
  found->second.guarded = guarded;
  if (found->second.deleting && !guarded) {
    Erase(record.key);
  } else {
    Changed(found->second);
  }
  return {};
}

void MemoryPolicyStore::Watch(const OnChange& changed, const OnWatchFailure&) {
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

std::optional<std::uint64_t> MemoryPolicyStore::LastChange(const ports::Key& key) const {
  const std::lock_guard lock(mutex_);
  if (!followed_) return std::nullopt;
  const auto found = last_change_.find(key);
  return found == last_change_.end() ? 0 : found->second;
}

void MemoryPolicyStore::Follow(bool everything) {
  const std::lock_guard lock(mutex_);
  followed_ = everything;
}

void MemoryPolicyStore::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
}

namespace {

core::Request Read(const std::string& text) {
  core::Request request;
  request.text = text;
  const std::string what = text.substr(0, text.find(' '));
  const std::size_t slash = what.find('/');
  request.revision = what.substr(0, slash);
  request.now = what.ends_with("/now");
  if (slash != std::string::npos) request.step = std::atoi(what.c_str() + slash + 1);
  const std::size_t by = text.find(" by ");
  const std::size_t at = text.find(" at ");
  if (by != std::string::npos) request.by = text.substr(by + 4, at - std::min(at, by + 4));
  if (at != std::string::npos) request.at = text.substr(at + 4);
  return request;
}

std::optional<core::Request> Read(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return Read(*text);
}

void Write(ports::PolicyRecord& record, const ports::Word& word) {
  switch (word.act) {
    case ports::ActKind::kApprove:
      record.requests.approve = Read(word.text);
      break;
    case ports::ActKind::kPromote:
      record.requests.promote = Read(word.text);
      break;
    case ports::ActKind::kAbort:
      record.requests.abort = Read(word.text);
      break;
    case ports::ActKind::kPause:
      record.requests.pause = Read(word.text);
      break;
    case ports::ActKind::kResume:
      record.requests.resume = word.text.value_or("");
      break;
    case ports::ActKind::kUndo:
      record.requests.undo = Read(word.text);
      break;
    case ports::ActKind::kRetry:
      // What the controller compares: the spec's own word and the annotation's.
      if (record.policy) record.policy->retry = word.text ? "@" + *word.text : "";
      break;
  }
}

}  // namespace

void MemoryPolicyAdmin::Tell(const ports::Key& key, const ports::PolicyEvent& event) {
  const auto record = store_.Get(key);
  const std::lock_guard lock(mutex_);
  if (record) events_[record->uid].push_back(event);
}

void MemoryPolicyAdmin::ConflictFor(int times) {
  const std::lock_guard lock(mutex_);
  conflicts_ = times;
}

ports::Result<std::vector<ports::PolicyRecord>> MemoryPolicyAdmin::List(const std::string& ns) {
  ports::Result<std::vector<ports::PolicyRecord>> all = store_.All();
  if (!all || ns.empty()) return all;
  std::erase_if(*all, [&](const ports::PolicyRecord& record) { return record.key.ns != ns; });
  return all;
}

ports::Result<ports::PolicyRecord> MemoryPolicyAdmin::Get(const ports::Key& key) {
  return store_.Get(key);
}

ports::Result<ports::PolicyRecord> MemoryPolicyAdmin::Ask(const ports::PolicyRecord& record,
                                                          const ports::PolicyChange& change) {
  if (const auto stored = store_.Get(record.key); !stored) return stored;
  {
    const std::lock_guard lock(mutex_);
    if (conflicts_ > 0) {
      --conflicts_;
      store_.Edit(record.key, [](ports::PolicyRecord&) {});
    }
  }
  bool stale = false;
  store_.Edit(record.key, [&](ports::PolicyRecord& stored) {
    stale = stored.resource_version != record.resource_version;
    if (stale) return;
    for (const ports::Word& word : change.words) Write(stored, word);
    if (!change.paused || !stored.policy) return;
    stored.policy->paused = *change.paused;
    ++stored.generation;
  });
  if (stale) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       "RolloutPolicy " + record.key.ToString() + " has moved on");
  }
  return store_.Get(record.key);
}

ports::Result<std::vector<ports::PolicyEvent>> MemoryPolicyAdmin::EventsOf(
    const ports::PolicyRecord& record) {
  if (const auto stored = store_.Get(record.key);
      !stored && stored.error().code != ports::ErrorCode::kNotFound) {
    return tl::unexpected(stored.error());
  }
  const std::lock_guard lock(mutex_);
  std::vector<ports::PolicyEvent> events = events_[record.uid];
  std::ranges::stable_sort(
      events, [](const auto& left, const auto& right) { return left.last < right.last; });
  return events;
}

}  // namespace slogate::demo
