#include <gtest/gtest.h>

#include "adapters/kubernetes/workload/track_services.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

core::Route RouteOf(const char* kind) {
  core::Route route;
  route.kind = kind;
  route.canary_service = "canary";
  route.baseline_service = "stable";
  return route;
}

TEST(BackendPortTest, AnHttpRouteSaysItForEachBackend) {
  const json route = {
      {"spec", {{"rules", {{{"backendRefs", {{{"name", "canary"}, {"port", 8080}}}}}}}}}};
  EXPECT_EQ(BackendPort(route, "shop", RouteOf("HTTPRoute"), "canary"), 8080);
  EXPECT_EQ(BackendPort(route, "shop", RouteOf("HTTPRoute"), "stable"), 0);
}

TEST(BackendPortTest, AVirtualServiceMaySayNone) {
  json destination = {{"destination", {{"host", "canary.shop"}}}};
  EXPECT_EQ(BackendPort({{"spec", {{"http", {{{"route", {destination}}}}}}}}, "shop",
                        RouteOf("VirtualService"), "canary"),
            0);
  destination["destination"]["port"]["number"] = 9090;
  EXPECT_EQ(BackendPort({{"spec", {{"tcp", {{{"route", {destination}}}}}}}}, "shop",
                        RouteOf("VirtualService"), "canary"),
            9090);
}

TEST(BackendPortTest, AnIngressSaysTheBaselinesAlone) {
  const json backend = {{"service", {{"name", "stable"}, {"port", {{"number", 80}}}}}};
  const json rules = {{{"http", {{"paths", {{{"path", "/"}, {"backend", backend}}}}}}}};
  for (const char* const service : {"canary", "stable"}) {
    EXPECT_EQ(BackendPort({{"spec", {{"rules", rules}}}}, "shop", RouteOf("Ingress"), service), 80);
    EXPECT_EQ(
        BackendPort({{"spec", {{"defaultBackend", backend}}}}, "shop", RouteOf("Ingress"), service),
        80);
  }
}

TEST(BackendPortTest, NonsenseSaysNone) {
  for (const char* const kind : {"HTTPRoute", "VirtualService", "Ingress", "Service"}) {
    for (const json& route : {json(), json("text"), json{{"spec", {{"rules", 1}, {"http", "a"}}}},
                              json{{"spec", {{"rules", {1}}, {"http", {nullptr}}}}}}) {
      EXPECT_EQ(BackendPort(route, "shop", RouteOf(kind), "canary"), 0) << kind << route;
    }
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
