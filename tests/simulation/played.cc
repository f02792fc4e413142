#include "simulation/played.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <utility>

#include "places.h"
#include "simulation/runner.h"
#include "simulation/scenario.h"

namespace slogate::simulation {
namespace {

constexpr std::int64_t kUsualRuns = 300;
constexpr std::int64_t kManyRuns = 20'000;

Scenario Read(const std::string& name) {
  const std::string path = SLOGATE_SOURCE_DIR "/examples/simulation/" + name + ".yaml";
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  ParsedScenario parsed = ParseScenario(text.str(), name + ".yaml");
  for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  return parsed.scenario.value_or(Scenario{});
}

}  // namespace

std::int64_t Runs() {
  const char* const requested = std::getenv("SLOGATE_YARDSTICK_RUNS");
  return requested == nullptr ? kUsualRuns : std::max(1L, std::strtol(requested, nullptr, 10));
}

bool AreMany(std::int64_t runs) { return runs >= kManyRuns; }

const Played& Play(const std::string& name, const RuleKind& kind) {
  static std::map<std::pair<std::string, std::string>, Played> played;
  const auto key = std::pair(name, kind.name);
  const auto found = played.find(key);
  if (found != played.end()) return found->second;
  Played fresh{.scenario = Read(name), .totals = {}};
  const int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  fresh.totals = Run(fresh.scenario, {kind}, {.runs = Runs(), .jobs = jobs}).front();
  return played.emplace(key, std::move(fresh)).first->second;
}

}  // namespace slogate::simulation
