// A watch: where it is in the history of its collection, and what to tell next.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/api/form.h"
#include "sandbox/api/object_store.h"
#include "sandbox/api/refusal.h"
#include "sandbox/api/selectors.h"
#include "sandbox/api/target.h"

namespace slogate::sandbox {

// For one thread. The store must outlive it.
class WatchCursor {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // Begins at the query's resourceVersion; without one, or at 0, every object comes first as ADDED.
  static Answered<WatchCursor> Open(const ObjectStore& store, Target target, const Query& query,
                                    const Form& form, std::function<core::TimePoint()> wall);

  // {"type": ..., "object": ...} for each thing that happened, oldest first. A version that is no
  // longer kept gives an ERROR event with a Status of 410, and the end.
  std::vector<nlohmann::json> Next(Instant now);

  // Nothing more will come.
  bool ended() const { return ended_; }
  // The change up to which all has been told.
  std::int64_t version() const { return version_; }
  // When to call Next again even though nothing changed.
  Instant due() const;

 private:
  WatchCursor(const ObjectStore& store, Target target, Selection selection, const Form& form,
              std::function<core::TimePoint()> wall);

  void TellBeginning(std::vector<nlohmann::json>& events);
  void TellRevision(const Revision& revision, std::vector<nlohmann::json>& events);
  void TellExpiry(std::vector<nlohmann::json>& events);
  void TellBookmark(std::vector<nlohmann::json>& events);
  nlohmann::json Event(const char* type, nlohmann::json object);
  void ScheduleBookmark(Instant now);

  const ObjectStore* store_;
  Target target_;
  Selection selection_;
  Form form_;
  std::function<core::TimePoint()> wall_;
  std::int64_t version_ = 0;
  std::int64_t told_ = 0;  // the version of the newest event
  bool from_beginning_ = false;
  bool ended_ = false;
  bool columns_told_ = false;
  bool bookmarks_ = false;
  Instant deadline_;
  Instant bookmark_;
};

}  // namespace slogate::sandbox
