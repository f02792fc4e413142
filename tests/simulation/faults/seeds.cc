#include "simulation/faults/seeds.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace slogate::faults {

Search RunSeeds(const SeedRange& range, Bug bug) {
  std::atomic<std::uint64_t> next{range.first};
  std::atomic<std::uint64_t> smallest{std::numeric_limits<std::uint64_t>::max()};
  std::mutex mutex;
  Search all;
  const auto work = [&] {
    Search mine;
    while (true) {
      const std::uint64_t seed = next++;
      if (seed >= range.first + range.count || seed >= smallest) break;
      const Ending ending = FaultRollout(ScenarioOf(seed), bug).Run();
      ++mine.rollouts;
      mine.looks += static_cast<std::uint64_t>(ending.looks);
      mine.promoted += ending.phase == core::Phase::kPromoted ? 1 : 0;
      mine.rolled_back += ending.phase == core::Phase::kRolledBack ? 1 : 0;
      if (!ending.broken) continue;
      std::uint64_t known = smallest;
      while (seed < known && !smallest.compare_exchange_weak(known, seed)) {
      }
    }
    const std::lock_guard lock(mutex);
    all.rollouts += mine.rollouts;
    all.looks += mine.looks;
    all.promoted += mine.promoted;
    all.rolled_back += mine.rolled_back;
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < range.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (smallest != std::numeric_limits<std::uint64_t>::max()) all.broken_seed = smallest;
  return all;
}

std::uint64_t NumberIn(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace slogate::faults
