#include "adapters/prometheus/api/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <stop_token>

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

std::string Success(const std::string& type, const std::string& result,
                    const std::string& more = "") {
  return R"({"status":"success","data":{"resultType":")" + type + R"(","result":)" + result + "}" +
         more + "}";
}

SourceProblem ProblemOf(const std::string& text) {
  const auto reply = ParseReply(text);
  return reply ? SourceProblem::kNone : reply.error().problem;
}

TEST(ReplyTest, ReadsAMatrix) {
  const auto reply = ParseReply(Success(
      "matrix", R"([{"metric":{"__name__":"m","job":"a"},"values":[[1.5,"3"],[2.001,"4e2"]]}])"));
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->series.size(), 1U);
  const auto& [labels, samples] = reply->series[0];
  EXPECT_EQ(labels, (Labels{{"__name__", "m"}, {"job", "a"}}));
  EXPECT_EQ(samples, (Samples{{core::TimePoint(core::Duration(1500)), 3},
                              {core::TimePoint(core::Duration(2001)), 400}}));
}

TEST(ReplyTest, ReadsAVectorAndAScalar) {
  const auto vector = ParseReply(Success("vector", R"([{"metric":{},"value":[1,"2"]}])"));
  ASSERT_TRUE(vector);
  EXPECT_EQ(vector->series.at(0).second.at(0).value, 2);
  const auto scalar = ParseReply(Success("scalar", R"([1,"7"])"));
  ASSERT_TRUE(scalar);
  EXPECT_EQ(scalar->series.at(0).second.at(0).value, 7);
}

TEST(ReplyTest, KeepsNumbersThatAreNone) {
  const auto reply = ParseReply(
      Success("matrix", R"([{"metric":{},"values":[[1,"NaN"],[2,"+Inf"],[3,"-Inf"],[4,"-2"]]}])"));
  ASSERT_TRUE(reply);
  const Samples& samples = reply->series[0].second;
  EXPECT_TRUE(std::isnan(samples[0].value));
  EXPECT_EQ(samples[1].value, INFINITY);
  EXPECT_EQ(samples[2].value, -INFINITY);
  EXPECT_EQ(samples[3].value, -2);
}

TEST(ReplyTest, PutsSamplesInOrderAndDropsRepeats) {
  const auto reply = ParseReply(
      Success("matrix", R"([{"metric":{},"values":[[3,"3"],[1,"1"],[2,"2"],[2,"2"]]}])"));
  ASSERT_TRUE(reply);
  const Samples& samples = reply->series[0].second;
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples[0].value, 1);
  EXPECT_EQ(samples[2].value, 3);
}

TEST(ReplyTest, WhatIsNoListOfSamplesIsMalformed) {
  for (const char* const values :
       {"7", "{}", "null", "\"a\"", "[7]", "[[]]", "[[1]]", "[[1,\"2\",3]]", "[[1,[\"2\"]]]",
        "[{\"a\":[1,\"2\"]}]", "[[1,\"2\"],[[1,\"2\"]]]", "[[1,2]]"}) {
    const auto reply =
        ParseReply(Success("matrix", std::string(R"([{"metric":{},"values":)") + values + "}]"));
    ASSERT_FALSE(reply) << values;
    EXPECT_EQ(reply.error().problem, core::SourceProblem::kMalformed) << values;
  }
  EXPECT_TRUE(ParseReply(Success("matrix", R"([{"metric":{"values":"a"},"values":[]}])")));
}

TEST(ReplyTest, WhatWouldTakeMuchMemoryIsTooLarge) {
  std::string wide = "[1";
  for (int i = 0; i < 600'000; ++i) wide += ",1";
  EXPECT_EQ(ProblemOf(Success("vector", wide + "]")), SourceProblem::kTooLarge);
}

TEST(ReplyTest, StopsWhenNobodyWaits) {
  // GCC 12 takes one on the stack for uninitialized.
  const auto source = std::make_unique<std::stop_source>();
  const std::string text = Success("matrix", R"([{"metric":{},"values":[[1,"2"]]}])");
  EXPECT_TRUE(ParseReply(text, source->get_token()));
  source->request_stop();
  EXPECT_FALSE(ParseReply(text, source->get_token()));
}

TEST(ReplyTest, InfosAreNotes) {
  const auto reply = ParseReply(
      Success("vector", "[]",
              R"(,"warnings":["PromQL info: old"],"infos":["PromQL info: not a counter",7])"));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->warnings,
            (std::vector<std::string>{"PromQL info: old", "PromQL info: not a counter"}));
}

TEST(ReplyTest, NothingMissingIsNotPartial) {
  for (const char* const rest :
       {R"(,"isPartial":false)", R"(,"isPartial":null)", R"(,"warnings":[])",
        R"(,"warnings":null,"infos":null)", R"(,"stats":{"seriesFetched":"1"})"}) {
    EXPECT_TRUE(ParseReply(Success("vector", "[]", rest))) << rest;
  }
}

struct PartialAnswer {
  const char* rest;
  SourceProblem problem;
  const char* words;
};

TEST(ReplyTest, AnAnswerThatSaysItIsNotWholeIsNone) {
  for (const PartialAnswer& answer :
       {// Thanos, whose store is away.
        PartialAnswer{R"(,"warnings":["receive series from Addr: 10.0.3.7:10901: Unavailable"])",
                      SourceProblem::kPartial, "partial: receive series from Addr: 10.0.3.7"},
        // Prometheus, whose remote storage is.
        PartialAnswer{R"(,"warnings":["remote_read: connection refused"],"infos":[])",
                      SourceProblem::kPartial, "remote_read"},
        PartialAnswer{R"(,"warnings":["query result may contain partial data"])",
                      SourceProblem::kPartial, "may contain"},
        PartialAnswer{R"(,"isPartial":true)", SourceProblem::kPartial, "isPartial"},
        PartialAnswer{R"(,"isPartial":"true")", SourceProblem::kPartial, "isPartial"},
        PartialAnswer{R"(,"warnings":[""])", SourceProblem::kPartial, "without words"},
        PartialAnswer{R"(,"warnings":[7])", SourceProblem::kPartial, "without words"},
        PartialAnswer{R"(,"warnings":["PromQL warning: a mix","a","b","c","d"])",
                      SourceProblem::kPartial, "a; b; and 2 more"},
        PartialAnswer{R"(,"warnings":["PromQL warning: a mix of histograms and floats"])",
                      SourceProblem::kBadQuery, "a mix of histograms"},
        PartialAnswer{R"(,"warnings":"all of it")", SourceProblem::kMalformed, "not a list"}}) {
    const auto reply = ParseReply(Success("vector", "[]", answer.rest));
    ASSERT_FALSE(reply) << answer.rest;
    EXPECT_EQ(reply.error().problem, answer.problem) << answer.rest;
    EXPECT_THAT(reply.error().message, testing::HasSubstr(answer.words));
  }
}

TEST(ReplyTest, AWarningOfAnyLengthGivesAShortMessage) {
  std::string warnings = R"(,"warnings":[")" + std::string(50'000, 'x') + "\"";
  for (int i = 0; i < 1000; ++i) warnings += ",\"y\"";
  const auto reply = ParseReply(Success("vector", "[]", warnings + "]"));
  ASSERT_FALSE(reply);
  EXPECT_LT(reply.error().message.size(), 700U);
}

TEST(ReplyTest, LeavesNativeHistogramsOutAloud) {
  const auto reply =
      ParseReply(Success("matrix", R"([{"metric":{"__name__":"h"},"histograms":[]}])"));
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->series.empty());
  EXPECT_EQ(reply->warnings.size(), 1U);
}

TEST(ReplyTest, EveryOtherShapeIsMalformed) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{\"status\":\"succ"),
        std::string(R"({"status":"success"})"), Success("matrix", "7"), Success("matrix", "[7]"),
        Success("matrix", R"([{"values":[]}])"), Success("matrix", R"([{"metric":{}}])"),
        Success("matrix", R"([{"metric":{"a":1},"values":[]}])"),
        Success("matrix", R"([{"metric":{},"values":[[1,2]]}])"),
        Success("matrix", R"([{"metric":{},"values":[["1","2"]]}])"),
        Success("matrix", R"([{"metric":{},"values":[[1,"2x"]]}])"),
        Success("matrix", R"([{"metric":{},"values":[[1,""]]}])"),
        Success("matrix", R"([{"metric":{},"values":[[1e300,"2"]]}])"),
        Success("matrix", R"([{"metric":{},"values":[[1,"2"],[1,"3"]]}])"),
        Success("vector", R"([{"metric":{},"value":[1]}])"), Success("string", R"([1,"x"])"),
        Success("scalar", "{}")}) {
    EXPECT_EQ(ProblemOf(text), SourceProblem::kMalformed) << text;
  }
}

TEST(ReplyTest, AnotherServersAnswerIsNotPrometheus) {
  EXPECT_EQ(ProblemOf("<!DOCTYPE html><html></html>"), SourceProblem::kNotPrometheus);
  EXPECT_EQ(ProblemOf("\n <html/>"), SourceProblem::kNotPrometheus);
  EXPECT_EQ(ProblemOf(R"({"message":"hello"})"), SourceProblem::kNotPrometheus);
  EXPECT_EQ(ProblemOf("[]"), SourceProblem::kNotPrometheus);
}

TEST(ReplyTest, AnErrorKeepsPrometheusOwnWords) {
  const std::string text =
      R"({"status":"error","errorType":"bad_data","error":"parse error:\nunexpected"})";
  const auto reply = ParseReply(text);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().problem, SourceProblem::kBadQuery);
  EXPECT_EQ(reply.error().message, "bad_data: parse error: unexpected");
  EXPECT_EQ(ErrorOf(text), reply.error().message);
  EXPECT_EQ(ErrorOf(std::string_view("<html>")), "");
}

TEST(ReplyTest, DeepNestingDoesNoHarm) {
  EXPECT_EQ(ProblemOf(std::string(200'000, '[')), SourceProblem::kMalformed);
}

TEST(ReplyTest, ForeignTextBecomesOneShortLine) {
  EXPECT_EQ(Shorten("a\nb"), "a b");
  EXPECT_LE(Shorten(std::string(5000, 'x')).size(), 310U);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
