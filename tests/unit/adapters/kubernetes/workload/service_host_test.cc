#include "adapters/kubernetes/workload/service_host.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

TEST(ServiceHostTest, EachWayToSayAServiceIsTheSame) {
  for (const char* const host :
       {"web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local", "web.shop.svc.corp"}) {
    EXPECT_EQ(FullHost(host, "shop"), "web.shop.svc") << host;
    EXPECT_TRUE(IsHostOf(host, "web", "shop")) << host;
  }
  EXPECT_TRUE(IsHostOf("web.shop", "web", "shop"));
  EXPECT_FALSE(IsHostOf("web", "web2", "shop"));
  EXPECT_FALSE(IsHostOf("web.other", "web", "shop"));
}

TEST(ServiceHostTest, OtherHostsAreThemselves) {
  EXPECT_EQ(FullHost("api.example.com", "shop"), "api.example.com");
  EXPECT_EQ(FullHost("web.shop.svc.clusterset.local", "shop"), "web.shop.svc.clusterset.local");
  EXPECT_EQ(FullHost("a.b.c.svc", "shop"), "a.b.c.svc");
  EXPECT_EQ(FullHost("", "shop"), ".shop.svc");
  EXPECT_EQ(FullHost("...", "shop"), "...");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
