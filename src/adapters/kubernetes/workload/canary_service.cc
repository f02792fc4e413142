#include "adapters/kubernetes/workload/canary_service.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/kubernetes/workload/ownership.h"
#include "adapters/kubernetes/workload/pod_selectors.h"
#include "adapters/kubernetes/workload/service_host.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

// What the canary's Service takes over as it is.
constexpr const char* kFollowed[] = {"sessionAffinity",     "sessionAffinityConfig",
                                     "ipFamilyPolicy",      "publishNotReadyAddresses",
                                     "trafficDistribution", "internalTrafficPolicy"};

std::string Called(const ports::PolicyRecord& record, const std::string& service) {
  return "Service " + record.key.ns + "/" + service;
}

std::string ServicePath(const ports::PolicyRecord& record, const std::string& service) {
  return ObjectPath("v1", record.key.ns, "services", service);
}

// The Service of this namespace that a host names; empty when it is none.
std::string ServiceOf(const std::string& host, const std::string& ns) {
  const std::string service = host.substr(0, host.find('.'));
  return IsHostOf(host, service, ns) ? service : "";
}

// Ports of the canary's Service: those of `baseline` without the ports of its nodes.
json FollowedPorts(const json& baseline) {
  json ports = ListField(baseline, {"spec", "ports"});
  for (json& port : ports) {
    if (port.is_object()) port.erase("nodePort");
  }
  return ports;
}

// Labels by which a scraper finds the Service, and slogate its own.
json FollowedLabels(const json& baseline) {
  json labels = Field(baseline, {"metadata", "labels"});
  if (!labels.is_object()) labels = json::object();
  labels[kManagedByLabel] = "slogate";
  return labels;
}

// Scrapers that go by annotations read these.
json FollowedAnnotations(const json& baseline, const ports::PolicyRecord& record) {
  json annotations = {{kPolicyAnnotation, record.key.name}};
  const json& own = Field(baseline, {"metadata", "annotations"});
  if (!own.is_object()) return annotations;
  for (const auto& [name, value] : own.items()) {
    if (std::string_view(name).starts_with("prometheus.io/")) annotations[name] = value;
  }
  return annotations;
}

bool Contains(const json& object, const json& wanted) {
  return std::all_of(wanted.items().begin(), wanted.items().end(),
                     [&](const auto& pair) { return Field(object, {pair.key()}) == pair.value(); });
}

bool Follows(const json& canary, const json& baseline, const json& selector,
             const ports::PolicyRecord& record) {
  const json& spec = Field(canary, {"spec"});
  return Field(spec, {"selector"}) == selector &&
         ListField(spec, {"ports"}) == FollowedPorts(baseline) &&
         std::ranges::all_of(kFollowed,
                             [&](const char* field) {
                               return Field(spec, {field}) == Field(baseline, {"spec", field});
                             }) &&
         Contains(Field(canary, {"metadata", "labels"}), FollowedLabels(baseline)) &&
         Contains(Field(canary, {"metadata", "annotations"}),
                  FollowedAnnotations(baseline, record)) &&
         Field(canary, {"metadata", "ownerReferences"}).dump().find(record.uid) !=
             std::string::npos;
}

// The change of a Service of ours that no longer follows. A null value takes a field away.
json FollowingPatch(const RouteServices::Pair& pair, const json& selector,
                    const ports::PolicyRecord& record) {
  json patch = CanaryService(pair.canary_name, pair.baseline, selector, record);
  patch["metadata"]["resourceVersion"] = Field(pair.canary, {"metadata", "resourceVersion"});
  for (const char* const field : kFollowed) {
    if (!patch["spec"].contains(field)) patch["spec"][field] = nullptr;
  }
  const json& present = Field(pair.canary, {"spec", "selector"});
  if (present.is_object()) {
    for (const auto& [key, value] : present.items()) {
      if (!selector.contains(key)) patch["spec"]["selector"][key] = nullptr;
    }
  }
  // The address of a Service cannot change.
  patch["spec"].erase("clusterIP");
  return patch;
}

bool NamesPort(const json& containers, const std::string& name) {
  return std::ranges::any_of(containers, [&](const json& container) {
    const json& ports = ListField(container, {"ports"});
    return std::ranges::any_of(ports,
                               [&](const json& port) { return TextField(port, {"name"}) == name; });
  });
}

// Whether a pod of the template has a container port of this name.
bool HasPort(const json& pod_template, const std::string& name) {
  return NamesPort(ListField(pod_template, {"spec", "containers"}), name) ||
         NamesPort(ListField(pod_template, {"spec", "initContainers"}), name);
}

const json& LabelsOf(const json& pod_template) {
  return Field(pod_template, {"metadata", "labels"});
}

// Of a Service in front of production's pods.
std::string FrontProblem(const std::string& called, const json& service, const TrackPods& pods,
                         const std::string& deployment) {
  if (service.is_null()) {
    return called + " does not exist; create it, or correct the route's name for it";
  }
  const json& selector = Field(service, {"spec", "selector"});
  const std::string selects = called + " selects pods by " + PairsText(selector);
  if (!selector.is_object() || selector.empty()) {
    return called + " has no selector; have it select the pods of Deployment " + deployment;
  }
  if (!SelectsLabels(selector, LabelsOf(pods.running))) {
    return selects + " and so none of Deployment " + deployment +
           "; correct its selector: the pods have " + PairsText(LabelsOf(pods.running));
  }
  if (!SelectsLabels(selector, LabelsOf(pods.offered))) {
    return selects + ", but the pods of the new revision of Deployment " + deployment + " have " +
           PairsText(LabelsOf(pods.offered)) + "; keep the labels that the Service selects by";
  }
  for (const json& port : ListField(service, {"spec", "ports"})) {
    const std::string name = TextField(port, {"targetPort"});
    if (name.empty() || !HasPort(pods.running, name) || HasPort(pods.offered, name)) continue;
    return called + " sends to container port " + name + ", which the new revision of Deployment " +
           deployment + " does not have; keep the port's name";
  }
  return "";
}

std::string PairProblem(const RouteServices::Pair& pair, const TrackPods& pods,
                        const ports::PolicyRecord& record) {
  const std::string& deployment = record.policy->workload.deployment;
  const std::string baseline = Called(record, pair.baseline_name);
  if (std::string why = FrontProblem(baseline, pair.baseline, pods, deployment); !why.empty()) {
    return why;
  }
  const bool managed = record.policy->workload.promotion == core::Promotion::kManaged;
  const json& selector = Field(pair.baseline, {"spec", "selector"});
  if (SelectsLabels(selector, pods.canary)) {
    return baseline + " selects pods by " + PairsText(selector) +
           " and so the canary's pods too, which have " + PairsText(pods.canary) +
           (managed ? "; have it select by the label that differs, or name another in "
                      "workload.canaryLabel"
                    : "; have it select by a label in which the two Deployments differ");
  }
  if (pair.canary_name == pair.baseline_name) {
    return baseline + " is named for both tracks; name another for the canary";
  }
  if (pair.canary.is_null() || pair.canary_is_ours) return "";
  const json& own = Field(pair.canary, {"spec", "selector"});
  const std::string canary =
      Called(record, pair.canary_name) + " selects pods by " + PairsText(own);
  const std::string fix = "; have it select by " + PairsText(pods.canary) +
                          (managed ? ", or delete it and slogate makes it" : " or some of these");
  if (!SelectsLabels(own, pods.canary)) return canary + " and so none of the canary" + fix;
  if (SelectsLabels(own, LabelsOf(pods.running)) || SelectsLabels(own, LabelsOf(pods.offered))) {
    return canary + " and so the pods of Deployment " + deployment + " too" + fix;
  }
  return "";
}

}  // namespace

FrontServices RouteServices::Front() const {
  FrontServices front;
  for (const Pair& pair : pairs) {
    if (!pair.baseline.is_null()) front.of_production.push_back(pair.baseline);
  }
  for (const json& service : shared) {
    if (!service.is_null()) front.of_both.push_back(service);
  }
  return front;
}

ports::Result<RouteServices> ReadServices(KubeClient& client, const ports::PolicyRecord& record) {
  RouteServices services;
  for (const core::Route& route : record.policy->routes) {
    const std::string shared =
        core::CountsPods(route) ? route.name : ServiceOf(route.host, record.key.ns);
    if (!shared.empty()) {
      auto service = Lookup(client, ServicePath(record, shared));
      if (!service) return tl::unexpected(service.error());
      services.shared.push_back(*std::move(service));
    }
    const auto known = [&](const RouteServices::Pair& pair) {
      return pair.canary_name == route.canary_service;
    };
    if (route.canary_service.empty() || std::ranges::any_of(services.pairs, known)) continue;
    RouteServices::Pair pair{route.baseline_service, route.canary_service, {}, {}};
    auto baseline = Lookup(client, ServicePath(record, pair.baseline_name));
    if (!baseline) return tl::unexpected(baseline.error());
    auto canary = Lookup(client, ServicePath(record, pair.canary_name));
    if (!canary) return tl::unexpected(canary.error());
    const auto ours = IsOurs(client, record, *canary);
    if (!ours) return tl::unexpected(ours.error());
    pair.baseline = *std::move(baseline);
    pair.canary = *std::move(canary);
    pair.canary_is_ours = *ours;
    services.pairs.push_back(std::move(pair));
  }
  return services;
}

std::string ServicesProblem(const RouteServices& services, const TrackPods& pods,
                            const ports::PolicyRecord& record) {
  for (const RouteServices::Pair& pair : services.pairs) {
    if (std::string why = PairProblem(pair, pods, record); !why.empty()) return why;
  }
  return "";
}

json CanaryService(const std::string& name, const json& baseline, const json& selector,
                   const ports::PolicyRecord& record) {
  json metadata = OwnMetadata(name, record);
  metadata["labels"] = FollowedLabels(baseline);
  metadata["annotations"] = FollowedAnnotations(baseline, record);
  json spec = {{"selector", selector}, {"ports", FollowedPorts(baseline)}};
  for (const char* const field : kFollowed) {
    const json& value = Field(baseline, {"spec", field});
    if (!value.is_null()) spec[field] = value;
  }
  if (TextField(baseline, {"spec", "clusterIP"}) == "None") spec["clusterIP"] = "None";
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", std::move(metadata)},
          {"spec", std::move(spec)}};
}

bool ServicesFollow(const RouteServices& services, const json& selector,
                    const ports::PolicyRecord& record) {
  return std::ranges::all_of(services.pairs, [&](const RouteServices::Pair& pair) {
    if (pair.canary.is_null()) return false;
    return !pair.canary_is_ours || Follows(pair.canary, pair.baseline, selector, record);
  });
}

ports::Result<void> EnsureServices(KubeClient& client, const RouteServices& services,
                                   const json& selector, const ports::PolicyRecord& record) {
  for (const RouteServices::Pair& pair : services.pairs) {
    if (pair.baseline.is_null()) {
      return ports::Fail(ports::ErrorCode::kNotFound,
                         Called(record, pair.baseline_name) + " does not exist; create it");
    }
    ports::Result<void> done;
    if (pair.canary.is_null()) {
      done = Done(client.Create(CollectionPath("v1", record.key.ns, "services"),
                                CanaryService(pair.canary_name, pair.baseline, selector, record)));
    } else if (pair.canary_is_ours && !Follows(pair.canary, pair.baseline, selector, record)) {
      done = Done(client.MergePatch(ServicePath(record, pair.canary_name),
                                    FollowingPatch(pair, selector, record)));
    }
    if (!done) return done;
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
