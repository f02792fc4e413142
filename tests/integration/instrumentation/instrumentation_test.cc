// The programs of examples/instrumentation, scraped by a real Prometheus: their objectives have no
// finding, and are counted to the last event.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "integration/instrumentation/scraped_program.h"
#include "places.h"
#include "spec/text/units.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Process;

const std::string kRoot = std::string(SLOGATE_SOURCE_DIR) + "/examples/instrumentation/";

struct Finished {
  int code = -1;
  std::string output;
};

Finished RunToEnd(const std::vector<std::string>& arguments, seconds longest = seconds(60)) {
  const demo::TemporaryFolder folder("slogate-run");
  Process process = Process::Start({arguments, {}, folder.File("log")});
  Finished finished;
  finished.code = process.Wait(longest).value_or(-1);
  finished.output = demo::ReadFile(folder.File("log"));
  return finished;
}

struct Kind {
  int count = 0;
  const char* question = "";
};

// 10 000 questions, and what goes wrong with some.
constexpr std::array kQuestions = {
    Kind{9580, "en: what is an error budget"}, Kind{20, "de: what is an outage"},
    Kind{200, "de: a slow question"},          Kind{50, "xx: something vague"},
    Kind{50, "en: something unheard of"},      Kind{100, "fr: invent something"}};

std::string Questions() {
  std::string lines;
  for (const Kind& kind : kQuestions) {
    for (int i = 0; i < kind.count; ++i) lines += std::string(kind.question) + "\n";
  }
  return lines;
}

struct Expected {
  double events = 0;
  double bad = 0;
};

const std::map<std::string, Expected> kExpected = {
    {"availability", {10'000, 20}}, {"latency", {10'000, 200}}, {"retrieval", {9'980, 100}},
    {"groundedness", {9'980, 100}}, {"grades", {9'980, 125}},   {"good-answers", {10'000, 420}}};

void ExpectCounts(const json& objectives) {
  std::map<std::string, Expected> counted;
  for (const json& objective : objectives) {
    const json& budget = objective.at("budgets").at(0);
    counted[objective.at("name")] = {budget.at("events"), budget.at("bad")};
  }
  ASSERT_EQ(counted.size(), kExpected.size()) << objectives.dump(1);
  for (const auto& [name, expected] : kExpected) {
    EXPECT_NEAR(counted[name].events, expected.events, 1e-6) << name;
    EXPECT_NEAR(counted[name].bad, expected.bad, 1e-6) << name;
  }
}

// Prometheus' increase() extrapolates beyond the last sample; up to it there is nothing to guess.
std::string LastScrape(const ScrapedProgram& scraped) {
  const double at = scraped.Value("max(timestamp(ai_pipeline_answers_total))").value();
  return spec::ToText(core::TimePoint(core::Duration(std::llround(at * 1000))));
}

void Prove(const std::string& language, const std::vector<std::string>& program) {
  ScrapedProgram scraped(program, "ai-pipeline-" + language);
  // Zero-initialised series are scraped before the first question.
  const auto at_zero = [&] { return scraped.Value("sum(ai_pipeline_answers_total)") == 0.0; };
  ASSERT_TRUE(demo::Await(at_zero, seconds(30))) << scraped.Log();
  scraped.Tell(Questions());
  const auto counted = [&] { return scraped.Value("sum(ai_pipeline_answers_total)") == 10'000.0; };
  ASSERT_TRUE(demo::Await(counted, seconds(60))) << scraped.Log();

  const std::string slo = kRoot + language + "/slo.yaml";
  const Finished validate = RunToEnd(
      {SLOGATE_GATE, "validate", "--strict", "-f", slo, "--prometheus", scraped.prometheus()});
  EXPECT_EQ(validate.code, 0) << validate.output;
  const Finished check =
      RunToEnd({SLOGATE_GATE, "check", "-f", slo, "--prometheus", scraped.prometheus(), "-o",
                "json", "--at", LastScrape(scraped)});
  EXPECT_EQ(check.code, 0) << check.output;
  const json report = json::parse(check.output, nullptr, false);
  ASSERT_TRUE(report.is_object()) << check.output;
  ExpectCounts(report.at("slos").at(0).at("objectives"));
}

TEST(InstrumentationTest, PythonCountsWhatItsObjectivesNeed) {
  Prove("python", {"/usr/bin/python3", kRoot + "python/pipeline.py", "--port", "PORT"});
}

TEST(InstrumentationTest, CppCountsWhatItsObjectivesNeed) {
  const std::string gate = SLOGATE_GATE;
  Prove("cpp", {gate.substr(0, gate.rfind('/')) + "/example_pipeline", "PORT"});
}

TEST(InstrumentationTest, GoCountsWhatItsObjectivesNeed) {
  Finished build =
      RunToEnd({std::string(SLOGATE_SOURCE_DIR) + "/tests/integration/instrumentation/build-go"},
               seconds(900));
  ASSERT_EQ(build.code, 0) << build.output;
  while (build.output.ends_with('\n')) build.output.pop_back();
  Prove("go", {build.output.substr(build.output.rfind('\n') + 1), "-port", "PORT"});
}

}  // namespace
}  // namespace slogate::testing
