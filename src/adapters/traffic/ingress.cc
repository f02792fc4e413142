#include "adapters/traffic/ingress.h"

#include <optional>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/traffic/canary_ingress.h"
#include "adapters/traffic/guarded_patch.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::RouteApi;
using nlohmann::json;

namespace {

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

}  // namespace

ports::Result<RouteApi::Found> IngressRouter::Canary(const std::string& ns,
                                                     const core::Route& route) {
  auto canary = api_.Get(ns, route.canary_ingress);
  if (!canary && canary.error().code == ports::ErrorCode::kNotFound) return RouteApi::Found{};
  return canary;
}

std::string IngressRouter::Problem(const std::string& ns, const core::Route& route,
                                   const json& main, const json& canary) const {
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
         "has a canary-weight that is not a whole number from 0 to canary-weight-total; correct it";
}

ports::Result<core::RouteView> IngressRouter::Observe(const std::string& ns,
                                                      const core::Route& route,
                                                      const std::vector<core::Step>& steps) {
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

ports::Result<void> IngressRouter::Create(const std::string& ns, const core::Route& route,
                                          const RouteApi::Found& main, int canary_percent) {
  const auto path = api_.RoutesPath(ns);
  if (!path) return tl::unexpected(path.error());
  const auto created = client_.Create(*path, CanaryIngress(main.object, route, canary_percent));
  if (!created) return tl::unexpected(created.error());
  return {};
}

ports::Result<void> IngressRouter::Write(const std::string& ns, const core::Route& route,
                                         const RouteApi::Found& canary, const json& spec,
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

ports::Result<void> IngressRouter::SetWeights(const std::string& ns, const core::Route& route,
                                              int canary_percent) {
  const auto main = api_.Get(ns, route.name);
  if (!main) return tl::unexpected(main.error());
  const auto canary = Canary(ns, route);
  if (!canary) return tl::unexpected(canary.error());
  std::string problem = Problem(ns, route, main->object, canary->object);
  const auto share = ShareOf(canary->object);
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

}  // namespace slogate::adapters::traffic
