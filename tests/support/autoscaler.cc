#include "support/autoscaler.h"

#include <chrono>
#include <utility>

#include "support/rollout_objects.h"

namespace slogate::testing {

Autoscaler::Autoscaler(adapters::kubernetes::KubeClient& client,
                       std::vector<std::string> namespaces, int replicas, std::uint64_t seed)
    : client_(client), namespaces_(std::move(namespaces)), replicas_(replicas), random_(seed) {
  for (const std::string& ns : namespaces_) present_[ns] = replicas_;
  ScheduleNext();
}

Autoscaler::~Autoscaler() { timeline_.Stop(); }

std::string Autoscaler::Stop() {
  timeline_.Stop();
  return refusal_;
}

void Autoscaler::ScheduleNext() {
  timeline_.After(std::chrono::milliseconds(500 + random_() % 3000), [this] { Scale(); });
}

void Autoscaler::Scale() {
  const std::string& ns = namespaces_[random_() % namespaces_.size()];
  int& replicas = present_[ns];
  const bool up = replicas < replicas_ || (replicas == replicas_ && random_() % 2 == 0);
  replicas = up ? 2 * replicas : replicas / 2;
  const auto scaled = client_.MergePatch(
      "/apis/apps/v1/namespaces/" + ns + "/deployments/" + kDeployment + "/scale",
      {{"spec", {{"replicas", replicas}}}});
  if (!scaled && refusal_.empty()) refusal_ = scaled.error().message;
  ScheduleNext();
}

}  // namespace slogate::testing
