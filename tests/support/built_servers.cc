#include "support/built_servers.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "places.h"
#include "support/process.h"

namespace slogate::testing {

namespace {

// What a program says, without the line's end. Throws std::runtime_error with that when it fails.
std::string Said(const std::vector<std::string>& command) {
  const demo::TemporaryFolder folder("slogate-said");
  const std::string log = folder.File("log");
  testing::Process process =
      testing::Process::Start({.arguments = command, .environment = {}, .log_path = log});
  const bool succeeded = process.Wait(std::chrono::seconds(30)) == 0;
  std::string said = demo::ReadFile(log);
  said.erase(said.find_last_not_of('\n') + 1);
  if (!succeeded) throw std::runtime_error(said);
  return said;
}

}  // namespace

std::string ServerFolder(const std::string& part) {
  return Said({std::string(SLOGATE_SOURCE_DIR) + "/tests/servers/build", "--where", part});
}

std::string PrometheusProgram() {
  const char* const chosen = std::getenv("SLOGATE_PROMETHEUS");
  if (chosen == nullptr || *chosen == '\0') return ServerFolder("prometheus") + "/prometheus";
  const std::string program = testing::FindProgram(chosen);
  if (program.empty()) {
    throw std::runtime_error("SLOGATE_PROMETHEUS=" + std::string(chosen) +
                             " is no program; correct it, or unset it");
  }
  return program;
}

bool IsVictoriaMetrics() {
  const std::string program = PrometheusProgram();
  return program.substr(program.rfind('/') + 1) == "victoria-metrics";
}

std::string PromtoolProgram() {
  const std::string prometheus = PrometheusProgram();
  return prometheus.substr(0, prometheus.rfind('/') + 1) + "promtool";
}

int PrometheusMajorVersion() {
  static const int kMajor = [] {
    const std::string said = Said({PrometheusProgram(), "--version"});
    const std::string before = "version ";
    return std::stoi(said.substr(said.find(before) + before.size()));
  }();
  return kMajor;
}

}  // namespace slogate::testing
