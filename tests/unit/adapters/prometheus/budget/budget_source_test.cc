#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "slogate/core/budget.h"
#include "spec/slo/sli_promql.h"
#include "support/http_server.h"

namespace slogate::adapters::prometheus {
namespace {

using core::BudgetOrigin;
using core::CountProblem;
using core::SourceProblem;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using ::testing::IsEmpty;
using ::testing::Not;

const core::TimePoint kAt{hours(480'000)};

core::BudgetPlan Plan() {
  core::BudgetPlan plan;
  plan.indicator =
      core::Indicator(core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false});
  plan.first = kAt - hours(4);
  plan.at = kAt;
  plan.period = hours(4);
  plan.chunk = hours(1);
  plan.windows = {minutes(5)};
  plan.scrape_interval = std::chrono::seconds(15);
  return plan;
}

double FieldOf(const std::string& body, const std::string& name) {
  const std::size_t at = body.find("&" + name + "=");
  return at == std::string::npos ? 0 : std::stod(body.substr(at + name.size() + 2));
}

bool IsRange(const HttpRequest& request) {
  return request.target.find("query_range") != std::string::npos;
}

json Series(const std::string& tag, json values, bool range) {
  return {{"metric", {{"slogate_part", tag}}}, {range ? "values" : "value", std::move(values)}};
}

// 100 events and 2 bad ones at every time and in every window asked for.
std::string Steady(const HttpRequest& request) {
  json result = json::array();
  if (IsRange(request)) {
    json totals = json::array();
    json bads = json::array();
    for (double at = FieldOf(request.body, "start"); at <= FieldOf(request.body, "end");
         at += 3600) {
      totals.push_back({at, "100"});
      bads.push_back({at, "2"});
    }
    result = {Series("t0", totals, true), Series("p0", bads, true)};
  } else {
    const double at = FieldOf(request.body, "time");
    result = {Series("t1", {at, "100"}, false), Series("p1", {at, "2"}, false)};
  }
  return json{
      {"status", "success"},
      {"data", {{"resultType", IsRange(request) ? "matrix" : "vector"}, {"result", result}}}}
      .dump();
}

core::BudgetPlan RecordedPlan() {
  core::BudgetPlan plan = Plan();
  plan.service = "shop";
  plan.objective = "pay";
  return plan;
}

// The same from counters, with so many buckets recorded in each hour.
std::string Recorded(const HttpRequest& request, const std::vector<int>& buckets) {
  json answer = json::parse(Steady(request));
  json& result = answer["data"]["result"];
  const auto asks = [&](const char* what) { return request.body.find(what) != std::string::npos; };
  if (IsRange(request) && asks("sum_over_time")) {
    json counts = json::array();
    json kept = json::array();
    for (std::size_t hour = 0; hour < buckets.size(); ++hour) {
      if (buckets[hour] == 0) continue;
      kept.push_back(hour);
      counts.push_back({result[0]["values"][hour][0], std::to_string(buckets[hour])});
    }
    for (json& series : result) {
      json values = json::array();
      for (const json& hour : kept) values.push_back(series["values"][hour.get<std::size_t>()]);
      series["values"] = std::move(values);
    }
    result.push_back(Series("n0", counts, true));
  } else if (!IsRange(request) && asks("last_over_time")) {
    const json value = result[0]["value"];
    result = json::array();
    for (const std::string_view name : {spec::kTotalBucket, spec::kBadBucket}) {
      result.push_back({{"metric", {{"__name__", name}}}, {"value", value}});
    }
  }
  return answer.dump();
}

class PrometheusBudgetsTest : public ::testing::Test {
 protected:
  core::BudgetReading Read(const HttpServer& server, const core::BudgetPlan& plan,
                           const std::string& key = "") {
    ports::MetricsConnection connection;
    connection.address = server.url();
    connection.bearer_token = "sesame";
    connection.timeout = std::chrono::seconds(5);
    return budgets_.ReadBudget(key, connection, plan);
  }

  PrometheusBudgets budgets_;
};

TEST_F(PrometheusBudgetsTest, ReadsTheWindowInChunks) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  const core::BudgetReading reading = Read(server, Plan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  EXPECT_EQ(reading.origin, BudgetOrigin::kCounters);
  ASSERT_EQ(reading.series.size(), 1U);
  ASSERT_EQ(reading.series[0].chunks.size(), 4U);
  for (const core::WindowCounts& chunk : reading.series[0].chunks) {
    EXPECT_EQ(chunk.counts, (core::Counts{100, 2, 0}));
  }
  EXPECT_EQ(reading.series[0].windows.at(0).counts, (core::Counts{100, 2, 0}));
  EXPECT_EQ(reading.trace.size(), 3U) << "one of them to know the server";
  EXPECT_EQ(server.requests().size(), 3U);
}

// Its increase() takes small first values for events, which are counted from raw samples already.
TEST_F(PrometheusBudgetsTest, VictoriaMetricsIsAskedForWhatFollowsFirstValues) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request), {{"X-Server-Hostname", "vm-0"}});
  });
  const core::BudgetReading reading = Read(server, Plan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  ASSERT_EQ(reading.trace.size(), 3U);
  EXPECT_THAT(reading.trace[1].query,
              HasSubstr("sum((increase_prometheus(requests_total[3600s]) or label_replace(("
                        "first_over_time(requests_total[3600s]) - "
                        "last_over_time(requests_total[300s] offset 3600s) >= 0) or "));
}

TEST_F(PrometheusBudgetsTest, EverySeriesMeetsThePlansMatchers) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  using core::LabelMatcher;
  core::BudgetPlan plan = Plan();
  plan.matchers = {{"track", LabelMatcher::Op::kMatch, "a|b"}};
  const std::vector<std::pair<core::Indicator, std::vector<std::string>>> cases = {
      {core::CounterIndicator{{"n", {}}, {"m", {{"x", LabelMatcher::Op::kEqual, "y"}}}, true},
       {R"(n{track=~"a|b"}[)", R"(m{x="y",track=~"a|b"}[)"}},
      {core::HistogramIndicator{{"h", {}}, 1},
       {R"(h_count{track=~"a|b"}[)", R"(",track=~"a|b"}[)"}},
      {core::PromqlIndicator{.total = "sum(n{{{.track}}}[{{.window}}])",
                             .part = "m{ {{ .track }}, x=\"y\"}"},
       {R"(n{track=~"a|b"}[)", R"(m{ track=~"a|b", x="y"})"}},
      {core::ScoreIndicator{{"n", {}}, {"s", {}}, {}},
       {R"(n{track=~"a|b"}[)", R"(s{track=~"a|b"}[)"}},
      {core::ScoreHistogramIndicator{{"h", {}}},
       {R"(h_count{track=~"a|b"}[)", R"(h_sum{track=~"a|b"}[)"}}};
  Read(server, plan);  // so that the server is known
  for (const auto& [indicator, texts] : cases) {
    plan.indicator = indicator;
    const core::BudgetReading reading = Read(server, plan);
    ASSERT_EQ(reading.trace.size(), 2U);
    for (const core::QueryTrace& trace : reading.trace) {
      for (const std::string& text : texts) EXPECT_THAT(trace.query, HasSubstr(text));
    }
  }
}

// Such chunks are of other series.
TEST_F(PrometheusBudgetsTest, OtherMatchersAskForEveryChunkAgain) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  core::BudgetPlan plan = Plan();
  for (const char* track : {"a", "b"}) {
    plan.matchers = {{"track", core::LabelMatcher::Op::kEqual, track}};
    Read(server, plan, "shop/a");
    const std::string body = server.requests().at(server.requests().size() - 2).body;
    EXPECT_EQ(FieldOf(body, "end") - FieldOf(body, "start"), 3 * 3600);
  }
}

TEST_F(PrometheusBudgetsTest, SettledChunksAreRequestedForOnce) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  core::BudgetPlan plan = Plan();
  Read(server, plan, "shop/a");
  plan.first += hours(1);
  plan.at += hours(1);
  const core::BudgetReading reading = Read(server, plan, "shop/a");
  ASSERT_EQ(reading.series.at(0).chunks.size(), 4U);
  EXPECT_EQ(reading.series[0].chunks[0].counts, (core::Counts{100, 2, 0}));
  const std::vector<HttpRequest> requests = server.requests();
  ASSERT_EQ(requests.size(), 5U);
  // The newest chunk of the first reading was too young to be kept.
  EXPECT_EQ(FieldOf(requests[3].body, "end") - FieldOf(requests[3].body, "start"), 3600);
  budgets_.ForgetBudgets("shop/");
  Read(server, plan, "shop/a");
  EXPECT_EQ(FieldOf(server.requests()[5].body, "end") - FieldOf(server.requests()[5].body, "start"),
            3 * 3600);
}

// What budgets cost that nobody asked for: of an objective over 30 days, read once a minute.
TEST_F(PrometheusBudgetsTest, AMonthIsReadWithThreeRequestsAndKeptWithTwo) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  core::Objective objective;
  objective.indicator = std::get<core::Indicator>(Plan().indicator);
  Read(server, Plan());  // so that the server is known, which takes one request
  std::size_t before = server.requests().size();
  const std::size_t first = before;
  for (int minute = 0; minute < 61; ++minute) {
    const core::TimePoint at = kAt + minutes(30 + minute);
    const auto reading =
        Read(server, core::PlanBudget(objective, std::chrono::seconds(15), at), "shop/a");
    ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
    const std::size_t requests = server.requests().size() - before;
    before = server.requests().size();
    // An hour that has ended is asked for until late scrapes are in.
    EXPECT_LE(requests, minute == 0 ? 3U : 2U + (minute >= 30 && minute <= 37 ? 1U : 0U))
        << "in minute " << minute;
  }
  EXPECT_LE(before - first, 61U * 2 + 9) << "requests in an hour";
}

TEST_F(PrometheusBudgetsTest, AnEmptyAnswerIsNoSeries) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, IsRange(request)
                            ? R"({"status":"success","data":{"resultType":"matrix","result":[]}})"
                            : R"({"status":"success","data":{"resultType":"vector","result":[]}})");
  });
  const core::BudgetReading reading = Read(server, Plan());
  EXPECT_EQ(reading.source, SourceProblem::kNone);
  for (const core::WindowCounts& chunk : reading.series.at(0).chunks) {
    EXPECT_EQ(chunk.problem, CountProblem::kNoSeries);
  }
}

TEST_F(PrometheusBudgetsTest, TooManySamplesAreRequestedForInHalves) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    const double length = FieldOf(request.body, "end") - FieldOf(request.body, "start");
    if (IsRange(request) && length > 3600) {
      exchange.Reply(422,
                     R"({"status":"error","errorType":"execution","error":"query processing would)"
                     R"( load too many samples into memory in query execution"})");
      return;
    }
    exchange.Reply(200, Steady(request));
  });
  const core::BudgetReading reading = Read(server, Plan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  for (const core::WindowCounts& chunk : reading.series.at(0).chunks) {
    EXPECT_EQ(chunk.counts, (core::Counts{100, 2, 0}));
  }
}

TEST_F(PrometheusBudgetsTest, WhatIsTooMuchInAnyPartIsTooLargeAndSaysTheFix) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    if (request.body.starts_with("query=vector")) return exchange.Reply(200, Steady(request));
    exchange.Reply(422, R"({"status":"error","errorType":"execution","error":"too many samples"})");
  });
  const core::BudgetReading reading = Read(server, Plan());
  EXPECT_EQ(reading.source, SourceProblem::kTooLarge);
  EXPECT_THAT(reading.message, HasSubstr("gate rules"));
  EXPECT_TRUE(reading.series.empty());
}

TEST_F(PrometheusBudgetsTest, EachFailureIsItsOwn) {
  struct Failure {
    int status;
    std::string body;
    SourceProblem problem;
  };
  const std::vector<Failure> failures = {
      {401, "", SourceProblem::kUnauthorized},
      {500, "", SourceProblem::kServerError},
      {404, "<html>", SourceProblem::kNotPrometheus},
      {400, R"({"status":"error","errorType":"bad_data","error":"parse"})",
       SourceProblem::kBadQuery},
      {200, R"({"status":"success","data":{"resultType":"ma)", SourceProblem::kMalformed}};
  for (const Failure& failure : failures) {
    const HttpServer server([&](const HttpRequest&, HttpExchange& exchange) {
      exchange.Reply(failure.status, failure.body);
    });
    const core::BudgetReading reading = Read(server, Plan());
    EXPECT_EQ(reading.source, failure.problem) << failure.status;
    EXPECT_THAT(reading.message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(reading.message, Not(HasSubstr("sesame")));
    EXPECT_EQ(reading.trace.size(), 1U);
  }
}

TEST_F(PrometheusBudgetsTest, ASeriesThatIsNotANumberIsLeftOutAndNamed) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    json answer = json::parse(Steady(request));
    if (IsRange(request) && request.body.find("%3E%3D") == std::string::npos) {
      answer["data"]["result"][0]["values"][1][1] = "NaN";
    }
    exchange.Reply(200, answer.dump());
  });
  const core::BudgetReading reading = Read(server, Plan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  EXPECT_EQ(reading.series.at(0).chunks.at(1).counts, (core::Counts{100, 2, 0}));
  ASSERT_EQ(reading.warnings.size(), 1U);
  EXPECT_THAT(reading.warnings[0], HasSubstr("not a number"));
}

TEST_F(PrometheusBudgetsTest, HolesInRecordedSeriesAreSaidOnce) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Recorded(request, {12, 7, 12, 9}));
  });
  const core::BudgetReading reading = Read(server, RecordedPlan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  EXPECT_EQ(reading.origin, BudgetOrigin::kSlogateRules);
  EXPECT_THAT(
      reading.warnings,
      ElementsAre("recorded series have holes: their rules were not evaluated all the time"));
}

TEST_F(PrometheusBudgetsTest, TheHourInWhichRulesBeginHasNoHole) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Recorded(request, {7, 12, 12, 12}));
  });
  const core::BudgetReading reading = Read(server, RecordedPlan());
  EXPECT_EQ(reading.origin, BudgetOrigin::kSlogateRules);
  EXPECT_THAT(reading.warnings, IsEmpty());
}

// When the rules began is not asked to the minute, so that no time is said.
TEST_F(PrometheusBudgetsTest, OfYoungRulesItIsSaidThatCountersWereCounted) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Recorded(request, {0, 0, 0, 2}));
  });
  const core::BudgetReading reading = Read(server, RecordedPlan());
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  EXPECT_EQ(reading.origin, BudgetOrigin::kCounters);
  EXPECT_THAT(
      reading.warnings,
      ElementsAre("recorded series are younger than the counters: these were counted instead"));
}

// What Sloth's rules would have recorded of the plan's windows.
std::string Recorded(const HttpRequest& request, const std::string& of_the_period) {
  const double at = FieldOf(request.body, "time");
  json result = json::array();
  const auto add = [&](const std::string& window, const std::string& ratio) {
    result.push_back(
        {{"metric", {{"__name__", "slo:sli_error:ratio_rate" + window}}}, {"value", {at, ratio}}});
  };
  add("4h", of_the_period);
  add("5m", "0.03");
  return json{{"status", "success"}, {"data", {{"resultType", "vector"}, {"result", result}}}}
      .dump();
}

TEST_F(PrometheusBudgetsTest, EventsWinOverRecordedRatiosThatCoverNoMore) {
  const HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    const bool checks = request.body.find("sli_total") != std::string::npos;
    exchange.Reply(200, checks ? Recorded(request, "0.01") : Steady(request));
  });
  core::BudgetPlan plan = Plan();
  plan.service = "shop";
  plan.objective = "availability";
  const core::BudgetReading reading = Read(server, plan);
  EXPECT_EQ(reading.origin, BudgetOrigin::kCounters) << reading.message;
  EXPECT_EQ(reading.series.at(0).chunks.at(0).counts, (core::Counts{100, 2, 0}));
}

TEST_F(PrometheusBudgetsTest, RecordedRatiosAreReadWhereCountersAreTooMuch) {
  const HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    if (request.body.find("sli_total") != std::string::npos) {
      exchange.Reply(200, Recorded(request, "0.01"));
    } else if (request.body.find("increase") != std::string::npos) {
      exchange.Reply(422, R"({"status": "error", "errorType": "execution",
        "error": "query processing would load too many samples into memory in query execution"})");
    } else {
      exchange.Reply(200, Steady(request));
    }
  });
  core::BudgetPlan plan = Plan();
  plan.service = "shop";
  plan.objective = "availability";
  const core::BudgetReading reading = Read(server, plan);
  EXPECT_EQ(reading.origin, BudgetOrigin::kSlothRules) << reading.message;
  EXPECT_THAT(reading.warnings, ElementsAre(HasSubstr("too much to count at once")));
}

// The counters have no samples as early as the ratios.
TEST_F(PrometheusBudgetsTest, ARecordedRatioIsUsedUnlessItIsNone) {
  for (const std::string ratio : {"0.01", "NaN", "+Inf", "1.5"}) {
    const HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
      const bool checks = request.body.find("sli_total") != std::string::npos;
      const bool seen = request.body.find("count%28count_over_time") != std::string::npos;
      if (seen) {
        exchange.Reply(200, R"({"status":"success","data":{"resultType":"vector","result":[]}})");
        return;
      }
      exchange.Reply(200, checks ? Recorded(request, ratio) : Steady(request));
    });
    core::BudgetPlan plan = Plan();
    plan.service = "shop";
    plan.objective = "availability";
    const core::BudgetReading reading = Read(server, plan);
    ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
    const bool used = ratio == "0.01";
    EXPECT_EQ(reading.origin, used ? BudgetOrigin::kSlothRules : BudgetOrigin::kCounters) << ratio;
    ASSERT_FALSE(reading.series.at(0).chunks.empty());
    EXPECT_EQ(reading.series[0].chunks[0].bad_ratio.has_value(), used) << ratio;
  }
}

TEST_F(PrometheusBudgetsTest, APlanThatMakesNoSenseAsksNothing) {
  const HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, Steady(request));
  });
  core::BudgetPlan plan = Plan();
  plan.chunk = core::Duration(0);
  EXPECT_EQ(Read(server, plan).source, SourceProblem::kBadQuery);
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace slogate::adapters::prometheus
