#include "demo/world/memory_policy_admin.h"

#include <algorithm>
#include <cstdlib>

namespace slogate::demo {
namespace {

core::Request Read(const std::string& text) {
  core::Request request;
  request.text = text;
  const std::string what = text.substr(0, text.find(' '));
  const std::size_t slash = what.find('/');
  request.revision = what.substr(0, slash);
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
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& left, const auto& right) { return left.last < right.last; });
  return events;
}

}  // namespace slogate::demo
