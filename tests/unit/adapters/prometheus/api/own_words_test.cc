#include "adapters/prometheus/api/own_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::prometheus {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Said {
  const char* body;
  const char* words;
};

TEST(OwnWordsTest, AreWhatAPersonWouldRead) {
  for (const Said& said : {
           Said{"no org id\n", "no org id"},
           Said{"  Method\r\n\tNot\x01 Allowed ", "Method Not Allowed"},
           Said{R"({"kind":"Status","message":"cannot create services/proxy","code":403})",
                "cannot create services/proxy"},
           Said{R"({"error":{"code":7,"message":"quota"}})", "quota"},
           Said{R"({"error":"invalid_token","error_description":"it has expired"})",
                "it has expired"},
           Said{"<!DOCTYPE html><HTML><Title lang=en>502 Bad\nGateway</Title><p>x",
                "502 Bad Gateway"},
           Said{"<html><body>nothing to read", ""},
           Said{"<title", ""},
           Said{"[1,2]", "[1,2]"},
           Said{R"({"a":1})", ""},
           Said{"", ""},
           Said{"caf\xc3\xa9 \xff\xfe", "caf\xc3\xa9 ??"},
       }) {
    EXPECT_EQ(OwnWords(said.body, Secrets()), said.words) << said.body;
  }
  EXPECT_EQ(OwnWords(std::string_view("\x1f\x8b\0\0", 4), Secrets()), "");
  EXPECT_EQ(OwnWords(std::string(100'000, 'x'), Secrets()).size(), 200U);
  EXPECT_EQ(OwnWords(std::string(100'000, '['), Secrets()).size(), 200U);
}

TEST(OwnWordsTest, DoNotRepeatWhatTheConnectionKeepsToItself) {
  ports::MetricsConnection connection;
  connection.bearer_token = "sesame-1\n";
  connection.basic_username = "Aladdin";
  connection.basic_password = "open sesame";
  connection.headers = {{"X-Scope-OrgID", "shop"}, {"X-Key", "key-of-this-shop"}};
  const Secrets secrets(connection);
  const std::string words = OwnWords(
      "you sent sesame-1, Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==, open sesame, key-of-this-shop for "
      "shop; "
      "the workshop is closed",
      secrets);
  for (const char* const secret : {"sesame", "QWxh", "key-of", "for shop"}) {
    EXPECT_THAT(words, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(words, HasSubstr("the workshop is closed"));
  EXPECT_EQ(Secrets().Hide("shop"), "shop");
}

TEST(OwnWordsTest, DoNotRepeatWhatIsAssignedToASecret) {
  for (const char* const body :
       {"password=hunter2", "?access_token=hunter2&x=1", "{'client_secret': 'hunter2hunter2'}",
        "Authorization: Bearer hunter2hunter2", "Set-Cookie: hunter2hunter2; Path=/",
        "Bearer hunter2hunter2 has expired", "Basic hunter2hunter2"}) {
    EXPECT_THAT(OwnWords(body, Secrets()), Not(HasSubstr("hunter2"))) << body;
  }
  EXPECT_EQ(OwnWords("invalid token: expired", Secrets()), "invalid token: expired");
  EXPECT_EQ(OwnWords("Basic authentication required", Secrets()), "Basic authentication required");
}

TEST(OwnWordsTest, ALoginPageIsKnown) {
  EXPECT_TRUE(IsLoginPage("<html><title>Sign in</title>"));
  EXPECT_TRUE(IsLoginPage("<form><input name=x TYPE=\"password\">"));
  EXPECT_FALSE(IsLoginPage("<html><title>404</title>please log in"));
  EXPECT_FALSE(IsLoginPage("Sign in"));
  EXPECT_TRUE(AsksToLogIn("https://example.com/oauth2/start"));
  EXPECT_FALSE(AsksToLogIn("https://example.com/prometheus"));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
