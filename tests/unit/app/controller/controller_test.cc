#include "app/controller/controller.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <sstream>
#include <string>

#include "support/fakes.h"

namespace slogate::app {
namespace {

// Tells when a status has been written.
class HeardStore : public ports::PolicyStore {
 public:
  explicit HeardStore(std::function<void(const ports::Key&)> written)
      : written_(std::move(written)) {}
  demo::MemoryPolicyStore& fake() { return fake_; }

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override { return fake_.Get(key); }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    ports::Result<std::string> version = fake_.WriteStatus(record, state);
    written_(record.key);
    return version;
  }
  void Watch(const std::function<void(const ports::Key&)>& changed) override {
    fake_.Watch(changed);
  }
  void Stop() override { fake_.Stop(); }

 private:
  demo::MemoryPolicyStore fake_;
  std::function<void(const ports::Key&)> written_;
};

class ControllerTest : public ::testing::Test {
 protected:
  std::function<void(const ports::Key&)> written_ = [](const ports::Key&) {};
  HeardStore policies_{[this](const ports::Key& key) { written_(key); }};
  demo::MemoryWorkloadStore workloads_;
  demo::MemoryRouter router_;
  tests::FakeMetricsSource source_;
  tests::FakeBudgetSource budgets_;
  demo::MemorySecretStore secrets_;
  demo::MemoryEventSink events_;
  tests::FakeClock clock_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  WorkQueue queue_{{.random = [] { return 0.5; }}};
  ControllerMetrics metrics_{[this] { return queue_.depth(); }};
  Reconciler reconciler_{
      {policies_, workloads_, router_, source_, budgets_, secrets_, events_, clock_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
  Controller controller_{policies_, reconciler_, queue_, metrics_, 2};
};

TEST_F(ControllerTest, ReconcilesWhatThereIsAndWhatChanges) {
  std::promise<void> first;
  std::promise<void> second;
  std::atomic<bool> told_first = false;
  std::atomic<bool> told_second = false;
  written_ = [&](const ports::Key& key) {
    if (key.name == "one" && !told_first.exchange(true)) first.set_value();
    if (key.name == "two" && !told_second.exchange(true)) second.set_value();
  };
  policies_.fake().PutUnsound({"shop", "one"}, "spec: is missing; give one");
  controller_.Start();
  first.get_future().wait();
  policies_.fake().PutUnsound({"shop", "two"}, "spec: is missing; give one");
  second.get_future().wait();
  controller_.Stop();
  EXPECT_NE(metrics_.Render().find("slogate_reconcile_total{result=\"failed\"}"),
            std::string::npos);
}

TEST_F(ControllerTest, StopWaitsForTheRunningReconcile) {
  std::promise<void> entered;
  std::promise<void> let_go;
  std::shared_future<void> gate = let_go.get_future().share();
  std::atomic<bool> told = false;
  std::atomic<bool> finished = false;
  written_ = [&](const ports::Key&) {
    if (!told.exchange(true)) entered.set_value();
    gate.wait();
    finished = true;
  };
  policies_.fake().PutUnsound({"shop", "one"}, "spec: is missing; give one");
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

TEST_F(ControllerTest, StopWithoutStartIsHarmless) {
  controller_.Stop();
  EXPECT_EQ(queue_.depth(), 0u);
}

}  // namespace
}  // namespace slogate::app
