// Every folder of tests/golden/slo holds a slo.yaml and what is made of it: its mistakes, the
// remarks, and each sound document as slogate writes it. Add a case by adding a folder; run with
// SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"
#include "spec/slo/slo_file.h"

namespace slogate::spec {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(SLOGATE_SOURCE_DIR) / "tests/golden/slo";

std::string ReadFile(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> Cases() {
  std::vector<std::string> cases;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    cases.push_back(entry.path().filename().string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string CaseName(const testing::TestParamInfo<std::string>& parameter) {
  std::string name;
  bool begins_word = true;
  for (const char c : parameter.param) {
    if (c != '_') {
      name += begins_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    begins_word = c == '_';
  }
  return name;
}

std::string Listed(const char* what, const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(mistake.file, "slo.yaml");
    EXPECT_NE(mistake.message, "");
    EXPECT_NE(mistake.fix, "");
    EXPECT_TRUE(mistake.field.empty() || mistake.line > 0) << ToString(mistake);
    text += std::string(what) + ": " + ToString(mistake) + "\n";
  }
  return text;
}

class SloGoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(SloGoldenTest, IsReadAsExpected) {
  const fs::path folder = kCases / GetParam();
  const ParsedFile file = ParseFile(ReadFile(folder / "slo.yaml"), "slo.yaml");
  std::string actual = Listed("mistake", file.mistakes);
  for (const ParsedSlo& parsed : file.slos) {
    EXPECT_EQ(parsed.slo.has_value(), parsed.mistakes.empty());
    actual += Listed("mistake", parsed.mistakes) + Listed("remark", parsed.remarks);
    if (parsed.slo) actual += "---\n" + ToYaml(*parsed.slo);
  }
  EXPECT_NE(actual, "");
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder / "expected.txt", std::ios::binary) << actual;
  }
  EXPECT_EQ(actual, ReadFile(folder / "expected.txt"));
}

INSTANTIATE_TEST_SUITE_P(Golden, SloGoldenTest, testing::ValuesIn(Cases()), CaseName);

}  // namespace
}  // namespace slogate::spec
