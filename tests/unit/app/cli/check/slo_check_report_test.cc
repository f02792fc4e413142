// Reports against files of tests/golden/cli/slo_reports; SLOGATE_UPDATE_GOLDEN=1 writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/check/slo_check.h"
#include "places.h"
#include "unit/app/cli/check/shown_check.h"

namespace slogate::tests {
namespace {

using app::ReportPlace;
using ::testing::HasSubstr;
using ::testing::Not;

using Printer = void (*)(const app::SloCheck&, const ReportPlace&, std::ostream&);

std::string Text(Printer print, const app::SloCheck& check, const ReportPlace& place = {}) {
  std::ostringstream out;
  print(check, place, out);
  return out.str();
}

struct ReportCase {
  const char* file;
  Printer print;
  bool explain;
};

class SloReportTest : public ::testing::TestWithParam<ReportCase> {};

TEST_P(SloReportTest, SaysWhatIsExpected) {
  ReportPlace place;
  place.explain = GetParam().explain;
  const std::string text = Text(GetParam().print, ShownCheck(), place);
  const std::string path =
      std::string(SLOGATE_SOURCE_DIR) + "/tests/golden/cli/slo_reports/" + GetParam().file;
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream expected;
  expected << stream.rdbuf();
  EXPECT_EQ(text, expected.str());
}

INSTANTIATE_TEST_SUITE_P(
    Formats, SloReportTest,
    ::testing::Values(ReportCase{"table.txt", app::PrintTable, false},
                      ReportCase{"table_explained.txt", app::PrintTable, true},
                      ReportCase{"report.json", app::PrintJson, true},
                      ReportCase{"junit.xml", app::PrintJunit, false},
                      ReportCase{"github.txt", app::PrintGithub, false},
                      ReportCase{"gitlab.json", app::PrintGitlab, false},
                      ReportCase{"markdown.md", app::PrintMarkdown, false},
                      ReportCase{"markdown_explained.md", app::PrintMarkdown, true}),
    [](const auto& parameter) {
      std::string name = parameter.param.file;
      std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
      return name;
    });

// An SLO whose texts try to be more than text.
app::SloCheck Hostile() {
  core::ObjectiveSummary summary = Summary("o</testcase>|@all", Left(0.5, 0.1));
  summary.findings = {
      {core::GateAction::kWarn, "::error::c",
       "a | b <script> @team #1 [x](y) ]]> \x1b[31m\n::error::forged ##[add-mask]"}};
  summary.notes = {"\n::set-output name=a::b"};
  app::SloCheck check;
  check.slos = {Checked("checkout", {summary})};
  check.slos[0].requested.slo.owner = "::warning::x";
  return check;
}

TEST(SloReportSafetyTest, NoTextBecomesAWorkflowCommand) {
  std::istringstream lines(Text(app::PrintGithub, Hostile()));
  int commands = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(line.find("##["), std::string::npos) << line;
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line.compare(first, 2, "::") != 0) continue;
    EXPECT_TRUE(line.starts_with("::warning file=slos/checkout.yaml,line=10,title=")) << line;
    ++commands;
  }
  EXPECT_EQ(commands, 1);
}

TEST(SloReportSafetyTest, NoTextLeavesItsPlaceInXml) {
  const std::string text = Text(app::PrintJunit, Hostile());
  EXPECT_THAT(text, HasSubstr("o&lt;/testcase&gt;|@all"));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(SloReportSafetyTest, NoTextMentionsAnybodyInMarkdown) {
  const std::string text = Text(app::PrintMarkdown, Hostile());
  EXPECT_THAT(text, Not(HasSubstr("@")));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, HasSubstr("\\[x\\]\\(y\\)"));
  EXPECT_THAT(text, HasSubstr("a \\| b"));
}

TEST(SloReportSafetyTest, TheTableHasNoControlCharacters) {
  EXPECT_THAT(Text(app::PrintTable, Hostile()), Not(HasSubstr("\x1b")));
}

TEST(SloReportTableTest, FitsEightyColumns) {
  app::SloCheck check = ShownCheck();
  check.slos[0].requested.slo.name = std::string(70, 'n');
  check.slos[0].requested.file = std::string(120, 'f');
  check.slos[0].summary.objectives[0].objective = std::string(60, 'o');
  check.slos[0].summary.objectives[0].verdicts[1].cohort = std::string(60, 'c');
  check.slos[0].summary.objectives[0].verdicts[0].remaining = -12345.678;
  ReportPlace place;
  place.explain = true;
  std::istringstream lines(Text(app::PrintTable, check, place));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(app::Width(line), 80U) << line;
}

TEST(SloReportTableTest, ColoursAndBlocksOnlyWhereRequested) {
  ReportPlace place;
  place.style = {true, true};
  const std::string text = Text(app::PrintTable, ShownCheck(), place);
  EXPECT_THAT(text, HasSubstr("\x1b[31mExhausted "));
  EXPECT_THAT(text, HasSubstr("█"));
  EXPECT_THAT(Text(app::PrintTable, ShownCheck()), Not(HasSubstr("\x1b")));
}

TEST(SloReportGithubTest, TellsTheWorstTenOfAKind) {
  std::vector<core::ObjectiveSummary> many;
  for (int i = 0; i < 15; ++i) {
    many.push_back(Exhausted());
    many.back().findings.pop_back();
  }
  app::SloCheck check;
  check.slos = {Checked("checkout", many)};
  std::istringstream lines(Text(app::PrintGithub, check));
  int errors = 0;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("::error")) continue;
    ++errors;
    last = line;
  }
  EXPECT_EQ(errors, 10);
  EXPECT_EQ(last, "::error title=gate check::6 more; the step's summary has them all");
}

TEST(SloReportGitlabTest, FingerprintsStayWhenNumbersChange) {
  app::SloCheck check = ShownCheck();
  const auto before = nlohmann::json::parse(Text(app::PrintGitlab, check));
  check.slos[0].summary.objectives[1].findings[0].message = "113 % of the error budget is spent";
  const auto after = nlohmann::json::parse(Text(app::PrintGitlab, check));
  ASSERT_EQ(before.size(), after.size());
  std::set<std::string> all;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i]["fingerprint"], after[i]["fingerprint"]);
    all.insert(before[i]["fingerprint"].get<std::string>());
  }
  EXPECT_EQ(all.size(), before.size());
}

TEST(SloReportPlaceTest, FilesAreNamedAsTheCheckoutHasThem) {
  ReportPlace place;
  EXPECT_EQ(app::FileIn(place, "./slo.yaml"), "slo.yaml");
  place.root = "/home/runner/work/shop";
  EXPECT_EQ(app::FileIn(place, "/home/runner/work/shop/slos/a.yaml"), "slos/a.yaml");
  EXPECT_EQ(app::FileIn(place, "/home/runner/work/shopping/a.yaml"),
            "/home/runner/work/shopping/a.yaml");
  place.folder = "services";
  EXPECT_EQ(app::FileIn(place, "a.yaml"), "services/a.yaml");
  EXPECT_EQ(app::FileIn(place, "<stdin>"), "<stdin>");
}

}  // namespace
}  // namespace slogate::tests
