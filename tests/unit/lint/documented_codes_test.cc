// The page on lint explains every code that there is, and none that there is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "lint/lint.h"
#include "places.h"

namespace slogate::lint {
namespace {

TEST(DocumentedCodesTest, EveryCodeHasItsHeadingAndLevel) {
  std::ifstream page(std::string(SLOGATE_SOURCE_DIR) + "/docs/reference/lint.md");
  std::vector<std::string> documented;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("### ")) documented.push_back(line.substr(4));
  }
  std::vector<std::string> known;
  for (const Code& code : Codes()) {
    known.push_back(std::string(code.name) + " (" + std::string(ToString(code.level)) + ")");
  }
  EXPECT_THAT(documented, ::testing::UnorderedElementsAreArray(known));
}

}  // namespace
}  // namespace slogate::lint
