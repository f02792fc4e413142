// Shows the product's main job on real servers: four candidates are released at once, and what the
// controller does with each is told as it happens.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "places.h"
#include "support/right_end.h"
#include "support/world.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

std::atomic<bool> interrupted = false;

struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

std::vector<RolloutSettings> Candidates() {
  const std::array<std::array<const char*, 2>, 4> names = {{{"good", "good"},
                                                            {"errors", "errors"},
                                                            {"slow tail", "slow-tail"},
                                                            {"fast but wrong", "wrong"}}};
  std::vector<RolloutSettings> candidates;
  for (const auto& [title, profile] : names) {
    RolloutSettings settings;
    settings.title = title;
    settings.candidate = profile;
    candidates.push_back(settings);
  }
  return candidates;
}

// Prints a line whenever a rollout has something new to say.
class Reporter {
 public:
  explicit Reporter(World& world) : world_(world), began_(std::chrono::steady_clock::now()) {}

  void Look() {
    if (interrupted) throw Interrupted();
    for (const Rollout& rollout : world_.rollouts()) Report(rollout);
  }

  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

  double EndOf(const std::string& title) const {
    const auto found = ends_.find(title);
    return found == ends_.end() ? 0 : found->second;
  }

 private:
  void Report(const Rollout& rollout) {
    const json status = rollout.Status();
    const std::string phase = status.value("phase", "");
    if (phase.empty()) return;
    const std::string title = rollout.settings().title;
    const std::string line = Line(title, status, rollout.CanaryPercent());
    if (told_[title] == line) return;
    told_[title] = line;
    if (phase == "Promoted" || phase == "RolledBack") ends_.try_emplace(title, Seconds());
    std::printf("%6.1f s  %s\n", Seconds(), line.c_str());
    std::fflush(stdout);
  }

  static std::string Line(const std::string& title, const json& status, int percent) {
    const std::string phase = status.value("phase", "");
    const int step = status.value("step", 0);
    const std::string place =
        step > 0 ? std::to_string(step) + "/" + std::to_string(status.value("steps", 0)) : "-";
    const std::string weight = percent < 0 ? "?" : std::to_string(percent) + " %";
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), "%-15s %-12s %4s %5s  %s", title.c_str(), phase.c_str(),
                  place.c_str(), weight.c_str(), status.value("message", "").c_str());
    return text.data();
  }

  World& world_;
  const std::chrono::steady_clock::time_point began_;
  std::map<std::string, std::string> told_;
  std::map<std::string, double> ends_;
};

std::string Joined(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) result += (result.empty() ? "" : ", ") + word;
  return result.empty() ? "-" : result;
}

// True when every rollout has come to its right end.
bool Summarise(World& world, const Reporter& reporter) {
  std::printf("\n%-15s %-12s %-14s %-20s %8s\n", "candidate", "end", "blamed", "baseline runs",
              "after");
  bool right = true;
  for (const Rollout& rollout : world.rollouts()) {
    const RightEnd expected = RightEndOf(rollout.settings());
    const json status = rollout.Status();
    const std::string phase = status.value("phase", "");
    const auto blamed = status.value("blamed", std::vector<std::string>());
    const PodVersion baseline = rollout.VersionOf(rollout.BaselineDeployment());
    const bool promoted = baseline == rollout.CandidateVersion();
    const bool as_expected = phase == expected.phase && blamed == expected.blamed &&
                             promoted == (expected.phase == "Promoted") &&
                             rollout.CanaryPercent() == 0;
    std::printf("%-15s %-12s %-14s %-20s %6.1f s%s\n", rollout.settings().title.c_str(),
                phase.c_str(), Joined(blamed).c_str(),
                promoted ? "the candidate" : "the old version",
                reporter.EndOf(rollout.settings().title), as_expected ? "" : "  NOT AS IT SHOULD");
    right = right && as_expected;
  }
  return right;
}

int Show(const std::string& gate) {
  std::printf("Starting etcd, kube-apiserver, kube-controller-manager and Prometheus ...\n");
  std::fflush(stdout);
  World world({SLOGATE_SOURCE_DIR, gate}, Candidates());
  const Process controller = world.StartGate({});
  Reporter reporter(world);
  world.OnLook([&reporter] { reporter.Look(); });
  std::printf("\n%8s  %-15s %-12s %4s %5s  %s\n", "time", "candidate", "phase", "step", "weight",
              "what the status says");
  if (!world.AwaitReady(60s) || !world.AwaitScrapes(60s)) {
    throw std::runtime_error("the rollouts did not get ready\n" + world.GateLog());
  }
  std::printf("\nReleasing a new version of each, on 2000 requests a second\n\n");
  for (Rollout& rollout : world.rollouts()) rollout.Release();
  const bool ended = world.AwaitEnds(180s);
  const bool right = Summarise(world, reporter);
  return ended && right ? 0 : 1;
}

}  // namespace
}  // namespace slogate::testing

int main(int argc, char** argv) {
  using namespace slogate::testing;
  if (argc != 2) {
    std::fprintf(stderr, "usage: slogate-demo GATE\n");
    return 2;
  }
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  try {
    return Show(argv[1]);
  } catch (const Interrupted&) {
    std::fprintf(stderr, "interrupted; everything is stopped\n");
    return 130;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "slogate-demo: %s\n", exception.what());
    return 1;
  }
}
