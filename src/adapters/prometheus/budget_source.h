// An objective's events over its budget window, out of Prometheus.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/prometheus/budget_reader.h"
#include "adapters/prometheus/client_pool.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/ports/budget_source.h"

namespace slogate::adapters::prometheus {

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
    std::size_t pieces = 0;
  };

  std::shared_ptr<Entry> EntryOf(const std::string& key);
  // Records how much the key's reading remembers, and makes room.
  void Settle(const std::string& key, const std::shared_ptr<Entry>& entry, std::size_t pieces);

  Transport transport_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::uint64_t readings_ = 0;
  std::size_t pieces_ = 0;
};

}  // namespace slogate::adapters::prometheus
