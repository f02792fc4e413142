// The query API's JSON, checked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/samples.h"
#include "adapters/prometheus/source_failure.h"

namespace slogate::adapters::prometheus {

// A scalar is one series without labels.
struct Reply {
  std::vector<std::pair<Labels, Samples>> series;
  std::vector<std::string> warnings;  // Prometheus' warnings and infos, shortened
};

// Pure. Never throws on any text. Samples come out ascending whatever their order in the text;
// NaN and infinite values are kept, since they are a different reason from a malformed reply.
//   kMalformed      truncated, not JSON, or not of the documented types; one instant, two values
//   kNotPrometheus  HTML, or JSON without Prometheus' envelope
//   kBadQuery       status "error", with Prometheus' errorType and message
Answered<Reply> ParseReply(std::string_view text);

// Prometheus' "errorType: message" out of an error reply; empty when `text` is none.
std::string ErrorOf(std::string_view text);

}  // namespace slogate::adapters::prometheus
