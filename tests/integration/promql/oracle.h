// Prometheus' own parser, asked about many queries at once.
#pragma once

#include <string>
#include <vector>

namespace slogate::testing {

struct OracleAnswer {
  bool accepts = false;
  std::string why;  // it does not
};

// One answer for each query, which may hold any bytes. Throws std::runtime_error when the part
// promql of tests/servers/build is not built, or fails.
std::vector<OracleAnswer> AskPrometheusParser(const std::vector<std::string>& queries);

// The queries of a data file of tests/unit/promql: accepted.txt or refused.txt.
std::vector<std::string> QueriesOf(const std::string& file);

}  // namespace slogate::testing
