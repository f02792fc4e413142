// A program that answers lines from standard input, and a Prometheus that scrapes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/process.h"

namespace slogate::testing {

// Not for use by two threads at once.
class ScrapedProgram {
 public:
  // `arguments` with every "PORT" replaced by the port of the program's metrics. Throws
  // std::runtime_error when one of the two does not start.
  ScrapedProgram(std::vector<std::string> arguments, const std::string& job);
  ~ScrapedProgram();
  ScrapedProgram(const ScrapedProgram&) = delete;
  ScrapedProgram& operator=(const ScrapedProgram&) = delete;

  // Writes to the program's standard input.
  void Tell(const std::string& lines);

  // The only value of an instant query; std::nullopt when there is none or not one.
  std::optional<double> Value(const std::string& query) const;

  std::string prometheus() const { return "http://127.0.0.1:" + std::to_string(prometheus_port_); }
  std::string Log() const;

 private:
  const demo::TemporaryFolder folder_{"slogate-pipeline"};
  const int port_;
  const int prometheus_port_;
  int input_ = -1;
  testing::Process program_;
  testing::Process server_;
};

}  // namespace slogate::testing
