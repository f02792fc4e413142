// Whoever plays a role beside the tests' real API server.
#pragma once

#include "demo/prometheus/prometheus_server.h"
#include "demo/service/simulated_service.h"
#include "support/cluster_traffic.h"
#include "support/gateway_actor.h"
#include "support/kubelet_actor.h"
#include "support/object_watch.h"

namespace slogate::testing {

using demo::MetricsFront;
using demo::PrometheusServer;
using demo::ScrapeTarget;
using demo::SimulatedService;

}  // namespace slogate::testing
