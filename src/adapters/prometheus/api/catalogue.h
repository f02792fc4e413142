// Which series a Prometheus has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/api/transport.h"
#include "slogate/core/time.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::prometheus {

// Thread-safe.
class PrometheusCatalogue : public ports::MetricsCatalogue {
 public:
  explicit PrometheusCatalogue(Transport transport = PooledTransport());

  ports::Result<std::vector<ports::SeriesLabels>> Series(const ports::MetricsConnection& connection,
                                                         const std::vector<std::string>& selectors,
                                                         core::TimePoint now) override;

  ports::Result<std::vector<ports::SeriesGroup>> Groups(const ports::MetricsConnection& connection,
                                                        const std::string& series,
                                                        const std::vector<std::string>& by,
                                                        core::TimePoint now) override;

  ports::Result<std::optional<core::Duration>> Retention(
      const ports::MetricsConnection& connection) override;

 private:
  const Transport transport_;
};

// What Prometheus' own page of flags says of retention. Pure; never throws on any text.
std::optional<core::Duration> RetentionOf(std::string_view flags);

}  // namespace slogate::adapters::prometheus
