#include "adapters/kubernetes/policy/policy_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;

// Two policies, whose specs say nothing, and watches in which nothing happens.
void Serve(const HttpRequest& request, HttpExchange& exchange) {
  if (request.target.find("watch=1") != std::string::npos) {
    exchange.Begin(200);
    exchange.HoldUntilClosed();
    return;
  }
  json list = {{"metadata", {{"resourceVersion", "7"}}}, {"items", json::array()}};
  if (request.target.find("rolloutpolicies") != std::string::npos) {
    for (const char* name : {"one", "two"}) {
      list["items"].push_back({{"metadata", {{"namespace", "shop"}, {"name", name}}}});
    }
  }
  exchange.Reply(200, list.dump());
}

TEST(PolicyStoreTest, AWatchWhoseListenerThrowsIsReportedOfAndBeginsAgain) {
  HttpServer server(Serve);
  ClusterConfig config;
  config.server = server.url();
  KubeClient::Options options;
  options.first_backoff = core::Duration(10);
  KubeClient client(config, options);
  tests::FakeClock clock;
  KubePolicyStore store(client, clock, "shop");
  std::vector<std::string> failures;
  bool reported = false;
  std::promise<void> reported_of_two;
  std::thread watching([&] {
    store.Watch(
        [&](const ports::Key& key) {
          if (failures.empty()) throw std::bad_alloc();
          if (key.name == "two" && !std::exchange(reported, true)) reported_of_two.set_value();
        },
        [&](std::string_view collection, const ports::Error& error) {
          EXPECT_EQ(error.code, ports::ErrorCode::kInternal);
          failures.push_back(std::string(collection) + ": " + error.message);
        });
  });
  reported_of_two.get_future().wait();
  store.Stop();
  watching.join();
  EXPECT_THAT(failures.front(), HasSubstr("std::bad_alloc"));
}

// What the watch has seen says whether a look may come later.
TEST(PolicyStoreTest, OnlyAPolicyAtRestOfWhichNobodyAsksAnythingCanWait) {
  json list = {{"metadata", {{"resourceVersion", "7"}}}, {"items", json::array()}};
  const auto add = [&](const char* name, const char* phase, json metadata = json::object()) {
    metadata["namespace"] = "shop";
    metadata["name"] = name;
    json policy = {{"metadata", metadata}};
    if (*phase != '\0') policy["status"]["phase"] = phase;
    list["items"].push_back(policy);
  };
  add("new", "");
  add("promoted", "Promoted");
  add("rolled-back", "RolledBack");
  add("progressing", "Progressing");
  add("rolling-back", "RollingBack");
  add("unknown", "Later");
  add("paused", "Ready", {{"annotations", {{"slogate.dev/pause", "by ann"}}}});
  add("leaving", "Ready", {{"deletionTimestamp", "2026-01-01T00:00:00Z"}});
  add("ready", "Ready");
  HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    const bool policies = request.target.find("rolloutpolicies") != std::string::npos;
    if (!policies || request.target.find("watch=1") != std::string::npos) {
      return Serve(request, exchange);
    }
    exchange.Reply(200, list.dump());
  });
  ClusterConfig config;
  config.server = server.url();
  KubeClient client(config, {});
  tests::FakeClock clock;
  KubePolicyStore store(client, clock, "shop");
  std::promise<void> all;
  std::thread watching([&] {
    store.Watch(
        [&, heard = std::set<std::string>()](const ports::Key& key) mutable {
          if (heard.insert(key.name).second && heard.size() == 9) all.set_value();
        },
        [](std::string_view, const ports::Error&) {});
  });
  all.get_future().wait();
  for (const char* name : {"new", "promoted", "rolled-back", "ready"}) {
    EXPECT_TRUE(store.CanWait({"shop", name})) << name;
  }
  for (const char* name :
       {"progressing", "rolling-back", "unknown", "paused", "leaving", "nobody"}) {
    EXPECT_FALSE(store.CanWait({"shop", name})) << name;
  }
  store.Stop();
  watching.join();
}

TEST(PolicyStoreTest, AFailureThatNobodyCanBeReportedOfEndsNothing) {
  HttpServer server(Serve);
  ClusterConfig config;
  config.server = server.url();
  KubeClient::Options options;
  options.first_backoff = core::Duration(10);
  KubeClient client(config, options);
  tests::FakeClock clock;
  KubePolicyStore store(client, clock, "shop");
  std::promise<void> failed;
  std::thread watching([&] {
    store.Watch([](const ports::Key&) { throw std::bad_alloc(); },
                [&, reported = false](std::string_view, const ports::Error&) mutable {
                  if (!std::exchange(reported, true)) failed.set_value();
                  throw std::bad_alloc();
                });
  });
  failed.get_future().wait();
  store.Stop();
  watching.join();
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
