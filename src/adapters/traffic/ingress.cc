// The two Ingresses of the NGINX ingress controller: the one that points at the baseline, and the
// canary's, whose annotations split the traffic of the same hosts and paths. The objects are not
// trusted.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/traffic/router_table.h"
#include "adapters/traffic/weighted_router.h"
#include "spec/text/units.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::ListField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr const char* kCanaryAnnotation = "nginx.ingress.kubernetes.io/canary";
constexpr const char* kWeightAnnotation = "nginx.ingress.kubernetes.io/canary-weight";
constexpr const char* kPrefix = "nginx.ingress.kubernetes.io/";
constexpr const char* kClassAnnotation = "kubernetes.io/ingress.class";
constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
constexpr std::int64_t kLargestTotal = 1'000'000;
constexpr std::size_t kLongestPort = 63;

std::string Annotation(const json& object, const std::string& name) {
  return TextField(object, {"metadata", "annotations", name});
}

bool PointsAt(const json& backend, const std::string& service) {
  return TextField(backend, {"service", "name"}) == service;
}

bool HasPathTo(const json& ingress, const std::string& service) {
  if (PointsAt(Field(ingress, {"spec", "defaultBackend"}), service)) return true;
  for (const json& rule : ListField(ingress, {"spec", "rules"})) {
    for (const json& path : ListField(rule, {"http", "paths"})) {
      if (PointsAt(Field(path, {"backend"}), service)) return true;
    }
  }
  return false;
}

// Absent when the text is there and is no whole number from 0 to the largest total.
std::optional<std::int64_t> Number(const json& object, const std::string& name,
                                   std::int64_t fallback) {
  const json& value = Field(object, {"metadata", "annotations", name});
  if (value.is_null()) return fallback;
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const auto number = spec::ParseNumber<std::int64_t>(text);
  return number && *number >= 0 && *number <= kLargestTotal ? number : std::nullopt;
}

// The paths of `rule` that point at the baseline, pointing at the canary.
json CanaryPaths(const json& rule, const core::Route& route) {
  json paths = json::array();
  for (const json& path : ListField(rule, {"http", "paths"})) {
    if (!PointsAt(Field(path, {"backend"}), route.baseline_service)) continue;
    paths.push_back(path);
    paths.back()["backend"]["service"]["name"] = route.canary_service;
  }
  return paths;
}

// Whether the controller takes it for a canary.
bool IsCanary(const json& canary) { return Annotation(canary, kCanaryAnnotation) == "true"; }

// Whether slogate made it: then its hosts and paths are kept those of the baseline's Ingress.
bool IsOwnCanary(const json& canary) {
  return TextField(canary, {"metadata", "labels", kManagedBy}) == "slogate";
}

// Why slogate cannot move traffic by the baseline's Ingress, with the fix; empty when it can.
std::string ProblemOfMain(const json& main, const core::Route& route) {
  if (IsCanary(main)) {
    return "is itself a canary; name the Ingress it belongs to";
  }
  if (!HasPathTo(main, route.baseline_service)) {
    return "has no path to Service " + route.baseline_service +
           "; point one at it, the canary gets the same paths";
  }
  return "";
}

// The same for the canary's Ingress when somebody else made it.
std::string ProblemOfCanary(const json& canary, const core::Route& route) {
  if (!IsCanary(canary)) {
    return "lacks the annotation " + std::string(kCanaryAnnotation) +
           ": \"true\"; add it, or give another canaryIngress";
  }
  if (!HasPathTo(canary, route.canary_service)) {
    return "has no path to Service " + route.canary_service + "; point its paths at it";
  }
  return "";
}

// What the canary's Ingress says of its share: `weight` of `total`. Absent when it says nonsense.
struct IngressShare {
  std::int64_t weight = 0;
  std::int64_t total = 100;
};

std::optional<IngressShare> ShareOf(const json& canary) {
  const auto weight = Number(canary, kWeightAnnotation, 0);
  const auto total = Number(canary, std::string(kPrefix) + "canary-weight-total", 100);
  if (!weight || !total || *total == 0 || *weight > *total) return std::nullopt;
  return IngressShare{*weight, *total};
}

// The hosts and paths of the baseline's Service in `main`, with the canary's Service behind them.
json CanarySpec(const json& main, const core::Route& route) {
  json spec = json::object();
  for (const char* const field : {"ingressClassName", "tls"}) {
    const json& value = Field(main, {"spec", field});
    if (!value.is_null()) spec[field] = value;
  }
  const json& fallback = Field(main, {"spec", "defaultBackend"});
  if (PointsAt(fallback, route.baseline_service)) {
    spec["defaultBackend"] = fallback;
    spec["defaultBackend"]["service"]["name"] = route.canary_service;
  }
  for (const json& rule : ListField(main, {"spec", "rules"})) {
    json paths = CanaryPaths(rule, route);
    if (paths.empty()) continue;
    json copy = rule;
    copy["http"]["paths"] = std::move(paths);
    spec["rules"].push_back(std::move(copy));
  }
  return spec;
}

// The canary's Ingress, not yet created. It belongs to `main` and goes with it.
json CanaryIngress(const json& main, const core::Route& route, int percent) {
  json annotations = {{kCanaryAnnotation, "true"}, {kWeightAnnotation, std::to_string(percent)}};
  const std::string ingress_class = Annotation(main, kClassAnnotation);
  if (!ingress_class.empty()) annotations[kClassAnnotation] = ingress_class;
  const json owner = {{"apiVersion", TextField(main, {"apiVersion"})},
                      {"kind", "Ingress"},
                      {"name", TextField(main, {"metadata", "name"})},
                      {"uid", TextField(main, {"metadata", "uid"})}};
  return {{"apiVersion", TextField(main, {"apiVersion"})},
          {"kind", "Ingress"},
          {"metadata",
           {{"name", route.canary_ingress},
            {"namespace", TextField(main, {"metadata", "namespace"})},
            {"labels", {{kManagedBy, "slogate"}}},
            {"annotations", std::move(annotations)},
            {"ownerReferences", json::array({owner})}}},
          {"spec", CanarySpec(main, route)}};
}

// How the Ingress names a port of the Service behind `backend`; empty when that is no Service.
std::string PortOf(const json& backend) {
  const json& number = Field(backend, {"service", "port", "number"});
  return number.is_number_integer() ? number.dump()
                                    : TextField(backend, {"service", "port", "name"});
}

bool OffersPort(const json& service, const std::string& wanted) {
  return std::ranges::any_of(ListField(service, {"spec", "ports"}), [&](const json& port) {
    return TextField(port, {"name"}) == wanted || Field(port, {"port"}).dump() == wanted;
  });
}

// The first port that the paths of `canary_spec` send to and `service` does not have; else empty.
std::string MissingPort(const json& canary_spec, const json& service) {
  std::vector<std::string> wanted = {PortOf(Field(canary_spec, {"defaultBackend"}))};
  for (const json& rule : ListField(canary_spec, {"rules"})) {
    for (const json& path : ListField(rule, {"http", "paths"})) {
      wanted.push_back(PortOf(Field(path, {"backend"})));
    }
  }
  for (const std::string& port : wanted) {
    if (!port.empty() && !OffersPort(service, port)) return port;
  }
  return "";
}

// What else decides where requests go; empty when the weight alone does.
std::string PrecedenceNote(const json& main, const json& canary) {
  constexpr std::size_t kLongest = 40;
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  for (const char* const what : {"header", "cookie"}) {
    const std::string name = Annotation(canary, std::string(kPrefix) + "canary-by-" + what);
    if (name.empty()) continue;
    add(std::string(what) + " " + http::Printable(name, kLongest) + " is heeded before the weight");
  }
  const bool sticky =
      Annotation(main, std::string(kPrefix) + "affinity") == "cookie" &&
      Annotation(main, std::string(kPrefix) + "affinity-canary-behavior") != "legacy";
  if (sticky) add("by cookie affinity, the weight counts for new clients only");
  return note;
}

constexpr const char* kWeightPath =
    "/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight";
constexpr const char* kCanaryPath = "/metadata/annotations/nginx.ingress.kubernetes.io~1canary";

std::string WhyNot(const IngressShare& share, int percent) {
  if (share.total * percent % 100 == 0) return "";
  return "has canary-weight-total " + std::to_string(share.total) + ", which cannot express " +
         std::to_string(percent) + " %; set it to 100";
}

std::optional<int> PercentOf(const IngressShare& share) {
  if (share.weight * 100 % share.total != 0) return std::nullopt;
  return static_cast<int>(share.weight * 100 / share.total);
}

// Makes the canary's Ingress when it is absent and the weight rises, and keeps the hosts and paths
// of one that it made those of the baseline's; of somebody else's it writes the weight alone. An
// Ingress is accepted when it exists, since nobody says more of it. Thread-safe.
class IngressRouter : public ports::TrafficRouter {
 public:
  explicit IngressRouter(kubernetes::KubeClient& client)
      : client_(client), api_(client, kubernetes::kIngresses) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    core::RouteView view;
    view.name = route.name;
    const auto main = api_.Get(ns, route.name);
    if (!main) {
      if (main.error().code == ports::ErrorCode::kNotFound) return view;
      return tl::unexpected(main.error());
    }
    const auto canary = Canary(ns, route);
    if (!canary) return tl::unexpected(canary.error());
    view.exists = true;
    view.accepted = true;
    view.version = VersionOf(canary->object);
    view.problem = Problem(ns, route, main->object, canary->object);
    view.note = PrecedenceNote(main->object, canary->object);
    if (canary->object.is_null()) {
      view.canary_percent = 0;
      return view;
    }
    const auto share = ShareOf(canary->object);
    if (!share || !IsCanary(canary->object)) return view;
    view.canary_percent = PercentOf(*share);
    for (const core::Step& step : steps) {
      const std::string why = WhyNot(*share, step.weight_percent);
      if (view.problem.empty() && !why.empty()) {
        view.problem = api_.Called(ns, route.canary_ingress) + " " + why;
      }
    }
    return view;
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override {
    const auto main = api_.Get(ns, route.name);
    if (!main) return tl::unexpected(main.error());
    const auto canary = Canary(ns, route);
    if (!canary) return tl::unexpected(canary.error());
    const auto share = ShareOf(canary->object);
    const auto from = share && IsCanary(canary->object) ? PercentOf(*share) : std::nullopt;
    if (IsLateRaise(canary->object, from, canary_percent, version)) {
      return MovedOn(api_, ns, route.canary_ingress);
    }
    std::string problem = Problem(ns, route, main->object, canary->object);
    if (problem.empty() && share) {
      const std::string why = WhyNot(*share, canary_percent);
      if (!why.empty()) problem = api_.Called(ns, route.canary_ingress) + " " + why;
    }
    const ports::Result<void> refused =
        problem.empty() ? ports::Result<void>()
                        : ports::Fail(ports::ErrorCode::kInvalidArgument, problem);
    // Whatever else is wrong, a canary can be given nothing.
    if (!refused && (canary_percent != 0 || !IsCanary(canary->object))) return refused;
    if (canary->object.is_null()) {
      return canary_percent == 0 ? ports::Result<void>() : Create(ns, route, *main, canary_percent);
    }
    const bool renewed = canary_percent != 0 && IsOwnCanary(canary->object);
    json spec = renewed ? CanarySpec(main->object, route) : json();
    if (spec == Field(canary->object, {"spec"})) spec = nullptr;
    const bool there = share && PercentOf(*share) == canary_percent && IsCanary(canary->object);
    if (there && spec.is_null()) return refused;
    const std::int64_t weight = share ? share->total * canary_percent / 100 : 0;
    const auto written = Write(ns, route, *canary, spec, weight);
    return written ? refused : written;
  }

 private:
  // The canary's Ingress; a null object when there is none.
  ports::Result<kubernetes::RouteApi::Found> Canary(const std::string& ns,
                                                    const core::Route& route) {
    auto canary = api_.Get(ns, route.canary_ingress);
    if (!canary && canary.error().code == ports::ErrorCode::kNotFound)
      return kubernetes::RouteApi::Found{};
    return canary;
  }

  // Why the pair cannot be moved, with the fix; empty when it can.
  std::string Problem(const std::string& ns, const core::Route& route, const json& main,
                      const json& canary) const {
    if (const std::string problem = ProblemOfMain(main, route); !problem.empty()) {
      return api_.Called(ns, route.name) + " " + problem;
    }
    if (canary.is_null()) return "";
    const std::string called = api_.Called(ns, route.canary_ingress) + " ";
    if (!IsOwnCanary(canary)) {
      if (const std::string problem = ProblemOfCanary(canary, route); !problem.empty()) {
        return called + problem;
      }
    }
    if (ShareOf(canary)) return "";
    return called +
           "has a canary-weight that is not a whole number from 0 to canary-weight-total; correct "
           "it";
  }

  ports::Result<void> Create(const std::string& ns, const core::Route& route,
                             const kubernetes::RouteApi::Found& main, int canary_percent) {
    const auto path = api_.RoutesPath(ns);
    if (!path) return tl::unexpected(path.error());
    const json ingress = CanaryIngress(main.object, route, canary_percent);
    const auto service = kubernetes::Lookup(
        client_, kubernetes::ObjectPath("v1", ns, "services", route.canary_service));
    if (!service) return tl::unexpected(service.error());
    const std::string missing = MissingPort(Field(ingress, {"spec"}), *service);
    if (!service->is_null() && !missing.empty()) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument,
                         "Service " + ns + "/" + route.canary_service + " has no port " +
                             http::Printable(missing, kLongestPort) + ", which " +
                             api_.Called(ns, route.name) +
                             " sends to; add the port to the Service, as Service " +
                             route.baseline_service + " has it");
    }
    return kubernetes::Done(client_.Create(*path, ingress));
  }

  ports::Result<void> Write(const std::string& ns, const core::Route& route,
                            const kubernetes::RouteApi::Found& canary, const json& spec,
                            std::int64_t weight) {
    json patch = json::array({VersionGuard(canary.object)});
    if (IsOwnCanary(canary.object)) {
      if (!Field(canary.object, {"metadata", "annotations"}).is_object()) {
        patch.push_back(Operation("add", "/metadata/annotations", json::object()));
      }
      patch.push_back(Operation("add", kCanaryPath, "true"));
      if (!spec.is_null()) patch.push_back(Operation("replace", "/spec", spec));
    } else {
      patch.push_back(Operation("test", kCanaryPath, "true"));
    }
    patch.push_back(Operation("add", kWeightPath, std::to_string(weight)));
    return PatchUnlessMoved(client_, api_, canary, ns, route.canary_ingress, patch);
  }

  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
};

}  // namespace

std::unique_ptr<ports::TrafficRouter> MakeIngressRouter(kubernetes::KubeClient& client) {
  return std::make_unique<IngressRouter>(client);
}

}  // namespace slogate::adapters::traffic
