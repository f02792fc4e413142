// What a shared query may cost, and what happens when it fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "unit/adapters/prometheus/sharing/sharing_bed.h"

namespace slogate::adapters::prometheus {
namespace {

using Answer = std::optional<http::HttpResult<http::Response>>;

class SharingLimitsTest : public SharingBed {
 protected:
  // Each shared query gets this answer, and each block is counted all the same.
  void Spoil(const std::function<Answer(const RequestedQuery&)>& answer) {
    prometheus_.override_answer = [this, answer](const RequestedQuery& requested) -> Answer {
      if (!IsShared(requested)) return std::nullopt;
      ++spoilt_;
      return answer(requested);
    };
  }

  int spoilt_ = 0;
};

TEST_F(SharingLimitsTest, WhenASharedQueryFailsEachAsksForItself) {
  Serve(3, 5);
  ReadAll(3, 1);
  Spoil([](const RequestedQuery&) { return Responded(500, "boom"); });
  // One attempt for the counters and one for the targets, then nine of their own.
  EXPECT_EQ(ReadAll(3, 2), 2U + 9U);
  EXPECT_EQ(spoilt_, 2);
  EXPECT_EQ(ReadAll(3, 3), 9U);
  clock_ += std::chrono::seconds(61);
  EXPECT_EQ(ReadAll(3, 4), 2U + 9U);
  prometheus_.override_answer = {};
  clock_ += std::chrono::seconds(61);
  EXPECT_EQ(ReadAll(3, 5), 9U);  // the second pause is twice as long
}

TEST_F(SharingLimitsTest, AfterAPauseTheyShareAgain) {
  Serve(3, 5);
  ReadAll(3, 1);
  Spoil([](const RequestedQuery&) { return Responded(500, "boom"); });
  ReadAll(3, 2);
  prometheus_.override_answer = {};
  EXPECT_EQ(ReadAll(3, 3), 9U);
  clock_ += std::chrono::seconds(61);
  EXPECT_EQ(ReadAll(3, 4), 2U);
  EXPECT_EQ(ReadAll(3, 5), 2U);
}

TEST_F(SharingLimitsTest, WhoIsPartialAloneKeepsNobodyFromSharing) {
  Serve(3, 5);
  ReadAll(3, 1);
  prometheus_.override_answer = [](const RequestedQuery& requested) -> Answer {
    if (requested.query.find("app-1-") == std::string::npos) return std::nullopt;
    return Responded(200, R"({"status":"success","warnings":["a store did not answer"],)"
                          R"("data":{"resultType":"matrix","result":[]}})");
  };
  for (int closed = 2; closed <= 5; ++closed) {
    EXPECT_EQ(Read(1, closed).source, core::SourceProblem::kPartial);
    ExpectAsAlone(Read(0, closed), PlanOf(0), closed);
    const std::size_t before = prometheus_.requested.size();
    const auto other = Read(2, closed);
    // From the third block on it finds its parts, which the first has asked for.
    EXPECT_EQ(prometheus_.requested.size() == before, closed > 2) << closed;
    ExpectAsAlone(other, PlanOf(2), closed);
    clock_ += std::chrono::seconds(63);
  }
}

TEST_F(SharingLimitsTest, WhoIsSlowAloneKeepsNobodyFromSharing) {
  Serve(3, 6);
  ReadAll(3, 1);
  prometheus_.override_answer = [this](const RequestedQuery& requested) -> Answer {
    if (requested.query.find("app-1-") == std::string::npos) return std::nullopt;
    clock_ += std::chrono::seconds(3);
    if (!IsShared(requested)) return std::nullopt;
    ++spoilt_;
    return tl::unexpected(http::HttpError{http::Failure::kTimeout, "too slow"});
  };
  for (int closed = 2; closed <= 6; ++closed) {
    for (int app = 0; app < 3; ++app) ExpectAsAlone(Read(app, closed), PlanOf(app), closed);
    clock_ += std::chrono::minutes(1);
  }
  EXPECT_EQ(spoilt_, 2);  // the counters and the targets, once
}

TEST_F(SharingLimitsTest, AnAnswerThatIsNotWholeIsNobodys) {
  const std::string empty = R"("data":{"resultType":"matrix","result":[]}})";
  const std::vector<std::string> answers = {
      R"({"status":"success","warnings":["a store did not answer"],)" + empty,
      R"({"status":"success","isPartial":true,)" + empty,
      R"({"status":"success","infos":["PromQL info: odd"],)" + empty,
      "<html>",
      "{",
      R"({"status":"success","data":{"resultType":"matrix","result":[)"
      R"({"metric":{"__name__":"requests_total","instance":"of nobody"},"values":[[1,"1"]]}]}})"};
  for (const std::string& odd : answers) {
    shared_.Forget(NameOf(0));
    shared_.Forget(NameOf(1));
    readers_.clear();
    prometheus_ = FakePrometheus();
    Serve(2, 3);
    ReadAll(2, 1);
    spoilt_ = 0;
    Spoil([odd](const RequestedQuery&) { return Responded(200, odd); });
    EXPECT_EQ(ReadAll(2, 2), 2U + 6U) << odd;
    EXPECT_EQ(spoilt_, 2);
  }
}

// The time that a shared query may take is taken from the member's own.
TEST_F(SharingLimitsTest, TheTimeLimitIsOneForBoth) {
  Serve(2, 3);
  connection_.timeout = std::chrono::seconds(4);
  ReadAll(2, 1);
  Spoil([this](const RequestedQuery& requested) -> Answer {
    EXPECT_EQ(requested.request.timeout, core::Duration(1'000));
    EXPECT_EQ(requested.form.at("timeout"), "1s");
    clock_ += std::chrono::seconds(1);
    return tl::unexpected(http::HttpError{http::Failure::kTimeout, "too slow"});
  });
  prometheus_.requested.clear();
  ExpectAsAlone(Read(0, 2), PlanOf(0), 2);
  ASSERT_GT(prometheus_.requested.size(), 1U);
  EXPECT_EQ(prometheus_.requested[1].form.at("timeout"), "3s");
  EXPECT_EQ(prometheus_.requested[1].request.timeout, core::Duration(3'000));
}

// One of them suddenly has more series than all may have together.
TEST_F(SharingLimitsTest, AGiantSharesNothing) {
  Serve(3, 4);
  ReadAll(3, 1);
  for (int path = 0; path < 3'000; ++path) {
    const Labels series = Named("requests_total", Target("shop", NameOf(1) + "-canary-a"),
                                {{"path", std::to_string(path)}});
    for (auto at = Begin() + kLength + kInterval; at < Closing(4); at += kInterval) {
      prometheus_.Add(series, at, 1);
    }
  }
  // The giant has its part of this one answer.
  prometheus_.requested.clear();
  ReadAll(3, 2);
  prometheus_.requested.clear();
  Read(0, 3);
  for (const RequestedQuery& requested : prometheus_.requested) {
    const bool asks_for_giant = requested.query.find("requests_total") != std::string::npos &&
                                requested.query.find("app-1-canary-") != std::string::npos;
    EXPECT_FALSE(asks_for_giant) << requested.query;
  }
  for (int app = 0; app < 3; ++app) ExpectAsAlone(Read(app, 3), PlanOf(app), 3);
}

TEST_F(SharingLimitsTest, AsManyQueriesAsTheirLengthAsksFor) {
  SharedQueries::Limits limits;
  limits.members = 8;
  SharedQueries shared(limits, [this] { return clock_; });
  constexpr int kApps = 10;
  Serve(kApps, 2);
  for (const auto& [closed, queries] : {std::pair{1, 30U}, {2, 3U + 2U}}) {
    prometheus_.requested.clear();
    for (int app = 0; app < kApps; ++app) {
      readers_.resize(kApps);
      const auto reading = readers_[static_cast<std::size_t>(app)].Read(
          transport(), connection_, PlanOf(app), Closing(closed), {&shared, NameOf(app)});
      EXPECT_EQ(reading.blocks.size(), static_cast<std::size_t>(closed));
    }
    EXPECT_EQ(prometheus_.requested.size(), queries);
  }
}

TEST_F(SharingLimitsTest, APartIsNotKeptForLong) {
  Serve(2, 2);
  ReadAll(2, 1);
  Read(0, 2);
  clock_ += std::chrono::seconds(61);
  prometheus_.requested.clear();
  ExpectAsAlone(Read(1, 2), PlanOf(1), 2);
  EXPECT_FALSE(prometheus_.requested.empty());
}

// Readers on threads of their own, and a server that answers shared queries when it is told to.
class SharingThreadsTest : public SharingBed {
 protected:
  Transport Gated() {
    return [this](const http::Tls& tls, const http::OutgoingRequest& request) {
      std::unique_lock lock(mutex_);
      const bool shared = request.body.find("app-0-") != std::string::npos &&
                          request.body.find("app-1-") != std::string::npos;
      if (shared && gated_) {
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !gated_ || request.stop.stop_requested(); });
        if (request.stop.stop_requested()) {
          return http::HttpResult<http::Response>(
              tl::unexpected(http::HttpError{http::Failure::kStopped, "stopped"}));
        }
      }
      ++answered_;
      return transport()(tls, request);
    };
  }

  void Open() {
    const std::lock_guard lock(mutex_);
    gated_ = false;
    changed_.notify_all();
  }
  void AwaitShared() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }

  core::EvidenceReading ReadGated(const Transport& gate, int app, int closed,
                                  const std::stop_token& stop = {}) {
    ports::MetricsConnection connection = connection_;
    connection.stop = stop;
    return readers_[static_cast<std::size_t>(app)].Read(gate, connection, PlanOf(app),
                                                        Closing(closed), {&real_, NameOf(app)});
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool gated_ = false;
  int waiting_ = 0;
  int answered_ = 0;
  SharedQueries real_;
};

TEST_F(SharingThreadsTest, WhoComesMeanwhileWaitsForThePart) {
  constexpr int kApps = 8;
  Serve(kApps, 2);
  readers_.resize(kApps);
  const Transport gate = Gated();
  for (int app = 0; app < kApps; ++app) ReadGated(gate, app, 1);
  gated_ = true;
  answered_ = 0;
  std::vector<core::EvidenceReading> readings(kApps);
  std::vector<std::thread> threads;
  for (int app = 0; app < kApps; ++app) {
    threads.emplace_back(
        [&, app] { readings[static_cast<std::size_t>(app)] = ReadGated(gate, app, 2); });
  }
  AwaitShared();
  Open();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered_, 2);
  for (int app = 0; app < kApps; ++app) {
    ExpectAsAlone(readings[static_cast<std::size_t>(app)], PlanOf(app), 2);
  }
}

TEST_F(SharingThreadsTest, WhenTheAskerIsStoppedAnotherAsks) {
  constexpr int kApps = 4;
  Serve(kApps, 2);
  readers_.resize(kApps);
  const Transport gate = Gated();
  for (int app = 0; app < kApps; ++app) ReadGated(gate, app, 1);
  gated_ = true;
  answered_ = 0;
  std::stop_source stop;
  std::thread asker([&] { ReadGated(gate, 0, 2, stop.get_token()); });
  AwaitShared();
  std::vector<core::EvidenceReading> readings(kApps);
  std::vector<std::thread> threads;
  for (int app = 1; app < kApps; ++app) {
    threads.emplace_back(
        [&, app] { readings[static_cast<std::size_t>(app)] = ReadGated(gate, app, 2); });
  }
  stop.request_stop();
  Open();
  for (std::thread& thread : threads) thread.join();
  asker.join();
  EXPECT_LE(answered_, 5);  // two for the three, and what the asker still got
  for (int app = 1; app < kApps; ++app) {
    ExpectAsAlone(readings[static_cast<std::size_t>(app)], PlanOf(app), 2);
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus
