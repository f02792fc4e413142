#include "support/second_writer.h"

namespace slogate::testing {

SecondWriter::SecondWriter(adapters::kubernetes::KubeClient& client, Routes routes,
                           std::chrono::milliseconds period)
    : client_(client), routes_(std::move(routes)), period_(period) {
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
    for (const auto& [ns, shape] : routes_) {
      (void)client_.JsonPatch(shape->Path(ns), shape->Touch(round));
    }
    while (!stop_ && std::chrono::steady_clock::now() < next) std::this_thread::sleep_for(kLook);
  }
}

}  // namespace slogate::testing
