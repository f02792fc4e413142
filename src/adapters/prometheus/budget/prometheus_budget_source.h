// One reading of one objective's budget: out of which series, and the numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/budget/budget_grid.h"
#include "slogate/core/budget_reading.h"
#include "slogate/ports/budget_source.h"

namespace slogate::adapters::prometheus {

// What is remembered of one budget, by where its numbers come from.
struct BudgetMemories {
  BudgetMemory buckets;
  BudgetMemory counters;

  std::size_t size() const { return buckets.size() + counters.size(); }
};

// Recorded buckets or Pyrra's series when they are fresh and go back as far as the raw counters do,
// Sloth's ratios when they go back further than the counters, else the raw counters.
core::BudgetReading ReadBudgetOnce(const Transport& transport,
                                   const ports::MetricsConnection& connection,
                                   const core::BudgetPlan& plan, BudgetMemories& memories);

// An objective's events over its budget window, out of Prometheus.

// Pieces that lie in the past are remembered for each key and asked for once; of many keys, or keys
// with many cohorts, those that have not been read for the longest time are forgotten.
// Thread-safe.
class PrometheusBudgets : public ports::BudgetSource {
 public:
  explicit PrometheusBudgets(Transport transport = PooledTransport());

  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection& connection,
                                 const core::BudgetPlan& plan) override;

  void ForgetBudgets(const std::string& prefix) override;

 private:
  // A reading under way keeps its entry alive when the key is forgotten.
  struct Entry {
    std::mutex mutex;
    BudgetMemories memories;
    std::uint64_t last_read = 0;  // under the source's mutex, as is the next
    std::size_t chunks = 0;
  };

  std::shared_ptr<Entry> EntryOf(const std::string& key);
  // Records how much the key's reading remembers, and makes room.
  void Settle(const std::string& key, const std::shared_ptr<Entry>& entry, std::size_t chunks);

  Transport transport_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::uint64_t readings_ = 0;
  std::size_t chunks_ = 0;
};

}  // namespace slogate::adapters::prometheus
