// Metrics that servers, meshes and proxies commonly export, and labels that say whose they are.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>
#include <set>
#include <string_view>

#include "app/cli/author/init_policy.h"
#include "app/cli/terminal/span.h"
#include "promql/selector.h"

namespace slogate::app {
namespace {

using Kind = InitNote::Kind;
using ports::SeriesLabels;
using Many = std::vector<const SeriesLabels*>;

// A counter of requests whose label `code` says how each ended; those that match `bad` failed.
struct KnownCounter {
  std::string_view metric;
  std::array<std::string_view, 3> codes;  // the first that is there
  std::string_view bad;
};

constexpr std::array kKnownCounters = {
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

constexpr std::array kKnownHistograms = {
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
constexpr std::array<std::string_view, 5> kPodLabels = {"pod", "kubernetes_pod_name",
                                                        "k8s_pod_name", "pod_name", "exported_pod"};
constexpr std::array<std::string_view, 4> kWorkloadLabels = {"destination_workload", "deployment",
                                                             "k8s_deployment_name", "workload"};
constexpr std::array<std::string_view, 5> kServiceLabels = {"service", "exported_service",
                                                            "destination_service_name",
                                                            "kubernetes_service", "service_name"};
constexpr std::array<std::string_view, 5> kNamespaceLabels = {
    "namespace", "destination_service_namespace", "kubernetes_namespace", "k8s_namespace_name",
    "exported_namespace"};
constexpr std::string_view kRevisionLabelEnd = "pod_template_hash";

constexpr std::string_view kRestOfPodName = "-[a-z0-9]+-[a-z0-9]{5}";

std::string ValueOf(const SeriesLabels& series, std::string_view label) {
  const auto found = series.find(std::string(label));
  return found == series.end() ? "" : found->second;
}

// Names of Kubernetes objects hold no other character with a meaning.
std::string Pattern(const std::string& name) { return Replaced(name, {{'.', "[.]"}}); }

std::string PodPattern(const std::string& deployment) {
  return Pattern(deployment) + std::string(kRestOfPodName);
}

std::set<std::string> ServiceNames(const InitFacts& facts, const InitRoute& route) {
  std::set<std::string> names(facts.finding.services.begin(), facts.finding.services.end());
  for (const std::string& name : {facts.service, route.canary_service, route.baseline_service}) {
    if (!name.empty()) names.insert(name);
  }
  return names;
}

// One way to tell the tracks apart, and the series that have its label.
struct Way {
  std::string label;
  InitTracks tracks;
  Many series;
};

std::string Equals(std::string_view label, const std::string& value) {
  return std::string(label) + "=\"" + value + "\"";
}

// Best first: by revision, by pod, by workload, by Service.
std::vector<Way> Ways(const InitFacts& facts, const InitRoute& route, const Many& series) {
  std::vector<Way> ways;
  const auto add = [&](std::string_view label, const InitTracks& tracks, const auto& belongs) {
    Way& way = ways.emplace_back(Way{std::string(label), tracks, {}});
    for (const SeriesLabels* one : series) {
      const std::string value = ValueOf(*one, label);
      if (!value.empty() && belongs(value)) way.series.push_back(one);
    }
  };
  const std::string& name = facts.deployment.name;
  const std::string canary = name + "-canary";
  std::set<std::string> revision_labels;
  for (const SeriesLabels* one : series) {
    for (const auto& [label, value] : *one) {
      if (label.ends_with(kRevisionLabelEnd) && promql::IsLabelName(label)) {
        revision_labels.insert(label);
      }
    }
  }
  for (const std::string& label : revision_labels) {
    add(label, {label, "", "", ""}, [](const std::string&) { return true; });
  }
  const std::regex pod(PodPattern(name) + "|" + PodPattern(canary));
  for (const std::string_view label : kPodLabels) {
    const std::string is = std::string(label) + "=~\"";
    add(label, {"", is + PodPattern(canary) + "\"", is + PodPattern(name) + "\"", ""},
        [&](const std::string& value) {
          return value.size() <= 253 && std::regex_match(value, pod);
        });
  }
  for (const std::string_view label : kWorkloadLabels) {
    add(label, {"", Equals(label, canary), Equals(label, name), ""},
        [&](const std::string& value) { return value == name || value == canary; });
  }
  if (route.canary_service.empty()) return ways;
  const std::set<std::string> services = ServiceNames(facts, route);
  for (const std::string_view label : kServiceLabels) {
    add(label, {"", Equals(label, route.canary_service), Equals(label, route.baseline_service), ""},
        [&](const std::string& value) { return services.contains(value); });
  }
  return ways;
}

bool ChooseCounter(const Many& series, InitMetrics& metrics) {
  for (const KnownCounter& known : kKnownCounters) {
    for (const std::string_view code : known.codes) {
      const bool there = std::ranges::any_of(series, [&](const SeriesLabels* one) {
        return !code.empty() && ValueOf(*one, "__name__") == known.metric &&
               !ValueOf(*one, code).empty();
      });
      if (!there) continue;
      metrics.total = known.metric;
      metrics.bad =
          metrics.total + "{" + std::string(code) + "=~\"" + std::string(known.bad) + "\"}";
      return true;
    }
  }
  return false;
}

// Of the first known histogram the bound nearest to what one would wish, by ratio.
void ChooseHistogram(const Many& series, InitMetrics& metrics) {
  for (const KnownHistogram& known : kKnownHistograms) {
    double least = std::numeric_limits<double>::infinity();
    for (const SeriesLabels* one : series) {
      if (ValueOf(*one, "__name__") != std::string(known.metric) + "_bucket") continue;
      const std::string text = ValueOf(*one, "le");
      char* end = nullptr;
      const double bound = std::strtod(text.c_str(), &end);
      if (text.empty() || *end != '\0' || !std::isfinite(bound) || bound <= 0) continue;
      const double distance = std::abs(std::log(bound / known.wish));
      if (distance >= least) continue;
      least = distance;
      metrics.histogram = known.metric;
      metrics.threshold = text;
    }
    if (!metrics.histogram.empty()) return;
  }
}

std::string_view NamespaceLabel(const SeriesLabels& series) {
  for (const std::string_view label : kNamespaceLabels) {
    if (!ValueOf(series, label).empty()) return label;
  }
  return "";
}

// Matchers of both tracks: the namespace, and one of the two ends that count each call of a mesh.
std::string CommonMatchers(const Many& series, const InitFacts& facts, const InitMetrics& metrics) {
  std::string common;
  if (const std::string_view label = NamespaceLabel(*series.front()); !label.empty()) {
    common = Equals(label, facts.deployment.ns);
  }
  if (metrics.total.starts_with("istio_")) {
    common += (common.empty() ? "" : ",") + Equals("reporter", "destination");
  }
  return common;
}

InitMetrics Assumed(const InitFacts& facts, const InitRoute& route, InitNotes& notes) {
  InitMetrics metrics;
  metrics.total = "http_requests_total";
  metrics.bad = "http_requests_total{code=~\"5..\"}";
  const bool by_pods = route.canary_service.empty();
  if (by_pods) metrics.tracks.revision_label = kRevisionLabelEnd;
  notes.push_back({Kind::kAssumed,
                   std::string("counter http_requests_total with label code, tracks by label ") +
                       (by_pods ? std::string(kRevisionLabelEnd) : "service") +
                       (facts.prometheus.empty() ? "; give --prometheus to find it" : "")});
  notes.push_back({Kind::kEdit, "objectives and tracks, for what your service exports"});
  return metrics;
}

}  // namespace

std::vector<std::string> MetricSelectors(const InitFacts& facts) {
  std::vector<std::string> names;
  for (const KnownCounter& known : kKnownCounters) names.emplace_back(known.metric);
  for (const KnownHistogram& known : kKnownHistograms) {
    names.push_back(std::string(known.metric) + "_bucket");
  }
  InitNotes unsaid;
  const ports::Result<InitRoute> route = ChooseRoute(facts, unsaid);
  std::string services = Pattern(facts.deployment.name);
  for (const std::string& service : ServiceNames(facts, route.value_or(InitRoute{}))) {
    services += "|" + Pattern(service);
  }
  const std::string canary = facts.deployment.name + "-canary";
  std::vector<std::string> selectors;
  const auto select = [&](std::string_view label, const std::string& values) {
    selectors.push_back("{__name__=~\"" + Joined(names, "|") + "\"," + std::string(label) + "=~\"" +
                        values + "\"}");
  };
  const std::string pods = PodPattern(facts.deployment.name) + "|" + PodPattern(canary);
  for (const std::string_view label : kPodLabels) select(label, pods);
  for (const std::string_view label : kWorkloadLabels) {
    select(label, Pattern(facts.deployment.name) + "|" + Pattern(canary));
  }
  for (const std::string_view label : kServiceLabels) select(label, services);
  return selectors;
}

InitMetrics ChooseMetrics(const InitFacts& facts, const InitRoute& route, InitNotes& notes) {
  Many series;
  for (const SeriesLabels& one : facts.series) {
    const std::string_view label = NamespaceLabel(one);
    if (label.empty() || ValueOf(one, label) == facts.deployment.ns) series.push_back(&one);
  }
  for (const Way& way : Ways(facts, route, series)) {
    InitMetrics metrics;
    if (way.series.empty() || !ChooseCounter(way.series, metrics)) continue;
    metrics.tracks = way.tracks;
    ChooseHistogram(way.series, metrics);
    metrics.tracks.common = CommonMatchers(way.series, facts, metrics);
    notes.push_back({Kind::kFound, "counter " + metrics.total + "; tracks by label " + way.label});
    if (!metrics.histogram.empty()) {
      notes.push_back({Kind::kFound, "histogram " + metrics.histogram});
      notes.push_back({Kind::kEdit, "threshold " + metrics.threshold +
                                        " and target of latency, as you promise them"});
    } else {
      notes.push_back({Kind::kEdit, "no histogram of request times was found; add latency"});
    }
    return metrics;
  }
  return Assumed(facts, route, notes);
}

}  // namespace slogate::app
