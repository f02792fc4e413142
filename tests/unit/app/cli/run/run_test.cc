#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "app/cli/run/providers_file.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

// A store that lives as long as the test, lent to the command.
class LentPolicies : public ports::PolicyStore {
 public:
  LentPolicies(demo::MemoryPolicyStore& store, std::function<void()> written)
      : store_(store), written_(std::move(written)) {}
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override { return store_.Get(key); }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    ports::Result<std::string> version = store_.WriteStatus(record, state);
    written_();
    return version;
  }
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    return store_.SetGuard(record, guarded);
  }
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override {
    store_.Watch(changed, failed);
  }
  void Stop() override { store_.Stop(); }

 private:
  demo::MemoryPolicyStore& store_;
  std::function<void()> written_;
};

class RunTest : public ::testing::Test {
 protected:
  RunTest() {
    policies_.PutUnsound({"shop", "checkout"}, "spec: is missing; give one");
    Adapters& adapters = program_.adapters;
    adapters.on_stop = [this](std::function<void()> stop) {
      stop_ = std::move(stop);
      return std::make_unique<StopSignal>();
    };
    adapters.connect_cluster = [this](const ClusterOptions& options,
                                      Log&) -> ports::Result<Cluster> {
      options_ = options;
      Cluster cluster;
      cluster.policies = std::make_unique<LentPolicies>(policies_, [this] { written_(); });
      cluster.workloads = std::make_unique<demo::MemoryWorkloadStore>();
      cluster.router = std::make_unique<demo::MemoryRouter>();
      cluster.events = std::make_unique<demo::MemoryEventSink>();
      cluster.secrets = std::make_unique<demo::MemorySecretStore>();
      cluster.leases = {std::shared_ptr<void>(), &leases_};
      return cluster;
    };
    adapters.serve = [this](
                         const std::string& listen,
                         ports::Pages pages) -> ports::Result<std::unique_ptr<ports::PageServer>> {
      if (listen == "taken:80") {
        return ports::Fail(ports::ErrorCode::kUnavailable, "cannot listen on taken:80: in use");
      }
      pages_ = std::move(pages);
      return std::make_unique<Port>();
    };
  }

  struct Port : ports::PageServer {
    int port() const override { return 4711; }
  };

  tests::FakeProgram program_;
  demo::MemoryPolicyStore policies_;
  demo::MemoryLeaseStore leases_;
  std::function<void()> stop_;
  std::function<void()> written_ = [] {};
  ClusterOptions options_;
  ports::Pages pages_;
};

TEST_F(RunTest, RunsUntilRequestedToStop) {
  std::string ready;
  std::string metrics;
  written_ = [&] {
    if (!ready.empty()) return;  // a change that was just written is looked at again
    ready = pages_.at("/readyz")().body;
    metrics = pages_.at("/metrics")().body;
    stop_();
  };
  EXPECT_EQ(program_.Run({"run", "--namespace", "shop", "--workers", "1"}), 0) << program_.errors;
  EXPECT_EQ(options_.ns, "shop");
  EXPECT_EQ(ready, "ok\n");
  EXPECT_NE(metrics.find("slogate_queue_depth 0"), std::string::npos) << metrics;
  EXPECT_EQ(policies_.status_writes(), 1);
  EXPECT_NE(program_.errors.find("Server was started listen=:8080 port=4711"), std::string::npos);
  EXPECT_NE(program_.errors.find("Controller was stopped"), std::string::npos);
}

TEST_F(RunTest, TheLeaderGivesItsLeaseUpWhenItStops) {
  std::string holder;
  std::string metrics;
  written_ = [&] {
    holder = leases_.Read()->holder;
    metrics = pages_.at("/metrics")().body;
    stop_();
  };
  EXPECT_EQ(program_.Run({"run", "--workers", "1", "--leader-elect", "--retry-period", "10ms"}), 0)
      << program_.errors;
  EXPECT_NE(holder, "");
  EXPECT_NE(metrics.find("slogate_leader 1"), std::string::npos) << metrics;
  EXPECT_EQ(leases_.Read()->holder, "");
}

TEST_F(RunTest, WithoutTheLeaseNothingIsDone) {
  leases_.FailWith(ports::Error{ports::ErrorCode::kUnavailable, "API server is away"});
  std::promise<void> connected;
  const auto serve = program_.adapters.serve;
  program_.adapters.serve = [&](const std::string& listen, ports::Pages pages) {
    auto server = serve(listen, std::move(pages));
    connected.set_value();
    return server;
  };
  std::thread stopper([&] {
    connected.get_future().wait();
    while (pages_.at("/readyz")().body.find("API server is away") == std::string::npos) {
      std::this_thread::yield();
    }
    EXPECT_EQ(pages_.at("/readyz")().status, 503);
    stop_();
  });
  EXPECT_EQ(program_.Run({"run", "--leader-elect", "--retry-period", "10ms"}), 0);
  stopper.join();
  EXPECT_EQ(policies_.status_writes(), 0);
}

TEST_F(RunTest, AStolenLeaseEndsTheProcessWithAnError) {
  written_ = [&] {
    ports::Lease stolen = *leases_.Read();
    stolen.holder = "somebody else";
    while (!leases_.Write(stolen)) stolen.resource_version = leases_.Read()->resource_version;
  };
  EXPECT_EQ(program_.Run({"run", "--workers", "1", "--leader-elect", "--retry-period", "10ms"}), 1);
  EXPECT_NE(program_.errors.find("Lease was lost"), std::string::npos) << program_.errors;
  EXPECT_EQ(leases_.Read()->holder, "somebody else");
}

TEST_F(RunTest, WrongConfigurationIsOneLineAndTwo) {
  EXPECT_EQ(program_.Run({"run", "--listen", "taken:80"}), 2);
  EXPECT_EQ(program_.errors, "gate run: cannot listen on taken:80: in use\n");
  EXPECT_EQ(program_.Run({"run", "--config", "gone.yaml"}), 2);
  EXPECT_EQ(program_.errors, "gate run: --config: gone.yaml does not exist\n");
  EXPECT_EQ(program_.Run({"run", "--renew-deadline", "20s"}), 2);
  EXPECT_EQ(program_.Run({"run", "--lease-duration", "soon"}), 2);
  EXPECT_EQ(program_.Run({"run", "--namespace", ""}), 2);
  program_.adapters.connect_cluster = [](const ClusterOptions&, Log&) -> ports::Result<Cluster> {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, "no context \"x\"; give --context");
  };
  EXPECT_EQ(program_.Run({"run", "--context", "x"}), 2);
  EXPECT_EQ(program_.errors, "gate run: no context \"x\"; give --context\n");
}

TEST_F(RunTest, WarnsOfCredentialsOverPlainHttp) {
  program_.files["providers.yaml"] =
      "providers:\n"
      "- {name: open, address: 'http://prometheus:9090', bearerTokenFile: /t}\n"
      "- {name: basic, address: 'http://mimir', basicUsername: me, basicPasswordFile: /p}\n"
      "- {name: nothing, address: 'http://thanos'}\n"
      "- {name: encrypted, address: 'https://cortex', bearerTokenFile: /t}\n"
      "- {name: here, address: 'http://localhost:9090', bearerTokenFile: /t}\n";
  program_.adapters.connect_cluster = [](const ClusterOptions&, Log&) -> ports::Result<Cluster> {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, "no cluster");
  };
  EXPECT_EQ(program_.Run({"run", "--config", "providers.yaml"}), 2);
  const auto warned = [&](const std::string& name) {
    return program_.errors.find("provider=" + name) != std::string::npos;
  };
  EXPECT_TRUE(warned("open")) << program_.errors;
  EXPECT_TRUE(warned("basic")) << program_.errors;
  EXPECT_FALSE(warned("nothing") || warned("encrypted") || warned("here")) << program_.errors;
}

TEST(ProvidersTest, ReadsEveryField) {
  const ports::Result<Providers> providers = ParseProviders(
      "providers:\n"
      "- name: main\n"
      "  address: https://prometheus:9090\n"
      "  headers: [{name: X-Scope-OrgID, value: shop}, {name: X-Api-Key, valueFile: /key}]\n"
      "  bearerTokenFile: /token\n"
      "  caFile: /ca\n"
      "- {name: plain, address: \"http://p\"}\n",
      "providers.yaml");
  ASSERT_TRUE(providers) << providers.error().message;
  ASSERT_EQ(providers->size(), 2u);
  const Provider& main = providers->at("main");
  EXPECT_EQ(main.address, "https://prometheus:9090");
  EXPECT_EQ(main.headers.front().second, "shop");
  EXPECT_EQ(main.header_files,
            (std::vector<std::pair<std::string, std::string>>{{"X-Api-Key", "/key"}}));
  EXPECT_EQ(main.bearer_token_file, "/token");
  EXPECT_EQ(main.ca_file, "/ca");
}

TEST(ProvidersTest, RefusesMistakesByLineAndField) {
  const auto mistake = [](const char* text) {
    const ports::Result<Providers> providers = ParseProviders(text, "p.yaml");
    return providers ? "accepted" : providers.error().message;
  };
  EXPECT_NE(mistake("providers:\n- {name: a, addres: x}\n").find("p.yaml:2:"), std::string::npos);
  EXPECT_NE(mistake("providers:\n- {name: a, address: p}\n").find("is not a URL"),
            std::string::npos);
  EXPECT_NE(mistake("providers: 7\n").find("p.yaml:1:"), std::string::npos);
  EXPECT_NE(mistake("provider: []\n").find("p.yaml:1:"), std::string::npos);
  EXPECT_NE(mistake("providers: [").find("p.yaml:"), std::string::npos);
  EXPECT_NE(mistake("providers:\n- {name: a, address: 'http://p'}\n"
                    "- {name: a, address: 'http://p'}\n")
                .find("earlier provider"),
            std::string::npos);
  const auto header = [&](const std::string& fields) {
    return mistake(
        ("providers:\n- {name: a, address: 'http://p', headers: [{" + fields + "}]}\n").c_str());
  };
  EXPECT_NE(header("name: A").find("is missing"), std::string::npos);
  EXPECT_NE(header("name: A, value: b, valueFile: c").find("besides value"), std::string::npos);
  EXPECT_NE(header("name: Upgrade, value: b").find("of one connection"), std::string::npos);
  EXPECT_NE(header("name: Authorization, value: b").find("give bearerTokenFile"),
            std::string::npos);
  EXPECT_EQ(header("name: Cookie, valueFile: c"), "accepted");
}

}  // namespace
}  // namespace slogate::app
