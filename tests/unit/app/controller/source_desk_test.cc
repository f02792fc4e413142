#include "app/controller/source_desk.h"

#include <gtest/gtest.h>

#include <future>
#include <semaphore>
#include <string>

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

constexpr SourceDesk::Limits kPatient{.patience = core::Duration(60'000)};
constexpr SourceDesk::Limits kImpatient{.patience = core::Duration(0)};
const ports::Key kShop{"shop", "checkout"};

SourceReadings Saying(const std::string& message) {
  SourceReadings readings;
  readings.evidence = core::EvidenceReading{core::SourceProblem::kNone, message, {}, {}};
  return readings;
}

std::string Said(const std::optional<SourceReadings>& readings) {
  return readings && readings->evidence ? readings->evidence->message : "";
}

// Readings that last until they are let go, and what the desk said of their ends.
struct Ends {
  SourceDesk::Read Until(std::shared_future<void> let_go, const std::string& message) {
    return [this, let_go = std::move(let_go), message] {
      begun.release();
      let_go.wait();
      return Saying(message);
    };
  }
  void Await() { ASSERT_TRUE(ended.try_acquire_for(60s)) << "a reading did not end"; }
  std::counting_semaphore<> begun{0};
  std::counting_semaphore<> ended{0};
  std::function<void(const ports::Key&)> on_end = [this](const ports::Key&) { ended.release(); };
};

TEST(SourceDeskTest, WhatIsReadAtOnceIsGivenAtOnce) {
  SourceDesk desk(kPatient, [](const ports::Key&) { ADD_FAILURE() << "somebody waited for it"; });
  EXPECT_EQ(Said(desk.Take(kShop, "a", [] { return Saying("first"); })), "first");
  EXPECT_EQ(Said(desk.Take(kShop, "a", [] { return Saying("second"); })), "second");
}

TEST(SourceDeskTest, WhatTakesLongerIsGivenToTheNextLook) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk(kImpatient, ends.on_end);
  EXPECT_FALSE(desk.Take(kShop, "a", ends.Until(let_go.get_future().share(), "late")));
  ends.begun.acquire();
  EXPECT_FALSE(desk.Take(kShop, "a", [] { return Saying("another"); }));
  let_go.set_value();
  ends.Await();
  EXPECT_EQ(Said(desk.Take(kShop, "a", [] { return Saying("another"); })), "late");
}

TEST(SourceDeskTest, AnAnswerToAnotherQuestionIsDropped) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk(kImpatient, ends.on_end);
  desk.Take(kShop, "step 1", ends.Until(let_go.get_future().share(), "of step 1"));
  ends.begun.acquire();
  EXPECT_FALSE(desk.Take(kShop, "step 2", [] { return Saying("of step 2"); }));
  let_go.set_value();
  ends.Await();
  auto given = desk.Take(kShop, "step 2", [] { return Saying("of step 2"); });
  if (!given) {
    ends.Await();
    given = desk.Take(kShop, "step 2", [] { return Saying("another"); });
  }
  EXPECT_EQ(Said(given), "of step 2");
}

TEST(SourceDeskTest, AnOldAnswerIsReadAnew) {
  Ends ends;
  std::promise<void> let_go;
  SourceDesk desk({.patience = core::Duration(0), .shelf_life = core::Duration(0)}, ends.on_end);
  desk.Take(kShop, "a", ends.Until(let_go.get_future().share(), "old"));
  let_go.set_value();
  ends.Await();
  EXPECT_NE(Said(desk.Take(kShop, "a", [] { return Saying("new"); })), "old");
}

// Four of a namespace wait for a source that never answers; another namespace does not feel it.
TEST(SourceDeskTest, ANamespaceHasNoMoreThanItsShare) {
  Ends ends;
  std::promise<void> let_go;
  const std::shared_future<void> stuck = let_go.get_future().share();
  SourceDesk desk({.in_all = 5, .of_namespace = 4, .patience = core::Duration(0)}, ends.on_end);
  for (int i = 0; i < 12; ++i) {
    EXPECT_FALSE(desk.Take({"stranger", std::to_string(i)}, "a", ends.Until(stuck, "at last")));
  }
  for (int i = 0; i < 4; ++i) ends.begun.acquire();
  auto given = desk.Take(kShop, "a", [] { return Saying("mine"); });
  if (!given) {
    ends.Await();
    given = desk.Take(kShop, "a", [] { return Saying("another"); });
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
  SourceDesk desk(kImpatient, ends.on_end);
  desk.Take(kShop, "a", ends.Until(let_go.get_future().share(), "late"));
  ends.begun.acquire();
  std::future<void> drop = dropped.get_future();
  desk.Forget(kShop, [&dropped] { dropped.set_value(); });
  EXPECT_EQ(drop.wait_for(0s), std::future_status::timeout);
  let_go.set_value();
  ASSERT_EQ(drop.wait_for(60s), std::future_status::ready);
  ends.Await();
  EXPECT_NE(Said(desk.Take(kShop, "a", [] { return Saying("new"); })), "late");
}

}  // namespace
}  // namespace slogate::app
