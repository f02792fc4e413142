// What gate init knows before it writes a policy, and what it has to say about it.
#pragma once

#include <string>
#include <vector>

#include "slogate/ports/result.h"
#include "slogate/ports/survey.h"

namespace slogate::app {

struct InitFacts {
  ports::Key deployment;
  ports::WorkloadFinding finding;
  std::string service;     // as asked for; empty: to be chosen
  std::string route_kind;  // as asked for; empty: to be chosen
  std::string route_name;
  std::string prometheus;                   // address; empty: not asked
  std::vector<ports::SeriesLabels> series;  // that seem to be of the Deployment
};

// What a person should know of a choice.
struct InitNote {
  enum class Kind { kFound, kAssumed, kEdit };
  Kind kind = Kind::kFound;
  std::string text;

  friend bool operator==(const InitNote&, const InitNote&) = default;
};

using InitNotes = std::vector<InitNote>;

// The route of a policy that gate init writes. Pure.

struct InitRoute {
  std::string kind;  // as in core::Route
  std::string name;
  std::string canary_service;  // empty when the kind is Service
  std::string baseline_service;
};

// The route asked for, or the first one that was seen; without any, the Service and the number of
// pods behind it. Adds to `notes` what was found and what is still to be done. kNotFound names what
// there is instead of what was asked for.
ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes);

// The JSON patch that adds the canary's Service, with weight 0, to every rule of the route whose
// one backend is the baseline's; an empty one when there is no such rule.
std::string RoutePatch(const InitFacts& facts, const InitRoute& route);

// The tracks and objectives of a policy that gate init writes. Pure.

struct InitTracks {
  std::string revision_label;  // wins over the matchers
  std::string canary;          // label matchers; empty with no revision label: by default
  std::string baseline;
  std::string common;
};

struct InitMetrics {
  InitTracks tracks;
  std::string total;  // availability: a counter, and the selector of what is bad in it
  std::string bad;
  std::string histogram;  // latency: empty when none was found
  std::string threshold;  // a bucket's bound as Prometheus spells it
};

// Selectors of series that may count the Deployment's requests, for Prometheus.
std::vector<std::string> MetricSelectors(const InitFacts& facts);

// Chooses among facts.series what is known to count requests and tells the tracks apart.
InitMetrics ChooseMetrics(const InitFacts& facts, const InitRoute& route, InitNotes& notes);

// The policy that gate init writes. Pure.

struct InitPolicy {
  std::string text;  // YAML that gate validate accepts
  InitRoute route;
  InitNotes notes;
};

// kNotFound when the route asked for is not there, or there is none and no Service either.
ports::Result<InitPolicy> WritePolicy(const InitFacts& facts);

}  // namespace slogate::app
