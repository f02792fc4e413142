// How a reading gets raw samples.
#pragma once

#include <string>
#include <utility>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/sharing/series_query.h"
#include "adapters/prometheus/sharing/shared_queries.h"

namespace slogate::adapters::prometheus {

// By a share of others' queries, or by queries of its own; the samples are the same. Refers to all
// it is given. Not thread-safe.
class SampleQueries {
 public:
  explicit SampleQueries(QueryApi& api) : api_(api) {}
  SampleQueries(QueryApi& api, SharedQueries* shared, std::string rollout)
      : api_(api), shared_(shared), rollout_(std::move(rollout)) {}

  // `next`: what will be asked for in the next block, if all goes well.
  Answered<Reply> Read(const SeriesQuery& query, const SampleSpan& span, const SampleSpan& next) {
    return shared_ == nullptr ? ReadSpan(api_, query, span)
                              : shared_->Read(rollout_, api_, query, span, next);
  }

  // For other queries; knows the server's time of the latest answer, shared or not.
  QueryApi& api() { return api_; }

 private:
  QueryApi& api_;
  SharedQueries* shared_ = nullptr;
  std::string rollout_;
};

}  // namespace slogate::adapters::prometheus
