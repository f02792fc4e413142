#include "adapters/traffic/replica_ratio.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/traffic/router_table.h"
#include "adapters/traffic/weighted_router.h"
#include "spec/text/units.h"

namespace slogate::adapters::traffic {

int CanaryPods(int percent, int baseline) {
  if (percent <= 0) return 0;
  const int share = std::min(percent, 99);
  const double pods = static_cast<double>(share) * baseline / (100 - share);
  return static_cast<int>(std::clamp(std::round(pods), 1.0, static_cast<double>(INT32_MAX)));
}

int PodPercent(int canary, int baseline) {
  const double all = static_cast<double>(canary) + baseline;
  return all <= 0 ? 0 : static_cast<int>(std::lround(100.0 * canary / all));
}

std::string RoundingNote(int percent, int baseline) {
  const int canary = CanaryPods(percent, baseline);
  const int real = PodPercent(canary, baseline);
  if (real == percent) return "";
  return std::to_string(percent) + " % is " + std::to_string(canary) + " of " +
         std::to_string(static_cast<std::int64_t>(canary) + baseline) + " pods, " +
         std::to_string(real) + " %";
}

std::string RoundingNote(const std::vector<core::Step>& steps, int baseline) {
  std::string notes;
  for (const core::Step& step : steps) {
    const std::string note = RoundingNote(step.weight_percent, baseline);
    if (!note.empty()) notes += (notes.empty() ? "" : "; ") + note;
  }
  return notes;
}

using kubernetes::Field;
using kubernetes::NumberField;
using kubernetes::ObjectPath;
using kubernetes::TextField;
using nlohmann::json;
using ports::ErrorCode;

namespace {

// Why `service` does not select the pods of a template with `labels`, such as "selects app=shop,
// which they do not have"; empty when it selects them.
std::string WhyNotSelected(const json& service, const json& labels) {
  const json& selector = Field(service, {"spec", "selector"});
  if (!selector.is_object() || selector.empty()) return "has no selector";
  for (const auto& [name, value] : selector.items()) {
    if (Field(labels, {name}) == value) continue;
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    return "selects " + name + "=" + text + ", which they do not have";
  }
  return "";
}

// The labels of the Deployment's pods; null when it has none.
const json& PodLabels(const json& deployment) {
  return Field(deployment, {"spec", "template", "metadata", "labels"});
}

constexpr const char* kPercentAnnotation = "slogate.dev/canary-percent";
constexpr const char* kBesideAnnotation = "slogate.dev/beside-pods";

int Replicas(const json& deployment) {
  if (deployment.is_null()) return 0;
  return static_cast<int>(
      std::clamp<std::int64_t>(NumberField(deployment, {"spec", "replicas"}, 1), 0, INT32_MAX));
}

// What an annotation says, from 0 to `most`; absent when nobody said, or said nonsense.
std::optional<int> Reported(const json& canary, const char* annotation, int most) {
  const auto value =
      spec::ParseNumber<int>(TextField(canary, {"metadata", "annotations", annotation}));
  return value && *value >= 0 && *value <= most ? value : std::nullopt;
}

// The weight that the canary's replicas stand for, and beside how many pods of the baseline.
struct Share {
  int percent = 0;
  int beside = 0;
};

// As reported when the canary has the replicas of that; else as the pods are.
Share ObservedShare(const json& canary, const json& baseline) {
  const auto percent = Reported(canary, kPercentAnnotation, 99);
  const int beside = Reported(canary, kBesideAnnotation, INT32_MAX).value_or(Replicas(baseline));
  if (percent && Replicas(canary) == CanaryPods(*percent, beside)) return {*percent, beside};
  return {PodPercent(Replicas(canary), Replicas(baseline)), Replicas(baseline)};
}

bool HasItsPods(const json& deployment) {
  if (deployment.is_null()) return true;
  const std::int64_t wanted = Replicas(deployment);
  const bool seen = NumberField(deployment, {"status", "observedGeneration"}, -1) >=
                    NumberField(deployment, {"metadata", "generation"});
  return seen && NumberField(deployment, {"status", "replicas"}) == wanted &&
         NumberField(deployment, {"status", "updatedReplicas"}) == wanted &&
         NumberField(deployment, {"status", "availableReplicas"}) == wanted;
}

std::string Called(const std::string& ns, const core::Route& route) {
  return "Service " + ns + "/" + route.name;
}

std::string WhyMissed(const std::string& ns, const core::Route& route, const json& service,
                      const json& labels, const std::string& deployment) {
  const std::string why = WhyNotSelected(service, labels);
  if (why.empty()) return "";
  return Called(ns, route) + " misses the pods of " + deployment + ": it " + why +
         "; select by a " + "label that the pods of both have, and that Deployment " +
         route.canary_deployment + " does not select by";
}

std::string BaselineProblem(const std::string& ns, const core::Route& route, const json& service,
                            const json& baseline) {
  if (baseline.is_null()) {
    return "Deployment " + ns + "/" + route.baseline_deployment +
           " does not exist; create it, or correct workload.ref";
  }
  return WhyMissed(ns, route, service, PodLabels(baseline), route.baseline_deployment);
}

// A canary that does not exist yet is made so that the Service selects its pods.
std::string CanaryProblem(const std::string& ns, const core::Route& route, const json& service,
                          const json& canary) {
  if (canary.is_null()) return "";
  return WhyMissed(ns, route, service, PodLabels(canary), route.canary_deployment);
}

json ScalePatch(const json& canary, const Share& share) {
  return {{"metadata",
           {{"resourceVersion", TextField(canary, {"metadata", "resourceVersion"})},
            {"annotations",
             {{kPercentAnnotation, std::to_string(share.percent)},
              {kBesideAnnotation, std::to_string(share.beside)}}}}},
          {"spec", {{"replicas", CanaryPods(share.percent, share.beside)}}}};
}

// A weight is written as the canary Deployment's replicas, beside an annotation that says which
// weight they stand for, and beside how many pods: so neither rounding to whole pods nor an
// autoscaler of the baseline is drift. Accepted when exactly those pods
// are available, or none is left. 100 is kInvalidArgument: beside pods of the baseline, no number
// of pods takes everything. Thread-safe.
class ReplicaRatioRouter : public ports::TrafficRouter {
 public:
  explicit ReplicaRatioRouter(kubernetes::KubeClient& client) : client_(client) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    core::RouteView view;
    view.name = route.name;
    const auto read = Read(ns, route);
    if (!read) return tl::unexpected(read.error());
    view.exists = !read->service.is_null();
    view.version = VersionOf(read->canary);
    if (!view.exists) return view;
    view.problem = BaselineProblem(ns, route, read->service, read->baseline);
    if (view.problem.empty()) {
      view.problem = CanaryProblem(ns, route, read->service, read->canary);
    }
    const Share share = ObservedShare(read->canary, read->baseline);
    const int percent = share.percent;
    const int baseline = Replicas(read->baseline);
    view.canary_percent = percent;
    view.follows = CanaryPods(percent, share.beside) != CanaryPods(percent, baseline);
    view.accepted = HasItsPods(read->canary) && !view.follows;
    if (baseline > 0 && percent != 100) {
      view.note = percent == 0 ? RoundingNote(steps, baseline) : RoundingNote(percent, baseline);
    }
    return view;
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override {
    if (canary_percent >= 100) {
      return ports::Fail(ErrorCode::kInvalidArgument,
                         Called(ns, route) + " cannot give the canary all traffic; scale " +
                             route.baseline_deployment + " to 0 for that");
    }
    const auto read = Read(ns, route);
    if (!read) return tl::unexpected(read.error());
    if (canary_percent == 0 && read->canary.is_null()) return {};
    const int from = ObservedShare(read->canary, read->baseline).percent;
    if (IsLateRaise(read->canary, from, canary_percent, version)) {
      return ports::Fail(ErrorCode::kConflict,
                         "Deployment " + ns + "/" + route.canary_deployment + " has moved on");
    }
    if (read->service.is_null() || read->canary.is_null() || read->baseline.is_null()) {
      return ports::Fail(ErrorCode::kNotFound,
                         Called(ns, route) + " or one of its Deployments does not exist");
    }
    // Without the canary's pods, those of the baseline must be the ones that serve.
    std::string problem = BaselineProblem(ns, route, read->service, read->baseline);
    if (problem.empty() && canary_percent != 0) {
      problem = CanaryProblem(ns, route, read->service, read->canary);
    }
    if (!problem.empty()) return ports::Fail(ErrorCode::kInvalidArgument, problem);
    const Share wanted{canary_percent, Replicas(read->baseline)};
    if (Replicas(read->canary) == CanaryPods(wanted.percent, wanted.beside) &&
        Reported(read->canary, kPercentAnnotation, 99) == canary_percent) {
      return {};
    }
    return kubernetes::Done(
        client_.MergePatch(ObjectPath("apps/v1", ns, "deployments", route.canary_deployment),
                           ScalePatch(read->canary, wanted)));
  }

 private:
  // A null object is one that does not exist.
  struct Objects {
    json service;
    json canary;
    json baseline;
  };

  ports::Result<Objects> Read(const std::string& ns, const core::Route& route) {
    const auto deployment = [&](const std::string& name) {
      return kubernetes::Lookup(client_, ObjectPath("apps/v1", ns, "deployments", name));
    };
    auto service = kubernetes::Lookup(client_, ObjectPath("v1", ns, "services", route.name));
    if (!service) return tl::unexpected(service.error());
    auto canary = deployment(route.canary_deployment);
    if (!canary) return tl::unexpected(canary.error());
    auto baseline = deployment(route.baseline_deployment);
    if (!baseline) return tl::unexpected(baseline.error());
    return Objects{*std::move(service), *std::move(canary), *std::move(baseline)};
  }

  kubernetes::KubeClient& client_;
};

}  // namespace

std::unique_ptr<ports::TrafficRouter> MakeReplicaRatioRouter(kubernetes::KubeClient& client) {
  return std::make_unique<ReplicaRatioRouter>(client);
}

}  // namespace slogate::adapters::traffic
