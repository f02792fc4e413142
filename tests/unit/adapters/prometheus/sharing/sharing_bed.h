// Rollouts of one shape, each beside a reader that shares nothing.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"
#include "unit/adapters/prometheus/evidence/wild_target.h"

namespace slogate::adapters::prometheus {

class SharingBed : public testing::Test {
 protected:
  static constexpr core::Duration kLength = std::chrono::seconds(60);
  static constexpr core::Duration kInterval = std::chrono::seconds(15);
  static constexpr std::int64_t kFirst = 28'333'333;
  using Op = core::LabelMatcher::Op;

  SharingBed() { connection_.address = "http://prometheus:9090"; }

  static core::TimePoint Begin() { return core::TimePoint(kFirst * kLength); }
  static core::TimePoint Closing(std::int64_t blocks) {
    return Begin() + blocks * kLength + kInterval;
  }
  static std::string NameOf(int app) { return "app-" + std::to_string(app); }

  static core::ReadingPlan PlanOf(int app) {
    core::ReadingPlan plan;
    plan.canary = {{"instance", Op::kMatch, NameOf(app) + "-canary-.*"}};
    plan.baseline = {{"instance", Op::kMatch, NameOf(app) + "-baseline-.*"}};
    plan.indicators = {core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
    plan.block_length = kLength;
    plan.scrape_interval = kInterval;
    plan.first_block = kFirst;
    return plan;
  }

  // Two pods a track; a request a second each, and an error a scrape.
  void Serve(int apps, int blocks) {
    for (int app = 0; app < apps; ++app) {
      for (const char* pod : {"-canary-a", "-canary-b", "-baseline-a", "-baseline-b"}) {
        for (auto at = Begin() - std::chrono::minutes(6); at < Closing(blocks); at += kInterval) {
          const double since = static_cast<double>((at - Begin()).count()) / 1000 + 600;
          prometheus_.Scrape(Target("shop", NameOf(app) + pod), at, 1,
                             {{"requests_total", since}, {"errors_total", since / 15}});
        }
      }
    }
  }

  void ServeWild(int apps, int blocks, std::mt19937& random) {
    for (int app = 0; app < apps; ++app) {
      for (const char* pod : {"-canary-a", "-canary-b", "-baseline-a", "-baseline-b"}) {
        WildTarget target(NameOf(app) + pod, Begin(), random);
        const core::Duration offset(static_cast<int>(random() % 15'000));
        for (auto at = Begin() - std::chrono::minutes(12) + offset; at < Closing(blocks + 1);
             at += kInterval) {
          target.Scrape(at, prometheus_);
        }
      }
    }
  }

  core::EvidenceReading Read(int app, int closed) { return Read(PlanOf(app), app, closed); }
  core::EvidenceReading Read(const core::ReadingPlan& plan, int app, int closed) {
    return ReadAs(connection_, plan, app, closed);
  }
  core::EvidenceReading ReadAs(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, int app, int closed) {
    if (readers_.size() <= static_cast<std::size_t>(app)) {
      readers_.resize(static_cast<std::size_t>(app) + 1);
    }
    return readers_[static_cast<std::size_t>(app)].Read(transport(), connection, plan,
                                                        Closing(closed), {&shared_, NameOf(app)});
  }

  // All apps in turn, each compared with a reader that starts now and shares nothing. How many
  // queries the apps asked.
  std::size_t ReadAll(int apps, int closed) {
    std::size_t asked = 0;
    for (int app = 0; app < apps; ++app) {
      const std::size_t before = prometheus_.requested.size();
      const auto reading = Read(app, closed);
      asked += prometheus_.requested.size() - before;
      ExpectAsAlone(reading, PlanOf(app), closed);
    }
    return asked;
  }

  void ExpectAsAlone(const core::EvidenceReading& reading, const core::ReadingPlan& plan,
                     int closed) {
    auto answer = std::exchange(prometheus_.override_answer, {});
    const auto alone = EvidenceReader().Read(transport(), connection_, plan, Closing(closed));
    prometheus_.override_answer = std::move(answer);
    ASSERT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    ASSERT_EQ(alone.source, core::SourceProblem::kNone) << alone.message;
    ExpectEqual(reading.blocks, alone.blocks);
  }

  static void ExpectEqual(const std::vector<core::Block>& actual,
                          const std::vector<core::Block>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_EQ(actual[i].index, expected[i].index);
      ASSERT_EQ(actual[i].objectives.size(), expected[i].objectives.size());
      for (std::size_t objective = 0; objective < expected[i].objectives.size(); ++objective) {
        const core::ObjectiveBlock& a = actual[i].objectives[objective];
        const core::ObjectiveBlock& b = expected[i].objectives[objective];
        EXPECT_EQ(a.counts, b.counts) << i;
        EXPECT_EQ(a.problem, b.problem) << i;
        EXPECT_EQ(a.noted, b.noted) << i;
        EXPECT_EQ(a.cohorts, b.cohorts) << i;
        EXPECT_EQ(a.bounds, b.bounds) << i;
        EXPECT_EQ(a.scrapes, b.scrapes) << i;
        EXPECT_EQ(a.words, b.words) << i;
        EXPECT_EQ(a.no_bad_series, b.no_bad_series) << i;
      }
    }
  }

  // A query that more than one rollout is behind.
  static bool IsShared(const RequestedQuery& requested) {
    const auto of = [&](const std::string& app) {
      return requested.query.find(app + "-") != std::string::npos;
    };
    return of(NameOf(0)) + of(NameOf(1)) + of(NameOf(2)) > 1;
  }

  Transport transport() { return prometheus_.transport(); }

  FakePrometheus prometheus_;
  ports::MetricsConnection connection_;
  SharedQueries::Clock::time_point clock_{};
  SharedQueries shared_{SharedQueries::Limits(), [this] { return clock_; }};
  std::vector<EvidenceReader> readers_;
};

}  // namespace slogate::adapters::prometheus
