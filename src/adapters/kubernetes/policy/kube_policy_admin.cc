#include "adapters/kubernetes/policy/kube_policy_admin.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/policy/policy_store.h"
#include "adapters/kubernetes/workload/revision.h"
#include "slogate/core/words.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

// Requests are kept in the status until the next attempt; longer ones are cut.
constexpr std::size_t kLongestRequest = 256;

std::string Annotation(const json& policy, const char* name) {
  return http::Printable(TextField(policy, {"metadata", "annotations", name}), kLongestRequest);
}

// What comes before `mark`, which is removed with it from `text`; all of it when there is no mark.
std::string_view CutAt(std::string_view& text, std::string_view mark) {
  const std::size_t place = text.find(mark);
  const std::string_view before = text.substr(0, place);
  text.remove_prefix(place == std::string_view::npos ? text.size() : place + mark.size());
  return before;
}

// Who and when; `what` is left to the caller. Absent without the annotation.
std::optional<core::Request> RequestOf(const json& policy, const char* name, std::string& what) {
  core::Request request;
  request.text = Annotation(policy, name);
  if (request.text.empty()) return std::nullopt;
  std::string_view rest = request.text;
  what = CutAt(rest, " ");
  if (rest.starts_with("by ")) {
    rest.remove_prefix(3);
    request.by = CutAt(rest, " at ");
  } else if (rest.starts_with("at ")) {
    rest.remove_prefix(3);
  } else {
    rest = {};
  }
  request.at = rest;
  return request;
}

// "<revision>/<step>", or "<revision>" alone; false when it is neither.
bool ReadRevisionAndStep(const std::string& what, core::Request& request) {
  const std::size_t slash = what.rfind('/');
  request.revision = what.substr(0, slash);
  if (request.revision.empty()) return false;
  if (slash == std::string::npos) return true;
  request.step = spec::ParseNumber<int>(what.substr(slash + 1)).value_or(0);
  return request.step >= 1;
}

enum class Names { kStep, kRevision, kEither };

std::optional<core::Request> AboutRevision(const json& policy, const char* annotation, Names names,
                                           const char* form, std::string& problem) {
  std::string what;
  std::optional<core::Request> request = RequestOf(policy, annotation, what);
  if (!request) return request;
  const bool read = ReadRevisionAndStep(what, *request);
  const bool wanted = names == Names::kEither || (names == Names::kStep) == (request->step > 0);
  if (read && wanted) return request;
  problem = std::string("annotation ") + annotation + " is not " + form + "; correct or remove it";
  return std::nullopt;
}

std::optional<core::Request> UndoOf(const json& policy, std::string& problem) {
  std::string what;
  std::optional<core::Request> request = RequestOf(policy, kUndoAnnotation, what);
  if (!request) return request;
  request->revision = what.substr(0, what.find('/'));
  request->now = what == request->revision + "/now";
  if (!request->revision.empty() && (request->now || what == request->revision)) return request;
  problem = std::string("annotation ") + kUndoAnnotation +
            " is not <revision> or <revision>/now; correct or remove it";
  return std::nullopt;
}

constexpr const char* kPageSize = "500";
constexpr int kMaxPages = 200;  // a hundred thousand objects

std::string AnnotationOf(ports::ActKind act) {
  return std::string(core::WordOf<ports::ActKind::kUndo>(
      act, {kApproveAnnotation, kPromoteAnnotation, kAbortAnnotation, kPauseAnnotation,
            kResumeAnnotation, kRetryAnnotation, kUndoAnnotation}));
}

core::TimePoint TimeField(const json& object, FieldPath path) {
  return spec::ParseTime(TextField(object, path), spec::Zone::kAny).value_or(core::TimePoint{});
}

// Events carry their times in fields that depend on who wrote them, and with which API.
ports::PolicyEvent EventFrom(const json& object) {
  ports::PolicyEvent event;
  const core::TimePoint created = TimeField(object, {"metadata", "creationTimestamp"});
  const core::TimePoint event_time = TimeField(object, {"eventTime"});
  const core::TimePoint fallback = event_time != core::TimePoint{} ? event_time : created;
  event.first = TimeField(object, {"firstTimestamp"});
  if (event.first == core::TimePoint{}) event.first = fallback;
  event.last = TimeField(object, {"lastTimestamp"});
  if (event.last == core::TimePoint{}) event.last = std::max(event.first, fallback);
  const std::int64_t count = NumberField(object, {"count"}, 1);
  event.count =
      static_cast<int>(std::clamp<std::int64_t>(count, 1, std::numeric_limits<int>::max()));
  event.warning = TextField(object, {"type"}) == "Warning";
  event.reason = TextField(object, {"reason"});
  event.message = TextField(object, {"message"});
  return event;
}

constexpr core::Duration kTimeout{3'000};
constexpr core::Duration kCountedTogether = std::chrono::minutes(10);
constexpr std::size_t kMaxRecent = 1'000;
constexpr std::size_t kLongestMessage = 1'000;  // bytes; the API server takes 1024
constexpr std::size_t kLongestName = 200;

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
          {"type", IsWarning(entry) ? "Warning" : "Normal"},
          {"count", 1},
          {"firstTimestamp", now},
          {"lastTimestamp", now},
          {"source", {{"component", "slogate"}}}};
}

}  // namespace

core::Requests RequestsOf(const json& policy) {
  core::Requests requests;
  requests.approve = AboutRevision(policy, kApproveAnnotation, Names::kStep, "<revision>/<step>",
                                   requests.problem);
  requests.promote = AboutRevision(policy, kPromoteAnnotation, Names::kEither,
                                   "<revision> or <revision>/<step>", requests.problem);
  requests.abort =
      AboutRevision(policy, kAbortAnnotation, Names::kRevision, "<revision>", requests.problem);
  requests.undo = UndoOf(policy, requests.problem);
  std::string unused;
  requests.pause = RequestOf(policy, kPauseAnnotation, unused);
  requests.resume = Annotation(policy, kResumeAnnotation);
  return requests;
}

std::string RetryWord(const json& policy) {
  const std::string word = Annotation(policy, kRetryAnnotation);
  return word.empty() ? "" : "@" + word;
}

ports::Result<std::vector<json>> KubePolicyAdmin::Items(const std::string& path,
                                                        const std::string& query) {
  std::vector<json> items;
  std::string token;
  for (int page = 0; page < kMaxPages; ++page) {
    std::string requested = path + "?" + query + "limit=" + kPageSize;
    if (!token.empty()) requested += "&continue=" + http::PercentEncoded(token);
    const ports::Result<json> answer = client_.Get(requested);
    if (!answer) return tl::unexpected(answer.error());
    const json& list = Field(*answer, {"items"});
    if (!list.is_array()) {
      return ports::Fail(ports::ErrorCode::kMalformedResponse,
                         "GET " + path + ": the answer has no items");
    }
    items.insert(items.end(), list.begin(), list.end());
    token = TextField(*answer, {"metadata", "continue"});
    if (token.empty()) return items;
  }
  return ports::Fail(ports::ErrorCode::kMalformedResponse,
                     "GET " + path + ": the list does not end; name a namespace");
}

ports::Result<std::vector<ports::PolicyRecord>> KubePolicyAdmin::List(const std::string& ns) {
  const auto items = Items(CollectionPath(kGroupVersion, ns, kPlural), "");
  if (!items) return tl::unexpected(items.error());
  std::vector<ports::PolicyRecord> records;
  SloFinder slos(client_);
  for (const json& item : *items) {
    records.push_back(RecordFromObject(item, slos.In(KeyOf(item).ns)));
  }
  if (slos.failure()) return tl::unexpected(*slos.failure());
  std::ranges::sort(records,
                    [](const auto& left, const auto& right) { return left.key < right.key; });
  return records;
}

ports::Result<ports::PolicyRecord> KubePolicyAdmin::Get(const ports::Key& key) {
  return ReadRecord(client_, key.ns, client_.Get(PolicyPath(key)));
}

ports::Result<ports::PolicyRecord> KubePolicyAdmin::Ask(const ports::PolicyRecord& record,
                                                        const ports::PolicyChange& change) {
  json patch = {{"metadata", {{"resourceVersion", record.resource_version}}}};
  for (const ports::Word& word : change.words) {
    json& value = patch["metadata"]["annotations"][AnnotationOf(word.act)];
    value = word.text ? json(*word.text) : json();
  }
  if (change.paused) patch["spec"]["paused"] = *change.paused;
  return ReadRecord(client_, record.key.ns, client_.MergePatch(PolicyPath(record.key), patch));
}

ports::Result<std::vector<ports::PolicyEvent>> KubePolicyAdmin::EventsOf(
    const ports::PolicyRecord& record) {
  const std::string selector =
      "involvedObject.name=" + record.key.name + ",involvedObject.uid=" + record.uid;
  const auto items = Items(CollectionPath("v1", record.key.ns, "events"),
                           "fieldSelector=" + http::PercentEncoded(selector) + "&");
  if (!items) return tl::unexpected(items.error());
  std::vector<ports::PolicyEvent> events;
  for (const json& item : *items) {
    if (TextField(item, {"involvedObject", "uid"}) != record.uid) continue;
    events.push_back(EventFrom(item));
  }
  std::ranges::stable_sort(
      events, [](const auto& left, const auto& right) { return left.last < right.last; });
  return events;
}

KubeEventSink::KubeEventSink(ClusterConfig config, const ports::Clock& clock, OnFailure on_failure)
    : client_(std::move(config), KubeClient::Options{kTimeout, "slogate"}),
      clock_(clock),
      on_failure_(std::move(on_failure)) {}

KubeEventSink::Recent KubeEventSink::Remember(const std::string& what, const std::string& path,
                                              core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(recent_, [&](const Recent& event) { return event.what == what; });
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
