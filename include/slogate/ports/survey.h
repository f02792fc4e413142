// What a policy for a Deployment could be made of: looks at what is there, changes nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/coverage.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/result.h"

namespace slogate::ports {

// A rule of a route with one backend, a Service of the namespace.
struct SingleBackend {
  std::string path;  // of the backend, as a JSON pointer: /spec/rules/0/backendRefs/0
  std::string service;
  std::string host;  // VirtualService: as it is written
  int port = 0;      // 0: not given
};

// A route that sends traffic to a Service of the Deployment.
struct RouteFinding {
  std::string kind;  // HTTPRoute, GRPCRoute, VirtualService or Ingress
  std::string name;
  std::vector<std::string> services;       // all its backends in the namespace, each once, in order
  std::vector<SingleBackend> single = {};  // of an HTTPRoute or VirtualService
};

// What surrounds a Deployment. Texts are as the API server gave them.
struct WorkloadFinding {
  std::vector<std::string> services;  // that select its pods, ordered
  std::vector<RouteFinding> routes;   // by kind, then name
  std::vector<std::string> unseen;    // kinds that could not be listed, with the reason
};

// Thread-safe. Every call has a time-out.
class WorkloadSurvey {
 public:
  virtual ~WorkloadSurvey() = default;

  // kNotFound when there is no such Deployment. Kinds of route that the cluster does not have are
  // passed over; those it does not let us list are named in `unseen`.
  virtual Result<WorkloadFinding> Survey(const Key& deployment) = 0;
};

// What holds new revisions of a policy's workload, and why that.
struct HoldFinding {
  core::HoldBy by = core::HoldBy::kPaused;
  std::string reason;
};

// What covers the pods of a policy's tracks. Thread-safe. Every call has a time-out.
class CoverageSurvey {
 public:
  virtual ~CoverageSurvey() = default;

  // `record.policy` is present. Objects of the policy's namespace alone, a few hundred of a kind at
  // most. Kinds that may not be listed are named, not an error. kNotFound when a Deployment does
  // not exist; kInvalidArgument, with the fix, when no label can tell the canary's pods apart.
  virtual Result<core::Surroundings> SurroundingsOf(const PolicyRecord& record) = 0;

  // Of a Managed policy.
  virtual Result<HoldFinding> HoldOf(const PolicyRecord& record) = 0;
};

// Labels of one series, its name as __name__.
using SeriesLabels = std::map<std::string, std::string>;

// Series that have the same values of some labels.
struct SeriesGroup {
  SeriesLabels labels;  // of those asked for, the ones that the series have
  double series = 0;    // how many there are

  friend bool operator==(const SeriesGroup&, const SeriesGroup&) = default;
};

class MetricsCatalogue {
 public:
  virtual ~MetricsCatalogue() = default;

  // The series that have a value now under any of these selectors, a few thousand at most. Errors
  // name the host; never a query or a header.
  virtual Result<std::vector<SeriesLabels>> Series(const MetricsConnection& connection,
                                                   const std::vector<std::string>& selectors,
                                                   core::TimePoint now) = 0;

  // The same counted, for each combination of the values of `by`, ordered by them; a few thousand
  // at most. `series` is a selector, or an expression that leaves series over, such as
  // resets(x[1h]) > 5. Without `by` there is one group, or none.
  virtual Result<std::vector<SeriesGroup>> Groups(const MetricsConnection& connection,
                                                  const std::string& series,
                                                  const std::vector<std::string>& by,
                                                  core::TimePoint now) = 0;

  // For how long samples are kept; std::nullopt: this server does not say.
  virtual Result<std::optional<core::Duration>> Retention(const MetricsConnection& connection) = 0;
};

}  // namespace slogate::ports
