#include "integration/promql/oracle.h"

#include <chrono>
#include <sstream>
#include <stdexcept>

#include "places.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::testing {

std::vector<OracleAnswer> AskPrometheusParser(const std::vector<std::string>& queries) {
  const TemporaryFolder folder("slogate-promql");
  const std::string in = folder.File("queries");
  const std::string log = folder.File("answers");
  std::string text;
  for (const std::string& query : queries) text += std::to_string(query.size()) + "\n" + query;
  WriteFile(in, text);
  Process process = Process::Start({.arguments = {"/bin/sh", "-c", "exec \"$0\" < \"$1\"",
                                                  ServerFolder("promql") + "/promql", in},
                                    .environment = {},
                                    .log_path = log});
  const auto code = process.Wait(std::chrono::seconds(120));
  std::istringstream said(ReadFile(log));
  std::vector<OracleAnswer> answers;
  for (std::string line; std::getline(said, line);) answers.push_back({line == "ok", line});
  if (code != 0 || answers.size() != queries.size()) {
    throw std::runtime_error("the parser of Prometheus failed: " +
                             (answers.empty() ? "no answer" : answers.back().why));
  }
  return answers;
}

std::vector<std::string> QueriesOf(const std::string& file) {
  constexpr std::string_view kBetween = " ## ";
  std::istringstream lines(
      ReadFile(std::string(SLOGATE_SOURCE_DIR) + "/tests/unit/promql/" + file));
  std::vector<std::string> queries;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    const std::size_t first = line.find(kBetween);
    const std::size_t last = line.rfind(kBetween);
    const bool between = first != std::string::npos && first < last;
    queries.push_back(between ? line.substr(first + 4, last - first - 4) : line);
  }
  return queries;
}

}  // namespace slogate::testing
