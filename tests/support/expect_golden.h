// Compares with what a golden case expects.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/golden_text.h"

namespace slogate::testing {

// Expects `actual` in the file, or no file where it is empty; with SLOGATE_UPDATE_GOLDEN=1 first
// makes it so.
inline void ExpectGolden(const std::filesystem::path& file, const std::string& actual) {
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::remove(file);
    if (!actual.empty()) std::ofstream(file, std::ios::binary) << actual;
  }
  EXPECT_EQ(actual, GoldenText(file)) << file;
}

inline std::string FolderName(const ::testing::TestParamInfo<std::filesystem::path>& parameter) {
  return GoldenName(parameter.param.filename());
}

}  // namespace slogate::testing
