#include "app/cli/frame/input_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxVisited = 200'000;

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
       !error && at != end && visited < kMaxVisited; at.increment(error), ++visited) {
    if (!deep && above + at.depth() + 1 >= depth) at.disable_recursion_pending();
    std::string path = at->path().string();
    if (folder == "." && !pattern.starts_with("./")) path.erase(0, 2);
    std::error_code ignored;
    if (MatchesPattern(pattern, path) && at->is_regular_file(ignored)) files.push_back(path);
  }
  return files;
}

constexpr std::size_t kMaxFiles = 10'000;

// A file that refers to what it does not have.
struct Referring {
  std::size_t input = 0;
  std::string text;
};

bool Refers(const spec::ParsedFile& parsed) {
  return parsed.names_others ||
         std::ranges::any_of(parsed.policies,
                             [](const spec::ParsedPolicy& policy) { return !policy.slo.empty(); });
}

// Among all files; what an SLO names in its own was found already.
spec::ObjectLookup NamedIn(const std::vector<SloInput>& inputs) {
  return [&inputs](const std::string& kind, const std::string& name) {
    std::vector<const spec::NamedObject*> found;
    for (const SloInput& input : inputs) {
      for (const spec::NamedObject& object : input.parsed.named) {
        const auto metadata = object.document.value.find("metadata");
        if (metadata == object.document.value.end()) continue;
        const bool same = spec::TextIn(object.document.value, "kind") == kind &&
                          spec::TextIn(*metadata, "name") == name;
        if (same) found.push_back(&object);
      }
    }
    return found;
  };
}

// Files of objects that others name are no mistake beside an SLO.
void ForgiveNamed(std::vector<SloInput>& inputs) {
  const bool has_slo =
      std::ranges::any_of(inputs, [](const SloInput& input) { return !input.parsed.slos.empty(); });
  for (SloInput& input : inputs) {
    if (has_slo && input.parsed.only_named) input.parsed.mistakes.clear();
  }
}

// What a policy or an SLO refers to may be written in any of the files.
void SearchAllFiles(const std::vector<Referring>& referring, core::Duration default_window,
                    std::vector<SloInput>& inputs) {
  const auto find_slo =
      [&](const std::string& name) -> tl::expected<core::ServiceLevelObjective, spec::SloMissing> {
    for (const SloInput& input : inputs) {
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        if (parsed.name == name && parsed.slo) return *parsed.slo;
      }
    }
    return tl::unexpected(spec::NotGiven(name));
  };
  const spec::ReadTerms terms{find_slo, NamedIn(inputs), default_window};
  // SLOs first: policies refer to them.
  for (const auto& [input, text] : referring) {
    if (!inputs[input].parsed.names_others) continue;
    spec::ParsedFile again = spec::ParseFile(text, inputs[input].file, terms);
    inputs[input].parsed.slos = std::move(again.slos);
  }
  for (const auto& [input, text] : referring) {
    spec::ParsedFile again = spec::ParseFile(text, inputs[input].file, terms);
    inputs[input].parsed.policies = std::move(again.policies);
  }
}

}  // namespace

ports::Result<std::string> ReadPolicyText(const std::string& path, const Adapters& adapters,
                                          Streams streams) {
  if (path != "-") return adapters.read_file(path);
  // One byte more than allowed lets the parser say that it is too much.
  std::string text(spec::YamlLimits{}.bytes + 1, '\0');
  streams.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(streams.in.gcount()));
  return text;
}

std::string DisplayName(const std::string& path) { return path == "-" ? "<stdin>" : path; }

std::optional<spec::ParsedPolicy> ReadPolicy(const std::string& path, const std::string& command,
                                             const Adapters& adapters, Streams streams) {
  const ports::Result<std::string> text = ReadPolicyText(path, adapters, streams);
  if (!text) {
    streams.err << "gate " << command << ": " << text.error().message << "\n";
    return std::nullopt;
  }
  spec::ParsedPolicy parsed = spec::ParsePolicyYaml(*text, DisplayName(path));
  if (parsed.policy) return parsed;
  for (const spec::Mistake& mistake : parsed.mistakes) {
    streams.err << spec::ToString(mistake) << "\n";
  }
  return std::nullopt;
}

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
  std::ranges::sort(files);
  return files;
}

ports::Result<std::vector<std::string>> FindSloFiles(const std::vector<std::string>& wanted,
                                                     const Adapters& adapters) {
  std::vector<std::string> found;
  std::unordered_set<std::string> known;
  const auto add = [&](const std::string& file) {
    if (known.insert(file).second) found.push_back(file);
  };
  for (const std::string& what : wanted) {
    if (what == "-" || !adapters.find_files) {
      add(what);
      continue;
    }
    const ports::Result<std::vector<std::string>> files = adapters.find_files(what);
    if (!files) return tl::unexpected(files.error());
    for (const std::string& file : *files) add(file);
  }
  if (found.size() > kMaxFiles) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       std::to_string(found.size()) + " files are too many at once; name at most " +
                           std::to_string(kMaxFiles));
  }
  return found;
}

std::vector<SloInput> ReadSloFiles(const std::vector<std::string>& paths, const Adapters& adapters,
                                   Streams streams, core::Duration default_window) {
  spec::ReadTerms terms;
  terms.default_window = default_window;
  std::vector<SloInput> inputs;
  inputs.reserve(paths.size());
  std::vector<Referring> referring;
  for (const std::string& path : paths) {
    SloInput input{DisplayName(path), "", {}};
    const ports::Result<std::string> text = ReadPolicyText(path, adapters, streams);
    if (text) {
      input.parsed = spec::ParseFile(*text, input.file, terms);
      if (Refers(input.parsed)) referring.push_back({inputs.size(), *text});
    } else {
      input.unreadable = text.error().message;
    }
    inputs.push_back(std::move(input));
  }
  SearchAllFiles(referring, default_window, inputs);
  ForgiveNamed(inputs);
  return inputs;
}

void ForEachMistake(const SloInput& input, const std::function<void(const spec::Mistake&)>& tell) {
  const auto tell_all = [&](const std::vector<spec::Mistake>& mistakes) {
    for (const spec::Mistake& mistake : mistakes) tell(mistake);
  };
  tell_all(input.parsed.mistakes);
  for (const spec::ParsedSlo& slo : input.parsed.slos) tell_all(slo.mistakes);
  for (const spec::ParsedPolicy& policy : input.parsed.policies) tell_all(policy.mistakes);
}

bool SayMistakes(const std::vector<SloInput>& inputs, const std::string& program,
                 std::ostream& err) {
  bool sound = true;
  for (const SloInput& input : inputs) {
    if (!input.unreadable.empty()) {
      err << program << ": " << input.unreadable << "\n";
      sound = false;
    }
    ForEachMistake(input, [&](const spec::Mistake& mistake) {
      err << spec::ToString(mistake) << "\n";
      sound = false;
    });
  }
  return sound;
}

void SayRemarks(const std::vector<spec::Mistake>& remarks, std::ostream& err) {
  for (const spec::Mistake& remark : remarks) {
    err << "warning: " << spec::ToString(remark) << "\n";
  }
}

int LineOf(const spec::ParsedSlo& slo, std::size_t objective) {
  const std::string whole = "spec.objectives[" + std::to_string(objective) + "]";
  int first = 0;
  for (const auto& [field, position] : slo.places) {
    if (field == whole) return position.line;
    const bool inside = field.starts_with(whole + ".");
    if (inside && position.line > 0 && (first == 0 || position.line < first)) first = position.line;
  }
  return first > 0 ? first : slo.line;
}

}  // namespace slogate::app
