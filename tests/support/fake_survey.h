// What a survey of the cluster and of Prometheus gives, as told beforehand.
#pragma once

#include <string>
#include <vector>

#include "slogate/ports/survey.h"

namespace slogate::tests {

struct FakeSurroundings {
  std::vector<std::string> deployments;  // the names that exist
  ports::WorkloadSighting sighting;      // of each of them
  std::vector<ports::SeriesLabels> series;
  ports::Error cluster_failure;     // when there is a message
  ports::Error prometheus_failure;  // when there is a message
};

// `told` outlives these.
class FakeWorkloadSurvey : public ports::WorkloadSurvey {
 public:
  explicit FakeWorkloadSurvey(const FakeSurroundings& told) : told_(told) {}

  ports::Result<ports::WorkloadSighting> Look(const ports::Key& deployment) override {
    if (!told_.cluster_failure.message.empty()) return tl::unexpected(told_.cluster_failure);
    for (const std::string& name : told_.deployments) {
      if (name == deployment.name) return told_.sighting;
    }
    return ports::Fail(ports::ErrorCode::kNotFound, "deployment " + deployment.name);
  }

 private:
  const FakeSurroundings& told_;
};

class FakeMetricsCatalogue : public ports::MetricsCatalogue {
 public:
  explicit FakeMetricsCatalogue(const FakeSurroundings& told) : told_(told) {}

  ports::Result<std::vector<ports::SeriesLabels>> Series(const ports::MetricsConnection&,
                                                         const std::vector<std::string>&,
                                                         core::TimePoint) override {
    if (!told_.prometheus_failure.message.empty()) return tl::unexpected(told_.prometheus_failure);
    return told_.series;
  }

 private:
  const FakeSurroundings& told_;
};

}  // namespace slogate::tests
