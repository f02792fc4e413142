// Which series a Prometheus has.
#pragma once

#include <string>
#include <vector>

#include "adapters/prometheus/client_pool.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::prometheus {

// Thread-safe.
class PrometheusCatalogue : public ports::MetricsCatalogue {
 public:
  explicit PrometheusCatalogue(Transport transport = PooledTransport());

  ports::Result<std::vector<ports::SeriesLabels>> Series(const ports::MetricsConnection& connection,
                                                         const std::vector<std::string>& selectors,
                                                         core::TimePoint now) override;

 private:
  const Transport transport_;
};

}  // namespace slogate::adapters::prometheus
