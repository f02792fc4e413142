#include "support/autoscaler.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <utility>

#include "support/rollout_objects.h"

namespace slogate::testing {

using namespace std::chrono_literals;

Autoscaler::Autoscaler(adapters::kubernetes::KubeClient& client,
                       std::vector<std::string> namespaces, int replicas, std::uint64_t seed)
    : client_(client), namespaces_(std::move(namespaces)), replicas_(replicas), seed_(seed) {
  thread_ = std::thread([this] { Run(); });
}

Autoscaler::~Autoscaler() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

std::string Autoscaler::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return refusal_;
}

void Autoscaler::Run() {
  constexpr auto kLook = 20ms;
  std::mt19937_64 random(seed_);
  std::map<std::string, int> present;
  for (const std::string& ns : namespaces_) present[ns] = replicas_;
  while (!stop_) {
    const auto next =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(500 + random() % 3000);
    while (!stop_ && std::chrono::steady_clock::now() < next) std::this_thread::sleep_for(kLook);
    if (stop_) return;
    const std::string& ns = namespaces_[random() % namespaces_.size()];
    int& replicas = present[ns];
    const bool up = replicas < replicas_ || (replicas == replicas_ && random() % 2 == 0);
    replicas = up ? 2 * replicas : replicas / 2;
    const auto scaled = client_.MergePatch(
        "/apis/apps/v1/namespaces/" + ns + "/deployments/" + kDeployment + "/scale",
        {{"spec", {{"replicas", replicas}}}});
    if (!scaled && refusal_.empty()) refusal_ = scaled.error().message;
  }
}

}  // namespace slogate::testing
