// Metrics that servers, meshes and proxies commonly export, and labels that say whose they are.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/author/init_policy.h"

namespace slogate::app {

// A counter of requests whose label `code` says how each ended; those that match `bad` failed.
struct KnownCounter {
  std::string_view metric;
  std::array<std::string_view, 3> codes;  // the first that is there
  std::string_view bad;
};

inline constexpr std::array kKnownCounters = {
    KnownCounter{"istio_requests_total", {"response_code"}, "5.."},
    KnownCounter{"http_server_request_duration_seconds_count",
                 {"http_response_status_code", "http_status_code"},
                 "5.."},
    KnownCounter{"http_server_requests_seconds_count", {"status"}, "5.."},
    KnownCounter{"http_requests_total", {"code", "status", "status_code"}, "5.."},
    KnownCounter{"http_request_duration_seconds_count", {"code", "status", "status_code"}, "5.."},
    KnownCounter{"gin_requests_total", {"code"}, "5.."},
    KnownCounter{"flask_http_request_total", {"status"}, "5.."},
    KnownCounter{"grpc_server_handled_total",
                 {"grpc_code"},
                 "Unknown|DeadlineExceeded|Internal|Unavailable|DataLoss"},
    KnownCounter{"nginx_ingress_controller_requests", {"status"}, "5.."},
    KnownCounter{"envoy_cluster_upstream_rq", {"envoy_response_code"}, "5.."},
    KnownCounter{"envoy_cluster_upstream_rq_xx", {"envoy_response_code_class"}, "5"},
};

// A histogram of request times by its base name. `wish` is the bound one would like, in its unit.
struct KnownHistogram {
  std::string_view metric;
  double wish = 0.5;
};

inline constexpr std::array kKnownHistograms = {
    KnownHistogram{"istio_request_duration_milliseconds", 500},
    KnownHistogram{"http_server_request_duration_seconds"},
    KnownHistogram{"http_server_requests_seconds"},
    KnownHistogram{"http_request_duration_seconds"},
    KnownHistogram{"gin_request_duration_seconds"},
    KnownHistogram{"flask_http_request_duration_seconds"},
    KnownHistogram{"grpc_server_handling_seconds"},
    KnownHistogram{"nginx_ingress_controller_request_duration_seconds"},
    KnownHistogram{"envoy_cluster_upstream_rq_time", 500},
};

// Labels by what their values name, the most usual first.
inline constexpr std::array<std::string_view, 5> kPodLabels = {
    "pod", "kubernetes_pod_name", "k8s_pod_name", "pod_name", "exported_pod"};
inline constexpr std::array<std::string_view, 4> kWorkloadLabels = {
    "destination_workload", "deployment", "k8s_deployment_name", "workload"};
inline constexpr std::array<std::string_view, 5> kServiceLabels = {
    "service", "exported_service", "destination_service_name", "kubernetes_service",
    "service_name"};
inline constexpr std::array<std::string_view, 5> kNamespaceLabels = {
    "namespace", "destination_service_namespace", "kubernetes_namespace", "k8s_namespace_name",
    "exported_namespace"};
inline constexpr std::string_view kRevisionLabelEnd = "pod_template_hash";

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

}  // namespace slogate::app
