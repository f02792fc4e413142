#include "app/sources/source_desk.h"

#include <gtest/gtest.h>

#include <future>
#include <semaphore>
#include <stop_token>
#include <string>

#include "support/fake_clock.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

const SourceDesk::Limits kPatient{.patience = core::Duration(60'000)};
const SourceDesk::Limits kImpatient{.patience = core::Duration(0)};
const ports::Key kShop{"shop", "checkout"};

const std::string kAddress = "http://prometheus:9090";
const tests::FakeClock kClock;

SourceDesk::Read Saying(const std::string& message) {
  return [message](const std::stop_token&) {
    SourceReadings readings;
    readings.evidence = core::EvidenceReading{core::SourceProblem::kNone, message, {}, {}};
    readings.asked = true;
    return readings;
  };
}

SourceReadings Silent(const std::stop_token&) {
  SourceReadings readings = Saying("")({});
  readings.outage = Outage{core::SourceProblem::kTimeout, "no answer"};
  return readings;
}

std::string Said(const SourceDesk::Taken& taken) {
  return taken.readings && taken.readings->evidence ? taken.readings->evidence->message : "";
}

// Readings that last until they are let go, and what the desk said of their ends.
struct Ends {
  SourceDesk::Read Until(std::shared_future<void> let_go, const std::string& message) {
    return [this, let_go = std::move(let_go), message](const std::stop_token& stop) {
      begun.release();
      let_go.wait();
      return Saying(message)(stop);
    };
  }
  void Await() { ASSERT_TRUE(ended.try_acquire_for(60s)) << "a reading did not end"; }
  std::counting_semaphore<> begun{0};
  std::counting_semaphore<> ended{0};
  std::function<void(const ports::Key&)> on_end = [this](const ports::Key&) { ended.release(); };
};

TEST(SourceDeskTest, WhatIsReadAtOnceIsGivenAtOnce) {
  SourceDesk desk(kPatient, kClock,
                  [](const ports::Key&) { ADD_FAILURE() << "somebody waited for it"; });
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "a", Saying("first"))), "first");
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "a", Saying("second"))), "second");
}

TEST(SourceDeskTest, WhatTakesLongerIsGivenToTheNextLook) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk(kImpatient, kClock, ends.on_end);
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "a", ends.Until(let_go.get_future().share(), "late"))),
            "");
  ends.begun.acquire();
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "a", Saying("another"))), "");
  let_go.set_value();
  ends.Await();
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "a", Saying("another"))), "late");
}

TEST(SourceDeskTest, AnAnswerToAnotherQuestionIsDropped) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk(kImpatient, kClock, ends.on_end);
  desk.Take(kShop, kAddress, "step 1", ends.Until(let_go.get_future().share(), "of step 1"));
  ends.begun.acquire();
  EXPECT_EQ(Said(desk.Take(kShop, kAddress, "step 2", Saying("of step 2"))), "");
  let_go.set_value();
  ends.Await();
  auto given = desk.Take(kShop, kAddress, "step 2", Saying("of step 2"));
  if (!given.readings) {
    ends.Await();
    given = desk.Take(kShop, kAddress, "step 2", Saying("another"));
  }
  EXPECT_EQ(Said(given), "of step 2");
}

TEST(SourceDeskTest, AnOldAnswerIsReadAnew) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk({.patience = core::Duration(0), .shelf_life = core::Duration(0)}, kClock,
                  ends.on_end);
  desk.Take(kShop, kAddress, "a", ends.Until(let_go.get_future().share(), "old"));
  let_go.set_value();
  ends.Await();
  EXPECT_NE(Said(desk.Take(kShop, kAddress, "a", Saying("new"))), "old");
}

// Four of a namespace wait for a source that never answers; another namespace does not feel it.
TEST(SourceDeskTest, ANamespaceHasNoMoreThanItsShare) {
  Ends ends;
  std::promise<void> let_go;
  const std::shared_future<void> stuck = let_go.get_future().share();
  SourceDesk desk({.in_all = 5, .of_namespace = 4, .patience = core::Duration(0)}, kClock,
                  ends.on_end);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(Said(desk.Take({"stranger", std::to_string(i)}, kAddress, "a",
                             ends.Until(stuck, "at last"))),
              "");
  }
  for (int i = 0; i < 4; ++i) ends.begun.acquire();
  auto given = desk.Take(kShop, kAddress, "a", Saying("mine"));
  if (!given.readings) {
    ends.Await();
    given = desk.Take(kShop, kAddress, "a", Saying("another"));
  }
  EXPECT_EQ(Said(given), "mine");
  EXPECT_FALSE(ends.begun.try_acquire()) << "a fifth of the namespace is read";
  let_go.set_value();
  for (int i = 0; i < 12; ++i) ends.Await();
}

TEST(SourceDeskTest, WhatIsRememberedGoesWhenNothingReadsItAnyMore) {
  Ends ends;
  std::promise<void> let_go;
  std::promise<void> dropped;
  SourceDesk desk(kImpatient, kClock, ends.on_end);
  desk.Take(kShop, kAddress, "a", ends.Until(let_go.get_future().share(), "late"));
  ends.begun.acquire();
  std::future<void> drop = dropped.get_future();
  desk.Forget(kShop, [&dropped] { dropped.set_value(); });
  EXPECT_EQ(drop.wait_for(0s), std::future_status::timeout);
  let_go.set_value();
  ASSERT_EQ(drop.wait_for(60s), std::future_status::ready);
  ends.Await();
  EXPECT_NE(Said(desk.Take(kShop, kAddress, "a", Saying("new"))), "late");
}

// Four namespaces wait for one address that never answers; another address does not feel it.
TEST(SourceDeskTest, AnAddressHasNoMoreThanItsShare) {
  Ends ends;
  std::promise<void> let_go;
  const std::shared_future<void> stuck = let_go.get_future().share();
  SourceDesk desk({.in_all = 3, .of_address = 2, .patience = core::Duration(0)}, kClock,
                  ends.on_end);
  for (int i = 0; i < 4; ++i) {
    desk.Take({std::to_string(i), "stranger"}, "http://silent", "a", ends.Until(stuck, "at last"));
  }
  for (int i = 0; i < 2; ++i) ends.begun.acquire();
  auto given = desk.Take(kShop, kAddress, "a", Saying("mine"));
  if (!given.readings) {
    ends.Await();
    given = desk.Take(kShop, kAddress, "a", Saying("another"));
  }
  EXPECT_EQ(Said(given), "mine");
  EXPECT_EQ(desk.figures().running, 2U);
  EXPECT_EQ(desk.figures().waiting, 2U);
  let_go.set_value();
  for (int i = 0; i < 4; ++i) ends.Await();
}

TEST(SourceDeskTest, ASourceThatDoesNotAnswerIsLeftAloneByItsNamespace) {
  SourceDesk desk(kPatient, kClock, [](const ports::Key&) {});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(desk.Take(kShop, kAddress, "a", Silent).outage);
  const auto refused = desk.Take({"shop", "other"}, kAddress, "a", Saying("asked"));
  ASSERT_TRUE(refused.outage.has_value());
  EXPECT_EQ(refused.outage->problem, core::SourceProblem::kTimeout);
  EXPECT_FALSE(refused.readings.has_value());
  EXPECT_EQ(Said(desk.Take({"else", "other"}, kAddress, "a", Saying("asked"))), "asked");
  EXPECT_EQ(desk.figures().open_breakers, 1U);
  EXPECT_EQ(desk.figures().refused, 1U);
}

// Ends only when it is asked to stop.
SourceReadings UntilStopped(const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
  return Silent(stop);
}

TEST(SourceDeskTest, WhatIsReadStopsWithTheDesk) {
  SourceDesk desk(kImpatient, kClock, [](const ports::Key&) {});
  desk.Take(kShop, kAddress, "a", UntilStopped);
  desk.Take({"shop", "other"}, kAddress, "a", UntilStopped);
  desk.Stop();
  const auto taken = desk.Take(kShop, kAddress, "a", Saying("late"));
  EXPECT_FALSE(taken.readings || taken.outage);
}

TEST(SourceDeskTest, WhatNobodyWantsAnyMoreStopsAndCountsForNothing) {
  Ends ends;
  SourceDesk desk(kImpatient, kClock, ends.on_end);
  for (int step = 0; step < 4; ++step) {
    desk.Take(kShop, kAddress, std::to_string(step), UntilStopped);
    while (desk.figures().running == 0) std::this_thread::yield();
    desk.Take(kShop, kAddress, "next", UntilStopped);
    ends.Await();
  }
  EXPECT_EQ(desk.figures().open_breakers, 0U);
}

}  // namespace
}  // namespace slogate::app
