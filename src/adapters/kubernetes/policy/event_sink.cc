#include "adapters/kubernetes/policy/event_sink.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/workload/owned_objects.h"
#include "spec/text/time_text.h"
#include "spec/text/utf8.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr core::Duration kTimeout{3'000};
constexpr core::Duration kCountedTogether = std::chrono::minutes(10);
constexpr std::size_t kMaxRecent = 1'000;
constexpr std::size_t kLongestMessage = 1'000;  // bytes; the API server takes 1024
constexpr std::size_t kLongestName = 200;

bool IsWarning(core::DecisionKind decision) {
  switch (decision) {
    case core::DecisionKind::kPause:
    case core::DecisionKind::kRollback:
      return true;
    case core::DecisionKind::kPromote:
    case core::DecisionKind::kHold:
      break;
  }
  return false;
}

json EventObject(const ports::PolicyRecord& record, const core::HistoryEntry& entry,
                 const std::string& name, const std::string& message, const std::string& now) {
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", name}, {"namespace", record.key.ns}}},
          {"involvedObject",
           {{"apiVersion", "slogate.dev/v1alpha1"},
            {"kind", "RolloutPolicy"},
            {"name", record.key.name},
            {"namespace", record.key.ns},
            {"uid", record.uid}}},
          {"reason", core::ToString(entry.reason)},
          {"message", message},
          {"type", IsWarning(entry.decision) ? "Warning" : "Normal"},
          {"count", 1},
          {"firstTimestamp", now},
          {"lastTimestamp", now},
          {"source", {{"component", "slogate"}}}};
}

}  // namespace

KubeEventSink::KubeEventSink(ClusterConfig config, const ports::Clock& clock, OnFailure on_failure)
    : client_(std::move(config), KubeClient::Options{kTimeout, "slogate"}),
      clock_(clock),
      on_failure_(std::move(on_failure)) {}

KubeEventSink::Recent KubeEventSink::Remember(const std::string& what, const std::string& path,
                                              core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(recent_.begin(), recent_.end(),
                                  [&](const Recent& event) { return event.what == what; });
  Recent event{what, path, now, 1};
  if (found != recent_.end()) {
    if (now - found->last < kCountedTogether) {
      event.path = found->path;
      event.count = found->count + 1;
    }
    recent_.erase(found);
  }
  recent_.push_front(event);
  if (recent_.size() > kMaxRecent) recent_.pop_back();
  return event;
}

void KubeEventSink::Drop(const std::string& what) {
  const std::lock_guard lock(mutex_);
  recent_.remove_if([&](const Recent& event) { return event.what == what; });
}

void KubeEventSink::Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) {
  const core::TimePoint now = clock_.Now();
  const std::string message = spec::BoundedUtf8(entry.message, kLongestMessage);
  const std::string what =
      record.uid + '\n' + std::string(core::ToString(entry.reason)) + '\n' + message;
  const std::string mark = std::to_string(now.time_since_epoch().count());
  const std::string name =
      record.key.name.substr(0, kLongestName) + "." + Sha256Hex(what + '\n' + mark).substr(0, 16);
  const std::string path = ObjectPath("v1", record.key.ns, "events", name);
  const Recent event = Remember(what, path, now);
  ports::Result<json> written;
  bool is_new = event.count == 1;
  if (!is_new) {
    written = client_.MergePatch(
        event.path, {{"count", event.count}, {"lastTimestamp", spec::ToMicrosText(now)}});
    is_new = !written && written.error().code == ports::ErrorCode::kNotFound;
    if (is_new) {
      Drop(what);
      Remember(what, path, now);
    }
  }
  if (is_new) {
    written = client_.Create(CollectionPath("v1", record.key.ns, "events"),
                             EventObject(record, entry, name, message, spec::ToMicrosText(now)));
  }
  if (written) return;
  Drop(what);
  if (on_failure_) on_failure_(written.error());
}

}  // namespace slogate::adapters::kubernetes
