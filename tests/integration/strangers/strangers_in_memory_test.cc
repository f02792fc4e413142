// A whole controller over a cluster in memory, beside strangers whose Prometheus is as bad as it
// can be: nobody else waits for it, and it takes little memory.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "app/controller/controller.h"
#include "support/controller_bed.h"
#include "support/http_server.h"
#include "support/process.h"

namespace slogate::tests {
namespace {

using namespace std::chrono_literals;
using core::Phase;
using testing::HttpExchange;
using testing::HttpRequest;
using Clock = std::chrono::steady_clock;

constexpr auto kLongest = 120s;
constexpr auto kUntilAborted = 3s;
constexpr auto kUntilStopped = 3s;
constexpr std::size_t kMostMebibytes = 200;
constexpr core::Duration kBlock = 4s;
const ports::Key kAborted{"aborted", "checkout"};
const ports::Key kBad{"bad", "checkout"};

class WallClock : public ports::Clock {
 public:
  core::TimePoint Now() const override {
    return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
  }
};

// Strangers are asked over HTTP, the others follow a script.
class EitherSource : public ports::MetricsSource {
 public:
  explicit EitherSource(std::string strangers) : strangers_(std::move(strangers)) {
    FakeTraffic traffic;
    traffic.history_blocks = 1000;
    traffic.canary.bad_share = 0.5;
    script_.SetTraffic(traffic);
  }
  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override {
    return For(connection).Count(key, connection, plan, now);
  }
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override {
    return For(connection).History(connection, plan, now);
  }
  void Forget(const std::string& key) override {
    script_.Forget(key);
    http_.Forget(key);
  }

 private:
  ports::MetricsSource& For(const ports::MetricsConnection& connection) {
    if (connection.address.starts_with(strangers_)) return http_;
    return script_;
  }

  const std::string strangers_;
  FakeMetricsSource script_;
  adapters::prometheus::PrometheusSource http_;
};

// Counts in kilobytes, as the kernel does.
std::size_t PeakMebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) / 1024;
  }
  return 0;
}

void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// What the strangers' server does with a query.
enum class Manner { kSilent, kNineSeconds, kSixteenMebibytes };

class Strangers {
 public:
  explicit Strangers(Manner manner)
      : server_([this, manner](const HttpRequest&, HttpExchange& exchange) {
          if (manner == Manner::kSilent) exchange.HoldUntilClosed();
          if (manner == Manner::kNineSeconds) AnswerLate(exchange);
          if (manner == Manner::kSixteenMebibytes) AnswerMuch(exchange);
        }) {}
  ~Strangers() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    end_.notify_all();
  }

  std::string address() const { return server_.url(); }
  bool AwaitQueries(std::size_t count) const { return server_.AwaitRequests(count, 60s); }
  std::size_t queries() const { return server_.requests().size(); }

 private:
  void AnswerLate(HttpExchange& exchange) {
    {
      std::unique_lock lock(mutex_);
      end_.wait_for(lock, 9s, [this] { return ended_; });
    }
    exchange.Reply(200, R"({"status":"success","data":{"resultType":"vector","result":[]}})");
  }
  static void AnswerMuch(HttpExchange& exchange) {
    constexpr std::size_t kPieces = 253;
    std::string piece;
    while (piece.size() < (64u << 10)) piece += R"([1700000000,"1"],)";
    exchange.Begin(200);
    exchange.Chunk(R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":)"
                   R"({"__name__":"up"},"values":[)");
    for (std::size_t i = 0; i < kPieces && exchange.Chunk(piece); ++i) {
    }
    exchange.Chunk(R"([1700000000,"1"]]}]}})");
    exchange.End();
  }

  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  testing::HttpServer server_;
};

class Fleet {
 public:
  explicit Fleet(const std::string& strangers) : strangers_(strangers), source_(strangers) {
    Add(kAborted, "http://prometheus:9090");
    Add(kBad, "http://prometheus:9090");
  }
  ~Fleet() {
    desk_.Stop();
    controller_.Stop();
  }

  void Start() { controller_.Start(); }
  void AddStranger(int number) {
    Add({"stranger-" + std::to_string(number), "checkout"},
        strangers_ + "/" + std::to_string(number));
  }
  bool AwaitReady() {
    return testing::Await(
        [&] {
          for (const ports::Key& key : keys_) {
            if (State(key).phase != Phase::kReady) return false;
          }
          return true;
        },
        kLongest, 20ms);
  }
  void Release(const ports::Key& key) { world_.workloads.Deploy(key.ns, "app", "v2"); }
  void ReleaseStrangers() {
    for (const ports::Key& key : keys_) {
      if (key != kAborted && key != kBad) Release(key);
    }
  }
  void Abort(const ports::Key& key) {
    world_.policies.Edit(key, [](ports::PolicyRecord& record) {
      record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
    });
  }
  int Weight(const ports::Key& key) {
    return world_.router.Find(key.ns, "app")->rules.front().first;
  }
  // How long the weight takes to get there.
  Clock::duration AwaitWeight(const ports::Key& key, int percent) {
    const Clock::time_point began = Clock::now();
    EXPECT_TRUE(testing::Await([&] { return Weight(key) == percent; }, kLongest, 2ms))
        << key.ToString() << ": " << State(key).message;
    return Clock::now() - began;
  }
  core::RolloutState State(const ports::Key& key) { return world_.policies.Peek(key).state; }
  void ExpectStrangersHeld() {
    for (const ports::Key& key : keys_) {
      if (key == kAborted || key == kBad) continue;
      EXPECT_EQ(Weight(key), 0);
      EXPECT_NE(State(key).phase, Phase::kRolledBack) << State(key).message;
    }
  }

 private:
  void Add(const ports::Key& key, const std::string& address) {
    core::Policy policy = SamplePolicy();
    policy.prometheus.address = address;
    policy.prometheus.scrape_interval = kBlock / 4;
    demo::MemoryRoute route;
    route.rules = {{0, 100}};
    world_.router.Put(key.ns, "app", route);
    world_.workloads.Deploy(key.ns, "app", "v1");
    world_.policies.Put(key, policy);
    keys_.push_back(key);
  }

  const std::string strangers_;
  std::vector<ports::Key> keys_;
  WallClock clock_;
  demo::World world_{clock_};
  EitherSource source_;
  FakeBudgetSource budgets_;
  std::ostringstream lines_;
  app::Log log_{app::LogLevel::kError, app::LogFormat::kText, lines_};
  app::WorkQueue queue_{{.random = [] { return 0.5; }}};
  app::ControllerMetrics metrics_{[] { return app::Load{}; }};
  app::Reconciler reconciler_{
      {world_.policies, world_.workloads, world_.router, source_, budgets_, world_.secrets,
       world_.events, clock_, nullptr, &desk_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
  app::SourceDesk desk_{{}, clock_, [this](const ports::Key& key) { queue_.Add(key); }};
  app::Controller controller_{world_.policies, reconciler_, queue_, log_, metrics_, 4};
};

struct Seen {
  Clock::duration abort{};
  std::int64_t rollback_blocks = 0;  // that ended between the first weight and the last
};

std::int64_t BlockNow() { return WallClock().Now().time_since_epoch() / kBlock; }

// Releases that begin at other moments of a block are judged by one block more or less.
void AwaitBlockStart() {
  const std::int64_t now = BlockNow();
  EXPECT_TRUE(testing::Await([&] { return BlockNow() != now; }, kLongest, 2ms));
}

Seen RunVictims(Fleet& fleet) {
  Seen seen;
  fleet.Release(kAborted);
  fleet.AwaitWeight(kAborted, 10);
  fleet.Abort(kAborted);
  seen.abort = fleet.AwaitWeight(kAborted, 0);
  AwaitBlockStart();
  fleet.Release(kBad);
  fleet.AwaitWeight(kBad, 10);
  const std::int64_t first = BlockNow();
  fleet.AwaitWeight(kBad, 0);
  seen.rollback_blocks = BlockNow() - first;
  EXPECT_EQ(fleet.State(kBad).rejected_reason, core::Reason::kCanaryWorse)
      << fleet.State(kBad).message;
  return seen;
}

double Seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

class StrangersInMemoryTest : public ::testing::TestWithParam<std::pair<Manner, int>> {};

TEST_P(StrangersInMemoryTest, HoldBackNobodyElse) {
  const auto [manner, count] = GetParam();
  static const Seen alone = [] {
    Fleet fleet("http://nobody");
    fleet.Start();
    EXPECT_TRUE(fleet.AwaitReady());
    return RunVictims(fleet);
  }();
  Strangers strangers(manner);
  auto fleet = std::make_unique<Fleet>(strangers.address());
  for (int i = 0; i < count; ++i) fleet->AddStranger(i);
  fleet->Start();
  ASSERT_TRUE(fleet->AwaitReady());
  ForgetPeak();
  fleet->ReleaseStrangers();
  ASSERT_TRUE(strangers.AwaitQueries(static_cast<std::size_t>(count)));
  const Seen seen = RunVictims(*fleet);
  const std::size_t peak = PeakMebibytes();
  std::cout << count << " strangers: abort " << Seconds(seen.abort) << " s, rollback "
            << seen.rollback_blocks << " blocks (alone " << alone.rollback_blocks << "), peak "
            << peak << " MiB, " << strangers.queries() << " queries to them\n";
  EXPECT_LE(Seconds(seen.abort), Seconds(kUntilAborted));
  EXPECT_LE(seen.rollback_blocks, alone.rollback_blocks + 1);
  EXPECT_LT(peak, kMostMebibytes);
  fleet->ExpectStrangersHeld();
  const Clock::time_point stopping = Clock::now();
  fleet.reset();
  const double stopped = Seconds(Clock::now() - stopping);
  std::cout << "  stopped in " << stopped << " s\n";
  EXPECT_LE(stopped, Seconds(kUntilStopped));
}

INSTANTIATE_TEST_SUITE_P(
    Manners, StrangersInMemoryTest,
    ::testing::Values(std::pair(Manner::kSilent, 4), std::pair(Manner::kSilent, 12),
                      std::pair(Manner::kSilent, 50), std::pair(Manner::kNineSeconds, 4),
                      std::pair(Manner::kNineSeconds, 12), std::pair(Manner::kNineSeconds, 50),
                      std::pair(Manner::kSixteenMebibytes, 4),
                      std::pair(Manner::kSixteenMebibytes, 12),
                      std::pair(Manner::kSixteenMebibytes, 50)),
    [](const auto& test) {
      const char* const manner = test.param.first == Manner::kSilent        ? "Silent"
                                 : test.param.first == Manner::kNineSeconds ? "NineSeconds"
                                                                            : "SixteenMebibytes";
      return manner + std::to_string(test.param.second);
    });

}  // namespace
}  // namespace slogate::tests
