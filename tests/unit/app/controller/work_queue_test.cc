#include "app/controller/work_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace slogate::app {
namespace {

using std::chrono::milliseconds;

const ports::Key kA{"shop", "a"};
const ports::Key kB{"shop", "b"};

class WorkQueueTest : public ::testing::Test {
 protected:
  WorkQueue::Settings Settings() {
    WorkQueue::Settings settings;
    settings.first_backoff = milliseconds(100);
    settings.longest_backoff = milliseconds(1000);
    settings.random = [this] { return random_; };
    settings.now = [this] { return now_; };
    return settings;
  }

  double random_ = 0.999999;
  WorkQueue::Instant now_{};
  WorkQueue queue_{Settings()};
};

TEST_F(WorkQueueTest, HandsKeysOutInTheOrderTheyCame) {
  queue_.Add(kB);
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryTake(), kB);
  EXPECT_EQ(queue_.TryTake(), kA);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
}

TEST_F(WorkQueueTest, QueuesAKeyOnce) {
  queue_.Add(kA);
  queue_.Add(kA);
  EXPECT_EQ(queue_.depth(), 1u);
  EXPECT_EQ(queue_.TryTake(), kA);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
}

TEST_F(WorkQueueTest, KeepsAKeyFromASecondWorkerUntilTheFirstIsDone) {
  queue_.Add(kA);
  ASSERT_EQ(queue_.TryTake(), kA);
  queue_.Add(kA);
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryTake(), kA);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
}

TEST_F(WorkQueueTest, HandsADelayedKeyOutWhenItsTimeHasCome) {
  queue_.AddAfter(kA, milliseconds(50));
  now_ += milliseconds(49);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
  now_ += milliseconds(1);
  EXPECT_EQ(queue_.TryTake(), kA);
}

TEST_F(WorkQueueTest, SpreadsLongDelaysAndNoOthers) {
  const milliseconds long_delay = std::chrono::minutes(5);
  queue_.AddAfter(kA, long_delay);
  queue_.AddAfter(kB, std::chrono::minutes(1));
  now_ += milliseconds(59'999);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
  now_ += milliseconds(1);
  EXPECT_EQ(queue_.TryTake(), kB);
  now_ = WorkQueue::Instant(long_delay * 9 / 10);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
  now_ += milliseconds(1);
  EXPECT_EQ(queue_.TryTake(), kA) << "sooner by a tenth of it times 0.999999";
}

TEST_F(WorkQueueTest, OfSeveralDelaysTheFirstToEndCounts) {
  queue_.AddAfter(kA, milliseconds(50));
  queue_.AddAfter(kA, milliseconds(10));
  queue_.AddAfter(kA, milliseconds(70));
  now_ += milliseconds(10);
  EXPECT_EQ(queue_.TryTake(), kA);
  queue_.Done(kA);
  now_ += milliseconds(100);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
}

TEST_F(WorkQueueTest, KeepsADelayedKeyFromASecondWorkerToo) {
  queue_.Add(kA);
  ASSERT_EQ(queue_.TryTake(), kA);
  queue_.AddAfter(kA, milliseconds(5));
  now_ += milliseconds(5);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryTake(), kA);
}

TEST_F(WorkQueueTest, BacksOffTwiceAsLongAfterEachFailureUpToTheLongest) {
  EXPECT_NEAR(static_cast<double>(queue_.AddAfterFailure(kA).count()), 100, 1);
  EXPECT_NEAR(static_cast<double>(queue_.AddAfterFailure(kA).count()), 200, 1);
  for (int i = 0; i < 100; ++i) queue_.AddAfterFailure(kA);
  EXPECT_NEAR(static_cast<double>(queue_.AddAfterFailure(kA).count()), 1000, 1);
  EXPECT_NEAR(static_cast<double>(queue_.AddAfterFailure(kB).count()), 100, 1);
  queue_.Succeeded(kA);
  EXPECT_NEAR(static_cast<double>(queue_.AddAfterFailure(kA).count()), 100, 1);
}

TEST_F(WorkQueueTest, JitterTakesAtMostHalfOfTheBackoff) {
  random_ = 0;
  EXPECT_EQ(queue_.AddAfterFailure(kA), milliseconds(50));
  random_ = 0.5;
  EXPECT_EQ(queue_.AddAfterFailure(kA), milliseconds(150));
}

TEST_F(WorkQueueTest, HandsNothingOutAfterShutDown) {
  queue_.Add(kA);
  queue_.ShutDown();
  EXPECT_EQ(queue_.Take(), std::nullopt);
  EXPECT_EQ(queue_.TryTake(), std::nullopt);
}

TEST(WorkQueueThreadsTest, ShutDownWakesEveryWaitingWorker) {
  WorkQueue queue({.random = [] { return 0.0; }});
  std::latch waiting(3);
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      waiting.count_down();
      EXPECT_EQ(queue.Take(), std::nullopt);
    });
  }
  waiting.wait();
  queue.ShutDown();
  for (std::thread& worker : workers) worker.join();
}

TEST(WorkQueueThreadsTest, AWaitingWorkerGetsADelayedKey) {
  WorkQueue queue({.random = [] { return 0.0; }});
  std::optional<ports::Key> taken;
  std::thread worker([&] { taken = queue.Take(); });
  queue.AddAfter(kA, milliseconds(3));
  worker.join();
  EXPECT_EQ(taken, kA);
}

// Many adders, many workers: no key is ever with two workers, and the last add of every key is
// followed by a take.
TEST(WorkQueueThreadsTest, NeverRunsAKeyTwiceAtOnceAndNeverForgetsOne) {
  constexpr int kKeys = 5;
  constexpr int kAddsPerThread = 4000;
  WorkQueue queue({.first_backoff = milliseconds(1),
                   .longest_backoff = milliseconds(2),
                   .random = [] { return 0.5; }});
  std::array<ports::Key, kKeys> keys;
  for (int i = 0; i < kKeys; ++i) keys[static_cast<std::size_t>(i)] = {"shop", std::to_string(i)};
  std::array<std::atomic<int>, kKeys> inside{};
  std::array<std::atomic<int>, kKeys> added{};
  std::array<std::atomic<int>, kKeys> seen{};
  std::array<std::atomic<bool>, kKeys> caught_up{};
  std::atomic<int> overlaps{0};
  std::atomic<int> behind{kKeys};
  std::atomic<bool> all_added{false};

  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      while (const std::optional<ports::Key> key = queue.Take()) {
        const auto k = static_cast<std::size_t>(std::stoi(key->name));
        if (inside[k].fetch_add(1) != 0) ++overlaps;
        const bool last = all_added.load();
        seen[k] = added[k].load();
        std::this_thread::yield();
        inside[k].fetch_sub(1);
        if (!last) queue.AddAfterFailure(*key);
        if (last && !caught_up[k].exchange(true) && --behind == 0) queue.ShutDown();
        queue.Done(*key);
      }
    });
  }
  std::vector<std::thread> adders;
  for (int i = 0; i < 3; ++i) {
    adders.emplace_back([&, i] {
      for (int n = 0; n < kAddsPerThread; ++n) {
        const auto k = static_cast<std::size_t>((n * 7 + i) % kKeys);
        ++added[k];
        queue.Add(keys[k]);
      }
    });
  }
  for (std::thread& adder : adders) adder.join();
  all_added = true;
  for (const ports::Key& key : keys) queue.Add(key);
  for (std::thread& worker : workers) worker.join();

  EXPECT_EQ(overlaps, 0);
  for (std::size_t k = 0; k < kKeys; ++k) EXPECT_EQ(seen[k], added[k]) << "key " << k;
}

}  // namespace
}  // namespace slogate::app
