#include "sandbox/api/watch_cursor.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/objects.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using nlohmann::json;
using std::chrono::seconds;

namespace {

constexpr std::int64_t kLongestSeconds = 3'600;
constexpr seconds kBookmarkPeriod{60};
// So that a client knows the newest version when it comes back after the end.
constexpr seconds kBookmarkBeforeEnd{2};

Answered<std::int64_t> Number(const Query& query, const char* name, std::int64_t otherwise) {
  const auto given = query.find(name);
  if (given == query.end() || given->second.empty()) return otherwise;
  const std::string& text = given->second;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return Refuse(500, "", "Invalid value: \"" + text + "\": " + name + " is not a number");
  }
  return value;
}

}  // namespace

WatchCursor::WatchCursor(const ObjectStore& store, Target target, Selection selection,
                         const Form& form, std::function<core::TimePoint()> wall)
    : store_(&store),
      target_(std::move(target)),
      selection_(std::move(selection)),
      form_(form),
      wall_(std::move(wall)) {}

Answered<WatchCursor> WatchCursor::Open(const ObjectStore& store, Target target, const Query& query,
                                        const Form& form, std::function<core::TimePoint()> wall) {
  Query wanted = query;
  if (!target.name.empty()) {
    wanted["fieldSelector"] = "metadata.name=" + target.name;
    target.name.clear();
  }
  auto selection = Selection::Parse(*target.type, wanted);
  if (!selection) return tl::unexpected(selection.error());
  const auto version = Number(query, "resourceVersion", 0);
  if (!version) return tl::unexpected(version.error());
  const auto length = Number(query, "timeoutSeconds", kLongestSeconds);
  if (!length) return tl::unexpected(length.error());
  WatchCursor cursor(store, std::move(target), std::move(*selection), form, std::move(wall));
  const Instant now = std::chrono::steady_clock::now();
  cursor.deadline_ = now + seconds(std::clamp<std::int64_t>(*length, 1, kLongestSeconds));
  const auto bookmarks = query.find("allowWatchBookmarks");
  cursor.bookmarks_ =
      bookmarks != query.end() && (bookmarks->second == "true" || bookmarks->second == "1");
  cursor.ScheduleBookmark(now);
  cursor.version_ = *version;
  cursor.told_ = *version;
  cursor.from_beginning_ = *version == 0;
  return cursor;
}

void WatchCursor::ScheduleBookmark(Instant now) {
  bookmark_ = now + kBookmarkPeriod;
  const Instant last = deadline_ - kBookmarkBeforeEnd;
  if (last > now) bookmark_ = std::min(bookmark_, last);
}

WatchCursor::Instant WatchCursor::due() const {
  return bookmarks_ ? std::min(bookmark_, deadline_) : deadline_;
}

std::vector<json> WatchCursor::Next(Instant now) {
  std::vector<json> events;
  if (ended_) return events;
  if (std::exchange(from_beginning_, false)) {
    TellBeginning(events);
  } else if (version_ < target_.type->since) {
    // The kind was not served yet: there is no history that far back.
    TellExpiry(events);
    return events;
  }
  const auto progress = store_->Since(version_, target_.type->qualified_plural());
  if (!progress) {
    TellExpiry(events);
    return events;
  }
  for (const auto& revision : progress->revisions) TellRevision(*revision, events);
  version_ = progress->version;
  if (bookmarks_ && now >= bookmark_) {
    if (version_ > told_) TellBookmark(events);
    ScheduleBookmark(now);
  }
  if (now >= deadline_) ended_ = true;
  return events;
}

json WatchCursor::Event(const char* type, json object) {
  json shaped = InForm(form_, target_, std::move(object), wall_());
  if (form_.kind == Form::Kind::kTable && std::exchange(columns_told_, true)) {
    shaped["columnDefinitions"] = nullptr;
  }
  return {{"type", type}, {"object", std::move(shaped)}};
}

void WatchCursor::TellBeginning(std::vector<json>& events) {
  const auto listing = store_->List(target_.type->qualified_plural(), target_.ns);
  for (const Object& object : listing.objects) {
    if (selection_.Has(*object)) events.push_back(Event("ADDED", Shown(target_, *object)));
  }
  version_ = listing.version;
  told_ = listing.version;
}

void WatchCursor::TellRevision(const Revision& revision, std::vector<json>& events) {
  if (!target_.ns.empty() && revision.key.ns != target_.ns) return;
  const bool was = revision.before != nullptr && selection_.Has(*revision.before);
  const bool is = revision.type != Revision::Type::kDeleted && selection_.Has(*revision.object);
  if (!was && !is) return;
  told_ = revision.version;
  if (is) {
    events.push_back(Event(was ? "MODIFIED" : "ADDED", Shown(target_, *revision.object)));
    return;
  }
  // What left the selection is told as it was when it still belonged to it.
  json last = Shown(target_, *revision.before);
  last["metadata"]["resourceVersion"] = std::to_string(revision.version);
  events.push_back(Event("DELETED", std::move(last)));
}

void WatchCursor::TellExpiry(std::vector<json>& events) {
  const Refusal expired{410, "Expired",
                        "too old resource version: " + std::to_string(version_) + " (" +
                            std::to_string(store_->version()) + ")",
                        nullptr, false};
  events.push_back({{"type", "ERROR"}, {"object", StatusOf(expired)}});
  ended_ = true;
}

void WatchCursor::TellBookmark(std::vector<json>& events) {
  json metadata = {{"resourceVersion", std::to_string(version_)}};
  if (!target_.type->custom) metadata["creationTimestamp"] = nullptr;
  json bookmark = Shown(target_, {{"metadata", metadata}});
  if (form_.kind == Form::Kind::kTable) {
    bookmark = TableOf(*target_.version, json::array(), metadata, form_.row_object, wall_());
  }
  events.push_back({{"type", "BOOKMARK"}, {"object", std::move(bookmark)}});
  told_ = version_;
}

}  // namespace slogate::sandbox
