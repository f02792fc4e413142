// Simulates rollouts with faults, and tells the story of one that breaks a promise.
//
//   simulate_faults --seeds 1000000 [--first 1] [--threads N] [--bug NAME] [--go-on]
//   simulate_faults --seed 17 [--whole] [--bug NAME]
//
// Says how far it is every 10,000 rollouts. With --go-on it lists every seed that breaks a promise,
// in a line each, instead of ending with the story of the first. Ends with 1 when a promise was
// broken, 2 for wrong arguments.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "simulation/faults/seeds.h"
#include "simulation/faults/shrink.h"

namespace slogate::faults {
namespace {

struct Arguments {
  SeedRange range{.first = 1,
                  .count = 20'000,
                  .threads = static_cast<int>(std::thread::hardware_concurrency())};
  std::optional<std::uint64_t> seed;
  bool whole = false;  // the story of the whole scenario, not of a smaller one
  bool go_on = false;
  Bug bug = Bug::kNone;
};

std::optional<Bug> BugOf(const std::string& name) {
  for (int i = 0; i <= kBugs; ++i) {
    if (Name(static_cast<Bug>(i)) == name) return static_cast<Bug>(i);
  }
  return std::nullopt;
}

std::optional<Arguments> Parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string flag = words[i];
    if (flag == "--whole") {
      arguments.whole = true;
      continue;
    }
    if (flag == "--go-on") {
      arguments.go_on = true;
      continue;
    }
    if (++i == count) return std::nullopt;
    const std::string value = words[i];
    const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (flag == "--first") {
      arguments.range.first = number;
    } else if (flag == "--seeds") {
      arguments.range.count = number;
    } else if (flag == "--threads") {
      arguments.range.threads = static_cast<int>(number);
    } else if (flag == "--seed") {
      arguments.seed = number;
    } else if (const auto bug = BugOf(value); flag == "--bug" && bug) {
      arguments.bug = *bug;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

int Tell(const Arguments& arguments, std::uint64_t seed) {
  const Scenario scenario = ScenarioOf(seed);
  const bool broken = FaultRollout(scenario, arguments.bug).Run().broken.has_value();
  const bool smaller = broken && !arguments.whole;
  std::cout << Story(smaller ? Shrunk(scenario, arguments.bug) : scenario, arguments.bug);
  return broken ? 1 : 0;
}

constexpr std::uint64_t kSeedsAtOnce = 10'000;

// One after the other, so that it is known how far they are.
int Run(const Arguments& arguments) {
  if (arguments.seed) return Tell(arguments, *arguments.seed);
  const auto began = std::chrono::steady_clock::now();
  const SeedRange& range = arguments.range;
  const std::uint64_t end = range.first + range.count;
  std::uint64_t broken = 0;
  Search all;
  for (std::uint64_t next = range.first; next < end;) {
    const std::uint64_t count = std::min(end - next, kSeedsAtOnce - (next - 1) % kSeedsAtOnce);
    const Search search = RunSeeds({next, count, range.threads}, arguments.bug);
    next = search.broken_seed ? *search.broken_seed + 1 : next + count;
    all.promoted += search.promoted;
    all.rolled_back += search.rolled_back;
    all.looks += search.looks;
    if (search.broken_seed) {
      if (!arguments.go_on) return Tell(arguments, *search.broken_seed);
      ++broken;
      const auto ending = FaultRollout(ScenarioOf(*search.broken_seed), arguments.bug).Run();
      std::cout << "seed " << *search.broken_seed << ": "
                << (ending.broken ? ending.broken->promise + ": " + ending.broken->how : "fine")
                << "\n";
    } else {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      std::cout << next - range.first << " rollouts from seed " << range.first << ", "
                << all.promoted << " promoted, " << all.rolled_back << " rolled back, " << all.looks
                << " looks, " << broken << " broken, " << took.count() << " s" << std::endl;
    }
  }
  return broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace slogate::faults

int main(int count, char** words) {
  const auto arguments = slogate::faults::Parse(count, words);
  if (!arguments) {
    std::cerr
        << "usage: simulate_faults [--seeds N] [--first N] [--threads N] [--bug NAME] [--go-on]\n"
           "       simulate_faults --seed N [--whole] [--bug NAME]\n";
    return 2;
  }
  return slogate::faults::Run(*arguments);
}
