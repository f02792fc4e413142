// Remembers what people were told.
#pragma once

#include <mutex>
#include <vector>

#include "slogate/ports/cluster.h"

namespace slogate::tests {

class FakeEventSink : public ports::EventSink {
 public:
  struct Event {
    ports::Key key;
    core::HistoryEntry entry;
  };

  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override {
    const std::lock_guard lock(mutex_);
    events_.push_back({record.key, entry});
  }

  std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace slogate::tests
