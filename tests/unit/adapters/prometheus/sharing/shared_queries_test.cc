#include "adapters/prometheus/sharing/shared_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/adapters/prometheus/sharing/sharing_bed.h"

namespace slogate::adapters::prometheus {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SharedQueriesTest : public SharingBed {};

TEST_F(SharedQueriesTest, TwentyRolloutsAskTwoQueriesABlock) {
  constexpr int kApps = 20;
  Serve(kApps, 4);
  // At first each is on its own: two tracks, and their targets.
  EXPECT_EQ(ReadAll(kApps, 1), 3U * kApps);
  // One for the counters of all, and one for all targets.
  EXPECT_EQ(ReadAll(kApps, 2), 2U);
  EXPECT_EQ(ReadAll(kApps, 3), 2U);
  EXPECT_EQ(Read(7, 3).blocks.back().objectives[0].counts,
            (core::PairedCounts{{120, 8}, {120, 8}}));
}

TEST_F(SharedQueriesTest, TheSourceOfTheControllerShares) {
  constexpr int kApps = 20;
  Serve(kApps, 3);
  PrometheusSource source(transport());
  for (const auto& [closed, queries] : {std::pair{1, 3U * kApps}, {2, 2U}, {3, 2U}}) {
    prometheus_.requested.clear();
    for (int app = 0; app < kApps; ++app) {
      const auto reading = source.Count(NameOf(app), connection_, PlanOf(app), Closing(closed));
      EXPECT_EQ(reading.blocks.size(), static_cast<std::size_t>(closed));
    }
    EXPECT_EQ(prometheus_.requested.size(), queries);
  }
}

// Whoever comes late, or has missed a block, asks for other times than the rest.
TEST_F(SharedQueriesTest, OtherTimesAreOtherQueries) {
  Serve(3, 5);
  ReadAll(3, 1);
  Read(0, 2);
  Read(1, 2);
  prometheus_.requested.clear();
  ExpectAsAlone(Read(2, 3), PlanOf(2), 3);
  EXPECT_EQ(ReadAll(2, 3), 2U);
  EXPECT_EQ(ReadAll(3, 4), 2U);
}

TEST_F(SharedQueriesTest, OtherLengthsAreOtherQueries) {
  Serve(2, 8);
  core::ReadingPlan longer = PlanOf(1);
  longer.block_length = 2 * kLength;
  longer.first_block = kFirst / 2 + 1;
  for (int closed = 1; closed <= 8; ++closed) {
    Read(0, closed);
    prometheus_.requested.clear();
    Read(longer, 1, closed);
    for (const RequestedQuery& requested : prometheus_.requested) {
      EXPECT_THAT(requested.query, Not(HasSubstr("app-0-"))) << closed;
    }
  }
}

TEST_F(SharedQueriesTest, OtherCredentialsAreOtherQueries) {
  Serve(4, 3);
  std::vector<ports::MetricsConnection> connections(4, connection_);
  connections[1].bearer_token = "of another";
  connections[2].headers = {{"X-Scope-OrgID", "other"}};
  connections[3].address = "http://other:9090";
  for (int closed = 1; closed <= 3; ++closed) {
    for (int app = 0; app < 4; ++app) {
      prometheus_.requested.clear();
      const auto reading =
          ReadAs(connections[static_cast<std::size_t>(app)], PlanOf(app), app, closed);
      EXPECT_EQ(reading.blocks.size(), static_cast<std::size_t>(closed));
      EXPECT_FALSE(prometheus_.requested.empty());
      for (const RequestedQuery& requested : prometheus_.requested) {
        EXPECT_THAT(requested.query, HasSubstr(NameOf(app) + "-"));
        EXPECT_FALSE(IsShared(requested)) << requested.query;
      }
    }
  }
}

TEST_F(SharedQueriesTest, WhoIsForgottenIsNotAskedFor) {
  Serve(3, 3);
  ReadAll(3, 1);
  shared_.Forget(NameOf(1));
  prometheus_.requested.clear();
  Read(0, 2);
  for (const RequestedQuery& requested : prometheus_.requested) {
    EXPECT_THAT(requested.query, Not(HasSubstr("app-1-")));
    EXPECT_THAT(requested.query, HasSubstr("app-2-"));
  }
  ExpectAsAlone(Read(1, 2), PlanOf(1), 2);
}

class SharedCountsTest : public SharingBed, public testing::WithParamInterface<unsigned> {};

// Pods that restart, are born and vanish, counters that fall, samples that are missing; readers
// that miss blocks; answers that are partial, refused or slow.
TEST_P(SharedCountsTest, AreThoseOfOwnQueries) {
  constexpr int kApps = 5;
  constexpr int kBlocks = 25;
  std::mt19937 random(GetParam());
  ServeWild(kApps, kBlocks, random);
  std::mt19937 faults(GetParam());
  int failed = 0;
  prometheus_.override_answer =
      [&](const RequestedQuery& requested) -> std::optional<http::HttpResult<http::Response>> {
    if (!IsShared(requested) || faults() % 6 != 0) return std::nullopt;
    switch (++failed % 4) {
      case 0:
        return Responded(200, R"({"status":"success","warnings":["a store did not answer"],)"
                              R"("data":{"resultType":"matrix","result":[]}})");
      case 1:
        return Responded(200, R"({"status":"success","infos":["PromQL info: odd"],)"
                              R"("data":{"resultType":"matrix","result":[]}})");
      case 2:
        return Responded(503, "");
      default:
        return Responded(200, R"({"status":"success","data":{"resultType":"matrix","result":)"
                              R"([{"metric":{"__name__":"up"},"values":[[1,"1"]]}]}})");
    }
  };
  std::size_t shared = 0;
  for (int closed = 1; closed <= kBlocks; ++closed) {
    clock_ += std::chrono::minutes(1);
    for (int app = 0; app < kApps; ++app) {
      if (random() % 10 == 0) continue;
      core::ReadingPlan plan = PlanOf(app);
      plan.indicators.emplace_back(core::HistogramIndicator{{"latency", {}}, 0.5});
      plan.indicators.emplace_back(core::ScoreHistogramIndicator{{"latency", {}}});
      plan.slices = {{"language", {"en", "de", "fr"}, {}}, {"", {}, {0.25, 1}}, {}};
      prometheus_.requested.clear();
      const auto reading = Read(plan, app, closed);
      shared += static_cast<std::size_t>(std::ranges::count_if(prometheus_.requested, IsShared));
      if (random() % 3 == 0 || closed == kBlocks) ExpectAsAlone(reading, plan, closed);
    }
  }
  EXPECT_GT(shared, 20U);
  EXPECT_GT(failed, 3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SharedCountsTest, testing::Range(1U, 4U));

}  // namespace
}  // namespace slogate::adapters::prometheus
