#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/cli/frame/input_files.h"

namespace slogate::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MatchesPatternTest, WildcardsStayWithinOnePart) {
  EXPECT_TRUE(app::MatchesPattern("slos/*.yaml", "slos/a.yaml"));
  EXPECT_FALSE(app::MatchesPattern("slos/*.yaml", "slos/b/a.yaml"));
  EXPECT_TRUE(app::MatchesPattern("slos/?.y[a]ml", "./slos/a.yaml"));
  EXPECT_FALSE(app::MatchesPattern("*.yaml", ".hidden.yaml"));
  EXPECT_FALSE(app::MatchesPattern("slos/*", "slos"));
}

TEST(MatchesPatternTest, TwoStarsAreAnyNumberOfParts) {
  EXPECT_TRUE(app::MatchesPattern("**/slo.yaml", "slo.yaml"));
  EXPECT_TRUE(app::MatchesPattern("a/**/slo.yaml", "a/b/c/slo.yaml"));
  EXPECT_TRUE(app::MatchesPattern("a/**", "a/b/c"));
  EXPECT_FALSE(app::MatchesPattern("a/**/slo.yaml", "b/slo.yaml"));
  EXPECT_FALSE(app::MatchesPattern("**/slo.yaml", ".git/slo.yaml"));
}

class FindFilesTest : public ::testing::Test {
 protected:
  FindFilesTest() {
    fs::create_directories(root_ / "deep" / "er");
    for (const char* const name :
         {"b.yaml", "a.yml", "notes.txt", "deep/c.yaml", "deep/er/d.yaml"}) {
      std::ofstream(root_ / name) << "x";
    }
  }
  ~FindFilesTest() override { fs::remove_all(root_); }

  std::vector<std::string> Names(const std::string& what) {
    const auto found = app::FindFiles((root_ / what).string());
    std::vector<std::string> names;
    for (const std::string& file : found.value_or(std::vector<std::string>{})) {
      names.push_back(fs::relative(file, root_).string());
    }
    return names;
  }

  const fs::path root_ = fs::path(::testing::TempDir()) /
                         ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(FindFilesTest, AFolderIsItsOwnYamlFiles) {
  EXPECT_THAT(Names(""), ElementsAre("a.yml", "b.yaml"));
  EXPECT_THAT(Names("deep"), ElementsAre("deep/c.yaml"));
}

TEST_F(FindFilesTest, PatternsAreSortedAndNeedNoShell) {
  EXPECT_THAT(Names("*.y*ml"), ElementsAre("a.yml", "b.yaml"));
  EXPECT_THAT(Names("**/*.yaml"), ElementsAre("b.yaml", "deep/c.yaml", "deep/er/d.yaml"));
  EXPECT_THAT(Names("*/*.yaml"), ElementsAre("deep/c.yaml"));
}

TEST_F(FindFilesTest, NothingFoundSaysWhatToDo) {
  const auto pattern = app::FindFiles((root_ / "*.json").string());
  ASSERT_FALSE(pattern);
  EXPECT_THAT(pattern.error().message, HasSubstr("no file matches"));
  fs::remove(root_ / "deep" / "c.yaml");
  const auto folder = app::FindFiles((root_ / "deep").string());
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("**/*.yaml"));
}

TEST_F(FindFilesTest, AFileIsItselfWhateverItsName) {
  std::ofstream(root_ / "odd[1].yaml") << "x";
  EXPECT_THAT(Names("odd[1].yaml"), ElementsAre("odd[1].yaml"));
  EXPECT_THAT(Names("gone.yaml"), ElementsAre("gone.yaml"));
}

}  // namespace
}  // namespace slogate::tests
