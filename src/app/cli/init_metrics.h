// The arms and objectives of a policy that gate init writes. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/cli/init_facts.h"
#include "app/cli/init_route.h"

namespace slogate::app {

struct InitArms {
  std::string revision_label;  // wins over the matchers
  std::string canary;          // label matchers; empty with no revision label: by default
  std::string baseline;
  std::string common;
};

struct InitMetrics {
  InitArms arms;
  std::string total;  // availability: a counter, and the selector of what is bad in it
  std::string bad;
  std::string histogram;  // latency: empty when none was found
  std::string threshold;  // a bucket's bound as Prometheus spells it
};

// Selectors of series that may count the Deployment's requests, for Prometheus.
std::vector<std::string> MetricSelectors(const InitFacts& facts);

// Chooses among facts.series what is known to count requests and tells the arms apart.
InitMetrics ChooseMetrics(const InitFacts& facts, const InitRoute& route, InitNotes& notes);

}  // namespace slogate::app
