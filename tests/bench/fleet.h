// A fleet of policies in memory under one controller, in virtual time.
#pragma once

#include <memory>
#include <string>

#include "slogate/core/time.h"

namespace slogate::bench {

// Requests to an API server, by verb.
struct ApiRequests {
  double gets = 0;
  double lists = 0;
  double patches = 0;
  double puts = 0;
};

// What a time costs.
struct Costs {
  core::Duration length{0};  // of virtual time
  double cpu_seconds = 0;    // of this process, the world in memory included
  double looks = 0;
  ApiRequests api;
  double prometheus_reads = 0;        // of counts, histories and budgets, for one policy each
  double slowest_second = 0;          // CPU seconds of work that fell due within one second
  core::Duration oldest_decision{0};  // at its end, of the rollouts in progress
};

// Policies of two objectives and one HTTPRoute each, with budgets. Policies, Deployments, routes
// and series are in memory; queue, reconciler, core, statuses and metrics are the controller's own.
// Prometheus answers at once. API requests are those that the Kubernetes adapters make for the same
// calls. One worker. Used by one thread.
class Fleet {
 public:
  // Without `watched` nothing is relied upon that an earlier look has read, as while the watches of
  // the API server are down.
  Fleet(int policies, bool watched);
  ~Fleet();

  // The first `count` policies get a new revision.
  void Release(int count);

  // Rollouts whose first step bakes.
  int Baking() const;

  Costs Run(core::Duration length);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Of this process, in MiB.
double Resident();

}  // namespace slogate::bench
