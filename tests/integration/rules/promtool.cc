#include "integration/rules/promtool.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "places.h"
#include "spec/slo/slo_file.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::testing {

namespace fs = std::filesystem;

Answer Promtool(const std::vector<std::string>& arguments, const std::string& log_path) {
  ProcessCommand command{{PromtoolProgram()}, {}, log_path};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  Process process = Process::Start(command);
  const auto code = process.Wait(std::chrono::seconds(100));
  if (!code) throw std::runtime_error("promtool did not end");
  return {*code, ReadFile(log_path)};
}

std::vector<core::ServiceLevelObjective> SlosIn(const fs::path& file) {
  const spec::ParsedFile parsed = spec::ParseFile(ReadFile(file.string()), file.string());
  std::vector<core::ServiceLevelObjective> slos;
  std::string mistakes;
  for (const spec::Mistake& mistake : parsed.mistakes) mistakes += ToString(mistake) + "\n";
  for (const spec::ParsedSlo& slo : parsed.slos) {
    for (const spec::Mistake& mistake : slo.mistakes) mistakes += ToString(mistake) + "\n";
    if (slo.slo) slos.push_back(*slo.slo);
  }
  if (!mistakes.empty()) throw std::runtime_error(mistakes);
  return slos;
}

std::vector<fs::path> ExampleSlos() {
  std::vector<fs::path> files;
  const fs::path folder = fs::path(SLOGATE_SOURCE_DIR) / "examples/slo";
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string NameOfCase(const fs::path& path) {
  std::string name;
  bool begins_word = true;
  for (const char c : path.stem().string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0) {
      begins_word = true;
      continue;
    }
    name += begins_word ? static_cast<char>(std::toupper(byte)) : c;
    begins_word = false;
  }
  return name;
}

}  // namespace slogate::testing
