#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/client/collection_watch.h"

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using ::testing::ElementsAre;

constexpr const char* kTwoLines =
    R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}})"
    "\n"
    R"({"type":"DELETED","object":{"metadata":{"resourceVersion":"2"}}})"
    "\n";

std::vector<std::string> Versions(WatchFramer& framer, std::string_view bytes) {
  std::vector<std::string> versions;
  const auto fed = framer.Feed(bytes, [&](WatchMessage message) {
    const auto& object = std::get<WatchEvent>(message).object;
    versions.push_back(object["metadata"]["resourceVersion"].get<std::string>());
    return true;
  });
  EXPECT_TRUE(fed);
  return versions;
}

TEST(WatchFramerTest, TakesSeveralLinesAtOnce) {
  WatchFramer framer;
  EXPECT_THAT(Versions(framer, kTwoLines), ElementsAre("1", "2"));
  EXPECT_FALSE(framer.inside_line());
}

TEST(WatchFramerTest, AnySplitGivesTheSameEvents) {
  const std::string_view text = kTwoLines;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    WatchFramer framer;
    auto versions = Versions(framer, text.substr(0, cut));
    for (auto& version : Versions(framer, text.substr(cut))) versions.push_back(version);
    EXPECT_THAT(versions, ElementsAre("1", "2")) << "cut at " << cut;
  }
}

TEST(WatchFramerTest, KnowsWhenALineHasNotEnded) {
  WatchFramer framer;
  EXPECT_TRUE(Versions(framer, R"({"type":)").empty());
  EXPECT_TRUE(framer.inside_line());
}

TEST(WatchFramerTest, PassesOverEmptyLines) {
  WatchFramer framer;
  EXPECT_THAT(Versions(framer, std::string("\n\r\n") + kTwoLines), ElementsAre("1", "2"));
}

TEST(WatchFramerTest, StopsWhenTheSinkHasEnough) {
  WatchFramer framer;
  int seen = 0;
  ASSERT_TRUE(framer.Feed(kTwoLines, [&](WatchMessage) {
    ++seen;
    return false;
  }));
  EXPECT_EQ(seen, 1);
}

TEST(WatchFramerTest, LineOverTheLimitIsRefusedBeforeItEnds) {
  WatchFramer framer(100);
  const auto sink = [](WatchMessage) { return true; };
  ASSERT_TRUE(framer.Feed(std::string(60, 'x'), sink));
  const auto fed = framer.Feed(std::string(60, 'x'), sink);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::kMalformedResponse);
}

TEST(WatchFramerTest, ErrorEventIsARefusal) {
  const auto message = ParseWatchLine(
      R"({"type":"ERROR","object":{"code":410,"reason":"Expired","message":"too\nold"}})");
  ASSERT_TRUE(message);
  const auto& refusal = std::get<WatchRefusal>(*message);
  EXPECT_EQ(refusal.code, 410);
  EXPECT_EQ(refusal.message, "too old");
}

TEST(WatchFramerTest, ExpiredWithoutACodeIs410) {
  const auto message = ParseWatchLine(R"({"type":"ERROR","object":{"reason":"Expired"}})");
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<WatchRefusal>(*message).code, 410);
}

TEST(WatchFramerTest, RefusesWhatIsNoEvent) {
  for (const char* line :
       {"{", "[]", "1", "null", R"("ADDED")", R"({"type":"ADDED"})",
        R"({"type":"ADDED","object":[]})", R"({"type":"ADDED","object":{"metadata":{}}})",
        R"({"type":"ADDED","object":{"metadata":{"resourceVersion":5}}})",
        R"({"type":"RENAMED","object":{"metadata":{"resourceVersion":"5"}}})",
        R"({"type":5,"object":{"metadata":{"resourceVersion":"5"}}})"}) {
    const auto message = ParseWatchLine(line);
    ASSERT_FALSE(message) << line;
    EXPECT_EQ(message.error().code, ErrorCode::kMalformedResponse) << line;
  }
}

TEST(WatchFramerTest, DeepNestingDoesNotHarm) {
  WatchFramer framer;
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(framer.Feed(deep + "\n", [](WatchMessage) { return true; }));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
