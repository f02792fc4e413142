// The files of golden cases.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slogate::testing {

// The folders in `root`, a path from the root of the sources; sorted.
std::vector<std::filesystem::path> GoldenFolders(const std::string& root);

// A path as GoogleTest takes names: "target_of_hundred" is TargetOfHundred.
std::string GoldenName(const std::filesystem::path& path);

// The text of a file; empty when there is none.
std::string GoldenText(const std::filesystem::path& file);

// The text of `file`; when there is none, that of `base` with the changes of `file`.diff.
std::string GoldenText(const std::filesystem::path& file, const std::filesystem::path& base);

// `text` with the changes that `diff -U0` writes from the first line with @@ on. Throws
// std::runtime_error when these are changes of another text.
std::string Changed(const std::string& text, const std::string& changes);

}  // namespace slogate::testing
