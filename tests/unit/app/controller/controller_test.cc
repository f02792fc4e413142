#include "app/controller/controller.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "support/controller_bed.h"

namespace slogate::app {
namespace {

// Tells when a status has been written. Throws while `throws` says so.
class HeardStore : public ports::PolicyStore {
 public:
  explicit HeardStore(std::function<void(const ports::Key&)> written)
      : written_(std::move(written)) {}
  demo::MemoryPolicyStore& fake() { return fake_; }

  std::function<void(const char* call)> throws = [](const char*) {};

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override {
    throws("Get");
    return fake_.Get(key);
  }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    ports::Result<std::string> version = fake_.WriteStatus(record, state);
    written_(record.key);
    return version;
  }
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    return fake_.SetGuard(record, guarded);
  }
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override {
    throws("Watch");
    failed("deployments", {ports::ErrorCode::kUnavailable, "gone for now"});
    fake_.Watch(changed, failed);
  }
  void Stop() override { fake_.Stop(); }

 private:
  demo::MemoryPolicyStore fake_;
  std::function<void(const ports::Key&)> written_;
};

class ControllerTest : public tests::ControllerBed {
 protected:
  std::function<void(const ports::Key&)> written_ = [](const ports::Key&) {};
  HeardStore heard_{[this](const ports::Key& key) { written_(key); }};
  WorkQueue queue_{{.random = [] { return 0.5; }}};
  Reconciler reconciler_ =
      MakeReconciler({heard_, workloads_, router_, source_, budgets_, secrets_, events_, clock_});
  Controller controller_{heard_, reconciler_, queue_, log_, metrics_, 2};
};

TEST_F(ControllerTest, ReconcilesWhatThereIsAndWhatChanges) {
  std::promise<void> first;
  std::promise<void> second;
  std::atomic<bool> reported_first = false;
  std::atomic<bool> reported_second = false;
  written_ = [&](const ports::Key& key) {
    if (key.name == "one" && !reported_first.exchange(true)) first.set_value();
    if (key.name == "two" && !reported_second.exchange(true)) second.set_value();
  };
  heard_.fake().PutUnsound({"shop", "one"}, "spec: is missing; give one");
  controller_.Start();
  first.get_future().wait();
  heard_.fake().PutUnsound({"shop", "two"}, "spec: is missing; give one");
  second.get_future().wait();
  controller_.Stop();
  EXPECT_NE(metrics_.Render().find("slogate_reconcile_total{result=\"failed\"}"),
            std::string::npos);
}

TEST_F(ControllerTest, StopWaitsForTheRunningReconcile) {
  std::promise<void> entered;
  std::promise<void> let_go;
  std::shared_future<void> gate = let_go.get_future().share();
  std::atomic<bool> reported = false;
  std::atomic<bool> finished = false;
  written_ = [&](const ports::Key&) {
    if (!reported.exchange(true)) entered.set_value();
    gate.wait();
    finished = true;
  };
  heard_.fake().PutUnsound({"shop", "one"}, "spec: is missing; give one");
  controller_.Start();
  entered.get_future().wait();
  std::promise<void> stopping;
  std::thread stopper([&] {
    stopping.set_value();
    controller_.Stop();
    EXPECT_TRUE(finished);
  });
  stopping.get_future().wait();
  let_go.set_value();
  stopper.join();
}

TEST_F(ControllerTest, AnExceptionEndsOneLookOrOneWatchAndBothBeginAgain) {
  std::atomic<int> gets = 0;
  std::atomic<int> watches = 0;
  std::promise<void> written;
  std::atomic<bool> reported = false;
  heard_.throws = [&](const char* call) {
    std::atomic<int>& calls = call == std::string_view("Get") ? gets : watches;
    if (++calls == 1) throw std::bad_alloc();
    if (calls == 2) throw 7;  // not even a std::exception
  };
  written_ = [&](const ports::Key&) {
    if (!reported.exchange(true)) written.set_value();
  };
  heard_.fake().PutUnsound({"shop", "one"}, "spec: is missing; give one");
  controller_.Start();
  written.get_future().wait();
  controller_.Stop();
  const std::string metrics = metrics_.Render();
  for (const char* line : {R"(slogate_exceptions_total{where="reconcile"} 2)",
                           R"(slogate_exceptions_total{where="watch"} 2)",
                           R"(slogate_watch_failures_total{collection="deployments"} 1)"}) {
    EXPECT_NE(metrics.find(std::string(line) + "\n"), std::string::npos) << metrics;
  }
  EXPECT_NE(lines_.str().find("Exception was caught where=watch error=std::bad_alloc"),
            std::string::npos)
      << lines_.str();
  EXPECT_NE(lines_.str().find("Watch failed collection=deployments error=\"gone for now\""),
            std::string::npos)
      << lines_.str();
}

TEST_F(ControllerTest, StopEndsTheWaitForTheNextWatch) {
  std::promise<void> thrown;
  std::atomic<int> watches = 0;
  heard_.throws = [&](const char*) {
    if (++watches == 3) thrown.set_value();
    throw std::bad_alloc();
  };
  controller_.Start();
  thrown.get_future().wait();
  controller_.Stop();
  EXPECT_GE(watches, 3);
}

TEST_F(ControllerTest, StopWithoutStartIsHarmless) {
  controller_.Stop();
  EXPECT_EQ(queue_.depth(), 0u);
}

}  // namespace
}  // namespace slogate::app
