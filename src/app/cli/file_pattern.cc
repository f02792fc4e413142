#include "app/cli/file_pattern.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace slogate::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostVisited = 200'000;

std::vector<std::string> PartsOf(std::string_view path) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    // "./a" and "a" are one path; the empty first part is the root.
    if (part != "." && (!part.empty() || at == 0)) parts.emplace_back(part);
    at = slash + 1;
  }
  return parts;
}

using Part = std::vector<std::string>::const_iterator;

bool Matches(Part pattern, Part pattern_end, Part path, Part path_end) {
  if (pattern == pattern_end) return path == path_end;
  if (*pattern == "**") {
    for (;; ++path) {
      if (Matches(pattern + 1, pattern_end, path, path_end)) return true;
      if (path == path_end || path->starts_with('.')) return false;
    }
  }
  return path != path_end && fnmatch(pattern->c_str(), path->c_str(), FNM_PERIOD) == 0 &&
         Matches(pattern + 1, pattern_end, path + 1, path_end);
}

// The folders before the first part with a wildcard, as written.
std::string FixedFolder(const std::string& pattern) {
  const std::size_t wild = pattern.find_first_of("*?[");
  const std::size_t slash = pattern.rfind('/', wild);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : pattern.substr(0, slash);
}

std::vector<std::string> FilesOfFolder(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (IsYamlName(at->path().string()) && at->is_regular_file(ignored)) {
      files.push_back(at->path().string());
    }
  }
  return files;
}

std::vector<std::string> FilesThatMatch(const std::string& pattern) {
  const bool deep = pattern.find("**") != std::string::npos;
  const int depth = static_cast<int>(PartsOf(pattern).size());
  const std::string folder = FixedFolder(pattern);
  const int above = folder == "." ? 0 : static_cast<int>(PartsOf(folder).size());
  std::vector<std::string> files;
  std::error_code error;
  std::size_t visited = 0;
  for (fs::recursive_directory_iterator
           at(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && at != end && visited < kMostVisited; at.increment(error), ++visited) {
    if (!deep && above + at.depth() + 1 >= depth) at.disable_recursion_pending();
    std::string path = at->path().string();
    if (folder == "." && !pattern.starts_with("./")) path.erase(0, 2);
    std::error_code ignored;
    if (MatchesPattern(pattern, path) && at->is_regular_file(ignored)) files.push_back(path);
  }
  return files;
}

}  // namespace

bool IsPattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool IsYamlName(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

bool MatchesPattern(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> wanted = PartsOf(pattern);
  const std::vector<std::string> given = PartsOf(path);
  return Matches(wanted.begin(), wanted.end(), given.begin(), given.end());
}

std::string NoMatch(const std::string& what) {
  if (IsPattern(what)) return what + ": no file matches; quote the pattern, or name a file";
  return what + ": no .yaml or .yml file in this folder; name a file, or a pattern such as " +
         what + (what.ends_with('/') ? "" : "/") + "**/*.yaml";
}

ports::Result<std::vector<std::string>> FindFiles(const std::string& what) {
  std::error_code error;
  const fs::file_status status = fs::status(what, error);
  std::vector<std::string> files;
  if (fs::is_directory(status)) {
    files = FilesOfFolder(what);
  } else if (!fs::exists(status) && IsPattern(what)) {
    files = FilesThatMatch(what);
  } else {
    return std::vector<std::string>{what};  // who reads it says what is wrong with it
  }
  if (files.empty()) return ports::Fail(ports::ErrorCode::kInvalidArgument, NoMatch(what));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace slogate::app
