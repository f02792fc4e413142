#include "adapters/kubernetes/policy/kube_policy_admin.h"

#include <algorithm>
#include <limits>

#include "adapters/http/encoding.h"
#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/policy/policy_store.h"
#include "adapters/kubernetes/policy/request_annotations.h"
#include "adapters/kubernetes/policy/slo_finder.h"
#include "spec/text/time_text.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr const char* kPageSize = "500";
constexpr int kMaxPages = 200;  // a hundred thousand objects

const char* AnnotationOf(ports::ActKind act) {
  switch (act) {
    case ports::ActKind::kApprove:
      return kApproveAnnotation;
    case ports::ActKind::kPromote:
      return kPromoteAnnotation;
    case ports::ActKind::kAbort:
      return kAbortAnnotation;
    case ports::ActKind::kPause:
      return kPauseAnnotation;
    case ports::ActKind::kResume:
      return kResumeAnnotation;
    case ports::ActKind::kRetry:
      return kRetryAnnotation;
  }
  return "";
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

}  // namespace

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
  std::sort(records.begin(), records.end(),
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
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& left, const auto& right) { return left.last < right.last; });
  return events;
}

}  // namespace slogate::adapters::kubernetes
