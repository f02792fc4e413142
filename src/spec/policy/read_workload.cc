#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t kMaxTracked = 16;
constexpr std::string_view kTwinSuffix = "-baseline";

std::string ReadDeployment(ObjectReader& workload, std::string_view field) {
  ObjectReader ref = workload.Child(field);
  if (!ref.IsObject()) return "";
  ref.Choice("kind", {"Deployment"});
  std::string name = ReadName(ref, "name", NameRule::kDnsSubdomain, "a Deployment");
  ref.RefuseOthers();
  return name;
}

void ReadCanaryScale(ObjectReader& reader, core::CanaryScale& scale) {
  const bool replicas = reader.Has("replicas");
  const bool share = reader.Has("shareOfBaseline");
  if (replicas == share) {
    reader.Report("", replicas ? "has both replicas and shareOfBaseline" : "is empty",
                  replicas ? "keep one of them" : "give replicas or shareOfBaseline");
  }
  if (replicas) scale.replicas = static_cast<int>(reader.Integer("replicas", 1, 1, 10'000));
  const auto percent = reader.Integer("shareOfBaseline", 100, 1, 100);
  scale.share_of_baseline = static_cast<double>(percent) / 100;
}

std::vector<core::TrackedConfig> ReadTracked(ObjectReader& workload) {
  std::vector<core::TrackedConfig> tracked;
  workload.Each("tracked", {0, kMaxTracked}, [&](ObjectReader& item, std::size_t) {
    core::TrackedConfig config;
    item.Require("kind", "write ConfigMap or Secret");
    const auto kind = item.Choice("kind", {"ConfigMap", "Secret"});
    config.kind = kind == "Secret" ? core::TrackedConfig::Kind::kSecret
                                   : core::TrackedConfig::Kind::kConfigMap;
    config.name = ReadName(item, "name", NameRule::kDnsSubdomain, "the object");
    item.RefuseOthers();
    if (std::ranges::find(tracked, config) != tracked.end()) {
      item.Report("name", "'" + config.name + "' is listed twice", "remove one");
    }
    tracked.push_back(std::move(config));
  });
  return tracked;
}

void CheckBaseline(ObjectReader& reader, core::Workload& workload, bool has_baseline) {
  switch (workload.promotion) {
    case core::Promotion::kManaged:
      if (has_baseline) {
        reader.Report("baselineRef", "has no place with promotion: Managed",
                      "remove it, slogate makes the baseline itself; or set promotion: External");
      }
      if (workload.deployment.size() + kTwinSuffix.size() > 253) {
        reader.Report("ref.name", "leaves no room for the name of the baseline",
                      "use at most 244 letters");
      }
      workload.baseline_deployment = workload.deployment + std::string(kTwinSuffix);
      return;
    case core::Promotion::kExternal:
      if (!has_baseline) {
        reader.Report("baselineRef", "is missing",
                      "name the Deployment that serves as baseline, promotion: External needs it");
      } else if (!workload.deployment.empty() &&
                 workload.baseline_deployment == workload.deployment) {
        reader.Report("baselineRef.name", "is the Deployment of ref as well",
                      "name the other Deployment");
      }
      return;
  }
}

}  // namespace

core::Workload ReadWorkload(ObjectReader& spec) {
  core::Workload workload;
  if (!spec.Require("workload", "give workload.ref with the name of a Deployment")) return workload;
  ObjectReader reader = spec.Child("workload");
  if (!reader.IsObject()) return workload;
  if (reader.Require("ref", "give the name of a Deployment, such as ref: {name: shop}")) {
    workload.deployment = ReadDeployment(reader, "ref");
  }
  const auto promotion = reader.Word<core::Promotion>("promotion");
  const bool promotion_known = promotion || !reader.Has("promotion");
  workload.promotion = promotion.value_or(workload.promotion);
  const bool has_baseline = reader.Has("baselineRef");
  if (has_baseline) workload.baseline_deployment = ReadDeployment(reader, "baselineRef");
  if (promotion_known) CheckBaseline(reader, workload, has_baseline);
  reader.Part("canaryScale", workload.canary_scale, ReadCanaryScale);
  workload.scale_down_delay =
      reader.Time("scaleDownDelay", workload.scale_down_delay, {seconds(0), hours(24)});
  workload.progress_deadline =
      reader.Time("progressDeadline", workload.progress_deadline, {seconds(1), hours(24)});
  workload.max_canary_restarts = static_cast<int>(
      reader.Integer("maxCanaryRestarts", workload.max_canary_restarts, 0, 100'000));
  workload.tracked = ReadTracked(reader);
  reader.RefuseOthers();
  return workload;
}

}  // namespace slogate::spec
