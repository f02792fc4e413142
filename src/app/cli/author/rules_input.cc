#include "app/cli/author/rules_input.h"

#include <map>
#include <utility>

#include "app/cli/frame/input_files.h"

namespace slogate::app {
namespace {

// What is wrong with the whole, or nothing.
std::string Clash(const std::vector<SloInput>& inputs) {
  std::map<std::string, std::string> files;
  for (const SloInput& input : inputs) {
    for (const spec::ParsedSlo& parsed : input.parsed.slos) {
      for (const core::SloObjective& objective : parsed.slo->objectives) {
        const std::string id = core::SloId(*parsed.slo, objective);
        const auto [entry, is_new] = files.emplace(id, input.file);
        if (is_new) continue;
        return input.file + ": objective " + id + " is already in " + entry->second +
               ", and both would record the same series; rename the service or the objective";
      }
    }
  }
  return files.empty() ? "there is no objective in these files; give a ServiceLevelObjective, or "
                         "a file of Sloth or OpenSLO"
                       : "";
}

}  // namespace

std::optional<std::vector<core::ServiceLevelObjective>> ReadForRules(
    const std::vector<std::string>& wanted, const std::string& program, const Adapters& adapters,
    Streams streams) {
  const ports::Result<std::vector<std::string>> paths = FindSloFiles(wanted, adapters);
  if (!paths) {
    streams.err << program << ": " << paths.error().message << "\n";
    return std::nullopt;
  }
  std::vector<SloInput> inputs = ReadSloFiles(*paths, adapters, streams);
  if (!SayMistakes(inputs, program, streams.err)) return std::nullopt;
  if (const std::string clash = Clash(inputs); !clash.empty()) {
    streams.err << program << ": " << clash << "\n";
    return std::nullopt;
  }
  std::vector<core::ServiceLevelObjective> slos;
  std::size_t remarks = 0;
  for (SloInput& input : inputs) {
    for (spec::ParsedSlo& parsed : input.parsed.slos) {
      remarks += parsed.remarks.size();
      slos.push_back(std::move(*parsed.slo));
    }
  }
  if (remarks > 0) {
    streams.err << program << ": " << remarks << (remarks == 1 ? " remark" : " remarks")
                << " on how files were read; gate convert shows them\n";
  }
  return slos;
}

}  // namespace slogate::app
