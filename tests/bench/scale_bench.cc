// What a controller with 100, 1,000 and 10,000 policies takes, beside what it may.
//
//   scale_bench [--minutes N] [--watched 0] [POLICIES ROLLOUTS]...
//
// Each fleet runs in a process of its own: at rest, then with every tenth policy in progress.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bench/fleet.h"

namespace slogate::bench {
namespace {

using std::chrono::minutes;

constexpr double kBudgetMib = 100;
constexpr double kBudgetCores = 0.3;

double Minutes(const Costs& costs) {
  return std::chrono::duration<double>(costs.length).count() / 60;
}

void Print(int policies, int rollouts, const Costs& costs, double world, double resident) {
  const double length = Minutes(costs);
  std::printf(
      "%8d %8d | %6.0f %6.0f | %6.3f %7.2f | %6.0f %8.0f %8.0f %7.0f %6.0f | %6.0f | %5.0f\n",
      policies, rollouts, resident, resident - world, costs.cpu_seconds / (60 * length),
      costs.slowest_second, costs.looks / length, costs.api.gets / length, costs.api.lists / length,
      costs.api.patches / length, costs.api.puts / length, costs.prometheus_reads / length,
      std::chrono::duration<double>(costs.oldest_decision).count());
  std::fflush(stdout);
}

// False when not every rollout came to its first step.
bool Measure(int policies, int rollouts, minutes length, bool watched) {
  Fleet fleet(policies, watched);
  const double world = Resident();
  fleet.Run(minutes(6));
  Costs at_rest = fleet.Run(length);
  Print(policies, 0, at_rest, world, Resident());
  fleet.Release(rollouts);
  fleet.Run(minutes(6));
  if (fleet.Baking() != rollouts) {
    std::fprintf(stderr, "only %d of %d rollouts collect evidence\n", fleet.Baking(), rollouts);
    return false;
  }
  const Costs costs = fleet.Run(length);
  Print(policies, rollouts, costs, world, Resident());
  return true;
}

// Memory of one fleet must not count for the next.
bool MeasureApart(int policies, int rollouts, minutes length, bool watched) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0)
    std::_Exit(Measure(policies, rollouts, length, watched) ? EXIT_SUCCESS : EXIT_FAILURE);
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int Run(const std::vector<std::string>& arguments) {
  minutes length(10);
  bool watched = true;
  std::vector<std::pair<int, int>> fleets;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--minutes") {
      length = minutes(std::atoi(arguments[i + 1].c_str()));
    } else if (arguments[i] == "--watched") {
      watched = arguments[i + 1] != "0";
    } else {
      fleets.emplace_back(std::atoi(arguments[i].c_str()), std::atoi(arguments[i + 1].c_str()));
    }
  }
  if (fleets.empty()) fleets = {{100, 10}, {1'000, 100}, {10'000, 1'000}};
  std::printf("%-17s | %-13s | %-14s | %-39s | %-6s | %s\n", "", "MiB", "CPU", "a minute", "Prom.",
              "age");
  std::printf("%8s %8s | %6s %6s | %6s %7s | %6s %8s %8s %7s %6s | %6s | %5s\n", "policies",
              "rollouts", "all", "its", "cores", "peak s", "looks", "GET", "LIST", "PATCH", "PUT",
              "reads", "s");
  bool passed = true;
  for (const auto& [policies, rollouts] : fleets) {
    passed = MeasureApart(policies, rollouts, length, watched) && passed;
  }
  std::printf("%8d %8d | %6.0f %6s | %6.3f %7.2f | %6s %8s %8s %7s %6s | %6s | %5d  budget\n",
              10'000, 1'000, kBudgetMib, "", kBudgetCores, 1.0, "", "0 *", "0 *", "", "", "**", 15);
  std::printf(
      "all: resident memory, the world in memory included; its: without that world.\n"
      "peak: most CPU seconds of work that fell due within a second.\n"
      "age: of the oldest decision on a rollout in progress.\n"
      "*: at rest. **: one query for each shape and interval.\n");
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace slogate::bench

int main(int count, char** values) {
  return slogate::bench::Run(std::vector<std::string>(values + 1, values + count));
}
