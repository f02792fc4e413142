#include "app/cli/slo_files.h"

#include <unordered_set>

#include "app/cli/policy_file.h"

namespace slogate::app {
namespace {

constexpr std::size_t kMostFiles = 10'000;

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
  for (const std::string& path : paths) {
    SloInput input{DisplayName(path), "", {}};
    const ports::Result<std::string> text = ReadPolicyText(path, adapters, streams);
    if (text) {
      input.parsed = spec::ParseFile(*text, input.file);
    } else {
      input.unreadable = text.error().message;
    }
    inputs.push_back(std::move(input));
  }
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
