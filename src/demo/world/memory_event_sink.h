// Events in memory.
#pragma once

#include <mutex>
#include <vector>

#include "demo/world/faulty_port.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

class MemoryEventSink : public ports::EventSink, public FaultyPort {
 public:
  struct Event {
    ports::Key key;
    core::HistoryEntry entry;
  };

  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override {
    if (!Strike()) return;
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

}  // namespace slogate::demo
