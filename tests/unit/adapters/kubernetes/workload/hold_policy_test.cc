#include "adapters/kubernetes/workload/hold_policy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>

#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using core::HoldBy;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;

// Of an API server that answers these paths with these codes, and any other with 404.
ports::Result<HoldBy> Found(const std::map<std::string, int>& answers) {
  HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    const std::string prefix = "/apis/admissionregistration.k8s.io/";
    const auto found = answers.find(request.target.substr(prefix.size()));
    exchange.Reply(found == answers.end() ? 404 : found->second, R"({"kind":"Status"})");
  });
  ClusterConfig config;
  config.server = server.url();
  KubeClient client(config);
  return HoldFinder(client).Find();
}

const std::string kPolicy = "/mutatingadmissionpolicies/hold.slogate.dev";
const std::string kBinding = "/mutatingadmissionpolicybindings/hold.slogate.dev";

TEST(HoldPolicyTest, AdmissionHoldsWithAPolicyAndItsBindingOfEitherVersion) {
  for (const std::string version : {"v1", "v1beta1"}) {
    EXPECT_EQ(Found({{version + kPolicy, 200}, {version + kBinding, 200}}), HoldBy::kAdmission);
    EXPECT_EQ(Found({{version + kPolicy, 200}}), HoldBy::kPaused);
    EXPECT_EQ(Found({{version + kBinding, 200}}), HoldBy::kPaused);
  }
}

TEST(HoldPolicyTest, WhatMayNotBeSeenIsNotReliedOn) {
  EXPECT_EQ(Found({}), HoldBy::kPaused);
  EXPECT_EQ(Found({{"v1" + kPolicy, 403}, {"v1beta1" + kPolicy, 403}}), HoldBy::kPaused);
  EXPECT_EQ(Found({{"v1" + kPolicy, 200}, {"v1" + kBinding, 403}}), HoldBy::kPaused);
}

TEST(HoldPolicyTest, AnApiServerInTroubleSaysNothing) {
  const auto found = Found({{"v1" + kPolicy, 500}});
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ports::ErrorCode::kUnavailable);
}

TEST(HoldPolicyTest, OnlyAdmissionThatHoldsIsRememberedForAMinute) {
  std::atomic<int> requests = 0;
  std::atomic<bool> installed = false;
  HttpServer server([&](const HttpRequest&, HttpExchange& exchange) {
    ++requests;
    exchange.Reply(installed ? 200 : 404, R"({"kind":"Status"})");
  });
  ClusterConfig config;
  config.server = server.url();
  KubeClient client(config);
  HoldFinder finder(client);
  EXPECT_EQ(finder.Find(), HoldBy::kPaused);
  installed = true;
  EXPECT_EQ(finder.Find(), HoldBy::kAdmission) << "as soon as it is there";
  const int before = requests;
  installed = false;
  EXPECT_EQ(finder.Find(), HoldBy::kAdmission);
  EXPECT_EQ(requests, before);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
