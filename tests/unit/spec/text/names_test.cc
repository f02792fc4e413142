#include "spec/text/names.h"

#include <gtest/gtest.h>

namespace slogate::spec {
namespace {

TEST(NamesTest, KnowsDnsLabels) {
  for (const char* name : {"a", "shop", "shop-2", "0a"}) EXPECT_TRUE(IsDnsLabel(name)) << name;
  EXPECT_TRUE(IsDnsLabel(std::string(63, 'a')));
  EXPECT_FALSE(IsDnsLabel(std::string(64, 'a')));
  for (const char* name : {"", "-a", "a-", "a.b", "A", "a_b", "a b", "a\n"}) {
    EXPECT_FALSE(IsDnsLabel(name)) << name;
  }
}

TEST(NamesTest, KnowsDnsSubdomains) {
  for (const char* name : {"a", "a.b", "shop-2.example"}) EXPECT_TRUE(IsDnsSubdomain(name)) << name;
  for (const char* name : {"", ".", "a.", ".a", "a..b", "a.-b"}) {
    EXPECT_FALSE(IsDnsSubdomain(name)) << name;
  }
  EXPECT_TRUE(IsDnsSubdomain(std::string(253, 'a'))) << "a part has no limit of its own";
  EXPECT_FALSE(IsDnsSubdomain(std::string(254, 'a')));
}

TEST(NamesTest, KnowsKeysOfLabels) {
  for (const char* key : {"a", "app", "App_1.x", "app.kubernetes.io/instance", "a.b/c-d"}) {
    EXPECT_TRUE(IsLabelKey(key)) << key;
  }
  EXPECT_TRUE(IsLabelKey("a/" + std::string(63, 'a')));
  EXPECT_FALSE(IsLabelKey("a/" + std::string(64, 'a')));
  for (const char* key : {"", "/", "a/", "/a", "a/b/c", "-a", "a-", "A.b/c", "app=shop", "a b"}) {
    EXPECT_FALSE(IsLabelKey(key)) << key;
  }
}

TEST(NamesTest, KnowsHeaderNames) {
  EXPECT_TRUE(IsHttpToken("X-Scope-OrgID"));
  EXPECT_FALSE(IsHttpToken("X Scope"));
  EXPECT_FALSE(IsHttpToken("X:Scope"));
  EXPECT_FALSE(IsHttpToken(""));
}

TEST(NamesTest, AcceptsBaseUrls) {
  for (const char* url :
       {"http://prometheus:9090", "https://prometheus.monitoring.svc/", "http://10.0.0.1/p/q",
        "http://[::1]:9090", "https://[fe80::1]/x", "http://localhost"}) {
    EXPECT_EQ(UrlProblem(url), "") << url;
  }
}

TEST(NamesTest, KnowsHostsThatAreThisMachineForSure) {
  for (const char* const host : {"localhost", "[::1]", "127.0.0.1", "127.255.255.255"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* const host :
       {"", "localhost.example.test", "127.0.0.1.example.test", "127.example.test", "127.0.0",
        "127.0.0.1.", "127.0.0.256", "127.0.0.1.1", "0127.0.0.1", "127.0.0.01", "128.0.0.1",
        "10.127.0.0", "127...1", "[::2]", "[::ffff:127.0.0.1]", "127.0.0.-1", "example.test"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(NamesTest, RefusesOtherUrls) {
  for (const char* url : {"",
                          "prometheus:9090",
                          "file:///etc/passwd",
                          "ftp://prometheus",
                          "http://",
                          "http:///x",
                          "http://:9090",
                          "http://a:b@prometheus",
                          "http://prometheus:",
                          "http://prometheus:0",
                          "http://prometheus:65536",
                          "http://prometheus:90x",
                          "http://pro metheus",
                          "http://prometheus?x=1",
                          "http://prometheus/#x",
                          "http://-prometheus",
                          "http://[::1",
                          "http://prometheus\r\nX: y",
                          "http://[]:80",
                          "HTTP://x\\y"}) {
    EXPECT_NE(UrlProblem(url), "") << url;
  }
}

TEST(NamesTest, HeadersThatAreNotOnesToAdd) {
  const auto problem = [](const char* name, const char* value, HeaderUse use = HeaderUse::kPlain) {
    const auto mistake = HeaderMistakeOf(name, value, use);
    return mistake ? mistake->problem : "";
  };
  EXPECT_EQ(problem("X-Scope-OrgID", "shop"), "");
  EXPECT_EQ(problem("THANOS-TENANT", "a\tb \xc3\xa9"), "");
  for (const char* const name : {"", "X Scope", "X:Y", "X\r\nY", "X\xc3"}) {
    EXPECT_EQ(problem(name, "a"), "is not the name of a header") << name;
  }
  for (const char* const name : {"Connection", "TE", "Upgrade", "transfer-encoding", "Trailer"}) {
    EXPECT_NE(problem(name, "a").find("is of one connection"), std::string::npos) << name;
  }
  for (const char* const name : {"Host", "Content-Length", "Expect", "ACCEPT-ENCODING"}) {
    EXPECT_NE(problem(name, "a").find("is set by slogate itself"), std::string::npos) << name;
  }
  for (const char* const value : {"a\r\nX-Evil: 1", "a\nb", "a\x01", "\x7f"}) {
    EXPECT_EQ(problem("X-A", value), "has a line break or another control character");
  }
  EXPECT_EQ(problem("Cookie", "secret"), "'Cookie' carries a credential");
  EXPECT_EQ(problem("Cookie", "secret", HeaderUse::kSecret), "");
  EXPECT_NE(problem("Authorization", "secret", HeaderUse::kSecret), "");
}

}  // namespace
}  // namespace slogate::spec
