#include "support/second_writer.h"

#include <utility>

#include "support/rollout_objects.h"

namespace slogate::testing {

using nlohmann::json;

SecondWriter::SecondWriter(adapters::kubernetes::KubeClient& client,
                           std::vector<std::string> namespaces, std::chrono::milliseconds period)
    : client_(client), namespaces_(std::move(namespaces)), period_(period) {
  thread_ = std::thread([this] { Run(); });
}

SecondWriter::~SecondWriter() {
  stop_ = true;
  thread_.join();
}

void SecondWriter::Run() {
  constexpr std::chrono::milliseconds kLook{20};
  for (int round = 1; !stop_; ++round) {
    const auto next = std::chrono::steady_clock::now() + period_;
    for (const std::string& ns : namespaces_) Touch(ns, round);
    while (!stop_ && std::chrono::steady_clock::now() < next) std::this_thread::sleep_for(kLook);
  }
}

void SecondWriter::Touch(const std::string& ns, int round) {
  const std::string path =
      "/apis/gateway.networking.k8s.io/v1/namespaces/" + ns + "/httproutes/" + kRoute;
  const std::string text = std::to_string(round);
  json patch = json::array();
  patch.push_back({{"op", "replace"},
                   {"path", "/metadata/annotations/test.slogate.dev~1touched"},
                   {"value", text}});
  if (round % 4 == 0) {
    patch.push_back({{"op", "replace"},
                     {"path", "/spec/rules/0/filters/0/requestHeaderModifier/set/0/value"},
                     {"value", text}});
  }
  (void)client_.JsonPatch(path, patch);
}

}  // namespace slogate::testing
