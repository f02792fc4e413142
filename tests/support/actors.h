// The sandbox's actors and parts, which play their roles for the tests' real API server as well.
#pragma once

#include "sandbox/actors/gateway_actor.h"
#include "sandbox/actors/kubelet_actor.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/actors/served_routes.h"
#include "sandbox/prometheus/metrics_front.h"
#include "sandbox/prometheus/prometheus_server.h"
#include "sandbox/service/simulated_service.h"
#include "sandbox/service/traffic_profile.h"

namespace slogate::testing {

using sandbox::AnnotationOf;
using sandbox::GatewayActor;
using sandbox::IsServing;
using sandbox::kBehaviourAnnotation;
using sandbox::KeyOf;
using sandbox::kProfileAnnotation;
using sandbox::KubeletActor;
using sandbox::LabelOf;
using sandbox::MetricsFront;
using sandbox::NameOf;
using sandbox::NamespaceOf;
using sandbox::ObjectWatch;
using sandbox::PrometheusServer;
using sandbox::ScrapeTarget;
using sandbox::Selects;
using sandbox::ServedRoute;
using sandbox::ServedRoutes;
using sandbox::SimulatedService;

}  // namespace slogate::testing
