// Runs promtool on generated rules.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "slogate/core/slo.h"

namespace slogate::testing {

struct Answer {
  int exit_code = -1;
  std::string text;  // what promtool said
};

// `arguments` after the program's name. Throws std::runtime_error when it cannot be run.
Answer Promtool(const std::vector<std::string>& arguments, const std::string& log_path);

// The objectives of a sound file; throws std::runtime_error with its mistakes otherwise.
std::vector<core::ServiceLevelObjective> SlosIn(const std::filesystem::path& file);

// Files of examples/slo, sorted.
std::vector<std::filesystem::path> ExampleSlos();

// The file's name in letters and digits.
std::string NameOfCase(const std::filesystem::path& path);

}  // namespace slogate::testing
