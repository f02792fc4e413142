#include "adapters/kubernetes/login/exec_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

// A plugin that answers as reported, under a clock and a terminal of the test's own.
class ExecPluginTest : public ::testing::Test {
 protected:
  ExecPluginTest() {
    plugin_.where = "/home/me/config, user \"u\"";
    plugin_.command = "sign-in";
    plugin_.arguments = {"--cluster", "east"};
    plugin_.api_version = kExecV1;
  }

  ExecCredentialSource Source() {
    return ExecCredentialSource(
        plugin_, {.run =
                      [this](const process::ChildCommand& command) {
                        commands_.push_back(command);
                        return answer_();
                      },
                  .now = [this] { return now_; },
                  .has_terminal = [this] { return terminal_; },
                  .environment = {{"PATH", "/bin"}, {"REGION", "west"}, {"HOME", "/home/me"}}});
  }

  void AnswerToken(const std::string& token, seconds lasts = seconds(0)) {
    std::string status = "\"token\":\"" + token + "\"";
    if (lasts > seconds(0)) {
      status += ",\"expirationTimestamp\":\"" + spec::ToSecondsText(now_ + lasts) + "\"";
    }
    AnswerText(R"({"kind":"ExecCredential","apiVersion":")" + std::string(kExecV1) +
               R"(","status":{)" + status + "}}");
  }

  void AnswerText(const std::string& text) {
    answer_ = [text] { return process::ChildResult{0, text, ""}; };
  }

  void AnswerFailure(ErrorCode code, const std::string& what) {
    answer_ = [code, what]() -> ports::Result<process::ChildResult> {
      return ports::Fail(code, what);
    };
  }

  ExecPlugin plugin_;
  core::TimePoint now_ = *spec::ParseTime("2026-11-21T12:00:00Z");
  bool terminal_ = false;
  std::function<ports::Result<process::ChildResult>()> answer_;
  std::vector<process::ChildCommand> commands_;
};

TEST_F(ExecPluginTest, RunsOnceAndKeepsWhatDoesNotExpire) {
  AnswerToken("one");
  ExecCredentialSource source = Source();
  for (int i = 0; i < 3; ++i) {
    const auto issued = source.Current();
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_EQ(issued->credential.token, "one");
    now_ += std::chrono::hours(24);
  }
  EXPECT_EQ(commands_.size(), 1u);
}

TEST_F(ExecPluginTest, RunsAgainOnceExpired) {
  AnswerToken("one", seconds(60));
  ExecCredentialSource source = Source();
  ASSERT_TRUE(source.Current());
  now_ += seconds(59);
  AnswerToken("two", seconds(60));
  EXPECT_EQ(source.Current()->credential.token, "one");
  now_ += seconds(1);
  EXPECT_EQ(source.Current()->credential.token, "two");
  EXPECT_EQ(commands_.size(), 2u);
}

TEST_F(ExecPluginTest, RenewsWhatWasRefusedOnceForAll) {
  AnswerToken("one");
  ExecCredentialSource source = Source();
  const auto issued = source.Current();
  ASSERT_TRUE(issued);
  AnswerToken("two");
  EXPECT_TRUE(source.Renew(issued->serial));
  // A second caller was refused with the same credential.
  EXPECT_TRUE(source.Renew(issued->serial));
  EXPECT_EQ(commands_.size(), 2u);
  EXPECT_EQ(source.Current()->credential.token, "two");
}

TEST_F(ExecPluginTest, TheSameCredentialAgainIsNoNewOne) {
  AnswerToken("one");
  ExecCredentialSource source = Source();
  const auto issued = source.Current();
  ASSERT_TRUE(issued);
  EXPECT_FALSE(source.Renew(issued->serial));
}

TEST_F(ExecPluginTest, GivesArgumentsEnvironmentAndInfo) {
  plugin_.environment = {{"REGION", "east"}};
  plugin_.cluster = nlohmann::json{{"server", "https://k"}};
  AnswerToken("one");
  ExecCredentialSource source = Source();
  ASSERT_TRUE(source.Current());
  const process::ChildCommand& command = commands_.at(0);
  EXPECT_EQ(command.arguments, (std::vector<std::string>{"sign-in", "--cluster", "east"}));
  EXPECT_EQ(command.timeout, seconds(60));
  EXPECT_FALSE(command.interactive);
  EXPECT_EQ(
      command.environment,
      (process::Environment{{"HOME", "/home/me"},
                            {"KUBERNETES_EXEC_INFO", ExecInfo(kExecV1, false, plugin_.cluster)},
                            {"PATH", "/bin"},
                            {"REGION", "east"}}));
}

TEST_F(ExecPluginTest, AsksAPersonOnlyOnATerminalAndWhenAllowed) {
  using Interaction = ExecPlugin::Interaction;
  AnswerToken("one");
  terminal_ = true;
  for (const Interaction interaction :
       {Interaction::kNever, Interaction::kIfAvailable, Interaction::kAlways}) {
    plugin_.interaction = interaction;
    ExecCredentialSource source = Source();
    ASSERT_TRUE(source.Current());
    EXPECT_EQ(commands_.back().interactive, interaction != Interaction::kNever);
  }
  terminal_ = false;
  ExecCredentialSource source = Source();
  const auto issued = source.Current();
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(issued.error().message, HasSubstr("standard input is no terminal"));
}

TEST_F(ExecPluginTest, AMissingProgramGetsTheHint) {
  AnswerFailure(ErrorCode::kNotFound, "was not found");
  ExecCredentialSource bare = Source();
  const auto without = bare.Current();
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(without.error().message,
            "kubeconfig /home/me/config, user \"u\": exec plugin sign-in was not found; install "
            "it, or name it with its whole path");
  plugin_.install_hint = "Install sign-in:\n  see its site";
  ExecCredentialSource hinted = Source();
  EXPECT_THAT(hinted.Current().error().message,
              HasSubstr("was not found; Install sign-in:   see its site"));
}

TEST_F(ExecPluginTest, AFailureCarriesItsWordsButNoToken) {
  const std::string token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJtZSJ9";
  answer_ = [&] {
    return process::ChildResult{
        .code = 1, .output = "", .complaints = "session over\n" + token + "\n"};
  };
  ExecCredentialSource source = Source();
  const auto issued = source.Current();
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().code, ErrorCode::kUnauthorized);
  EXPECT_THAT(issued.error().message, HasSubstr("ended with code 1: session over"));
  EXPECT_THAT(issued.error().message, Not(HasSubstr("eyJ")));
}

TEST_F(ExecPluginTest, GarbageAndTimeOutsAreFailures) {
  AnswerText("sesame");
  ExecCredentialSource garbage = Source();
  EXPECT_THAT(garbage.Current().error().message, HasSubstr("its answer is not a JSON object"));
  AnswerFailure(ErrorCode::kTimeout, "has not ended after 60000 ms");
  ExecCredentialSource slow = Source();
  EXPECT_EQ(slow.Current().error().code, ErrorCode::kUnauthorized);
  AnswerToken("old", seconds(1));
  now_ += seconds(2);
  ExecCredentialSource old = Source();
  EXPECT_THAT(old.Current().error().message, HasSubstr("has expired already"));
}

TEST_F(ExecPluginTest, AFailureStandsForAMoment) {
  AnswerFailure(ErrorCode::kTimeout, "has not ended after 60000 ms");
  ExecCredentialSource source = Source();
  ASSERT_FALSE(source.Current());
  AnswerToken("one");
  EXPECT_FALSE(source.Current());
  EXPECT_EQ(commands_.size(), 1u);
  now_ += seconds(2);
  EXPECT_TRUE(source.Current());
}

TEST_F(ExecPluginTest, NeverRunsTwiceAtOnce) {
  AnswerToken("one");
  ExecCredentialSource source = Source();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&source] { EXPECT_TRUE(source.Current()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(commands_.size(), 1u);
}

TEST(WithoutTokensTest, ShortensAndBlanks) {
  EXPECT_EQ(WithoutTokens("token " + std::string(40, 'a') + "/x\x1b[1m\n\n", 300),
            "token [...]/x [1m");
  EXPECT_EQ(WithoutTokens("/usr/local/share/some-plugin: not signed in", 20).size(), 20u);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
