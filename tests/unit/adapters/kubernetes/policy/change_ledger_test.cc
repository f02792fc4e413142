#include "adapters/kubernetes/policy/change_ledger.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>

namespace slogate::adapters::kubernetes {
namespace {

using std::chrono::seconds;

const ports::Key kShop{"team", "shop"};
const ports::Key kBasket{"team", "basket"};
const std::set<std::string> kKinds = {"Deployment", "Pod"};

class ChangeLedgerTest : public ::testing::Test {
 protected:
  void HearAll() {
    for (const std::string& kind : kKinds) ledger_.Heard(kind);
  }
  std::optional<std::uint64_t> Last(const ports::Key& policy) {
    return ledger_.LastChange(policy, kKinds);
  }

  ChangeLedger::Instant now_{seconds(1'000)};
  ChangeLedger ledger_{[this] { return now_; }};
};

TEST_F(ChangeLedgerTest, NothingIsKnownBeforeEveryKindWasHeard) {
  EXPECT_EQ(Last(kShop), std::nullopt);
  ledger_.Heard("Pod");
  EXPECT_EQ(Last(kShop), std::nullopt);
  ledger_.Heard("Deployment");
  EXPECT_TRUE(Last(kShop).has_value());
}

TEST_F(ChangeLedgerTest, AChangeIsOfItsPolicyAlone) {
  HearAll();
  const auto shop = Last(kShop);
  const auto basket = Last(kBasket);
  ledger_.Changed(kShop);
  EXPECT_GT(Last(kShop), shop);
  EXPECT_EQ(Last(kBasket), basket);
}

TEST_F(ChangeLedgerTest, AChangeOfAllIsLaterThanEachOfTheirs) {
  HearAll();
  ledger_.Changed(kShop);
  const auto shop = Last(kShop);
  const auto basket = Last(kBasket);
  ledger_.AllChanged();
  EXPECT_GT(Last(kShop), shop);
  EXPECT_GT(Last(kBasket), basket);
}

TEST_F(ChangeLedgerTest, WhatALostWatchWouldTellIsNotKnown) {
  HearAll();
  const auto before = Last(kShop);
  ledger_.Lost("Pod");
  EXPECT_EQ(Last(kShop), std::nullopt);
  ledger_.Heard("Pod");
  EXPECT_EQ(Last(kShop), before);
}

TEST_F(ChangeLedgerTest, ASilentWatchIsNotReliedUpon) {
  HearAll();
  now_ += seconds(89);
  ledger_.Heard("Deployment");
  EXPECT_TRUE(Last(kShop).has_value());
  now_ += seconds(1);
  EXPECT_EQ(Last(kShop), std::nullopt);
}

TEST_F(ChangeLedgerTest, NoNumberComesBackWhenNamesAreDropped) {
  HearAll();
  ledger_.Changed(kShop);
  auto last = Last(kShop);
  for (int i = 0; i < 250'000; ++i) ledger_.Changed({"team", std::to_string(i)});
  EXPECT_GT(Last(kShop), last);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
