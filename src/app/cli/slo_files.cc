#include "app/cli/slo_files.h"

#include <algorithm>
#include <cstddef>
#include <unordered_set>
#include <utility>

#include "app/cli/policy_file.h"

namespace slogate::app {
namespace {

constexpr std::size_t kMostFiles = 10'000;

// A file with a policy that refers to a ServiceLevelObjective.
struct Referring {
  std::size_t input = 0;
  std::string text;
};

bool Refers(const spec::ParsedFile& parsed) {
  return std::any_of(parsed.policies.begin(), parsed.policies.end(),
                     [](const spec::ParsedPolicy& policy) { return !policy.slo.empty(); });
}

// What a policy refers to may be written in any of the files; in its own it was found already.
void LookInAllFiles(const std::vector<Referring>& referring, std::vector<SloInput>& inputs) {
  std::vector<spec::ParsedPolicy> found;
  const auto elsewhere =
      [&](const std::string& name) -> tl::expected<core::ServiceLevelObjective, spec::SloMissing> {
    for (const SloInput& input : inputs) {
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        if (parsed.name == name && parsed.slo) return *parsed.slo;
      }
    }
    return tl::unexpected(spec::NotGiven(name));
  };
  for (const auto& [input, text] : referring) {
    found = spec::ParseFile(text, inputs[input].file, elsewhere).policies;
    inputs[input].parsed.policies = std::move(found);
  }
}

}  // namespace

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
  if (found.size() > kMostFiles) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       std::to_string(found.size()) + " files are too many at once; name at most " +
                           std::to_string(kMostFiles));
  }
  return found;
}

std::vector<SloInput> ReadSloFiles(const std::vector<std::string>& paths, const Adapters& adapters,
                                   Streams streams) {
  std::vector<SloInput> inputs;
  inputs.reserve(paths.size());
  std::vector<Referring> referring;
  for (const std::string& path : paths) {
    SloInput input{DisplayName(path), "", {}};
    const ports::Result<std::string> text = ReadPolicyText(path, adapters, streams);
    if (text) {
      input.parsed = spec::ParseFile(*text, input.file);
      if (Refers(input.parsed)) referring.push_back({inputs.size(), *text});
    } else {
      input.unreadable = text.error().message;
    }
    inputs.push_back(std::move(input));
  }
  LookInAllFiles(referring, inputs);
  return inputs;
}

bool SayMistakes(const std::vector<SloInput>& inputs, const std::string& program,
                 std::ostream& err) {
  bool sound = true;
  const auto say = [&](const std::vector<spec::Mistake>& mistakes) {
    for (const spec::Mistake& mistake : mistakes) {
      err << spec::ToString(mistake) << "\n";
      sound = false;
    }
  };
  for (const SloInput& input : inputs) {
    if (!input.unreadable.empty()) {
      err << program << ": " << input.unreadable << "\n";
      sound = false;
    }
    say(input.parsed.mistakes);
    for (const spec::ParsedSlo& slo : input.parsed.slos) say(slo.mistakes);
    for (const spec::ParsedPolicy& policy : input.parsed.policies) say(policy.mistakes);
  }
  return sound;
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
