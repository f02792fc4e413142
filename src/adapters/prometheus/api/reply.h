// Why the source gave nothing, on the way to the reading.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// `message` is fit for a status: no query, no header, no body but Prometheus' own error text.
struct SourceFailure {
  core::SourceProblem problem = core::SourceProblem::kNone;
  std::string message;
};

template <typename T>
using Answered = tl::expected<T, SourceFailure>;

// At most 300 bytes of one line without control characters, for messages made of foreign text.
std::string Shorten(std::string_view text);

inline tl::unexpected<SourceFailure> Failed(core::SourceProblem problem, std::string message) {
  return tl::unexpected<SourceFailure>(SourceFailure{problem, std::move(message)});
}

// Raw samples as Prometheus stores them.

// A series' labels, `__name__` among them.
using Labels = std::map<std::string, std::string, std::less<>>;

// One scrape's value; `at` is when the scrape began.
struct Sample {
  core::TimePoint at{};
  double value = 0;

  friend bool operator==(const Sample&, const Sample&) = default;
};

// Ascending by time, one sample per instant.
using Samples = std::vector<Sample>;

using SeriesMap = std::map<Labels, Samples>;

// The label's value; empty when the series has no such label, as in PromQL.
inline const std::string& ValueOf(const Labels& labels, std::string_view name) {
  static const std::string empty;
  const auto found = labels.find(name);
  return found == labels.end() ? empty : found->second;
}

// The first sample at or after `at`.
Samples::const_iterator FirstFrom(const Samples& samples, core::TimePoint at);

// The sample at exactly `at`; nullptr when there is none.
const Sample* SampleAt(const Samples& samples, core::TimePoint at);

// Whether a sample lies in [from, until].
bool AnyWithin(const Samples& samples, core::TimePoint from, core::TimePoint until);

// `name{label="value",...}`, cut to a readable length, for messages.
std::string Describe(const Labels& labels);

// The query API's JSON, checked.

// A scalar is one series without labels.
struct Reply {
  std::vector<std::pair<Labels, Samples>> series;
  std::vector<std::string> warnings;  // notes of Prometheus that leave the numbers whole, shortened
};

// Pure. Never throws on any text. Samples come out ascending whatever their order in the text;
// NaN and infinite values are kept, since they are a different reason from a malformed reply.
//   kMalformed      truncated, not JSON, or not of the documented types; one instant, two values
//   kNotPrometheus  HTML, or JSON without Prometheus' envelope
//   kBadQuery       status "error", with Prometheus' errorType and message; or a PromQL warning,
//                   since what it warns of was left out of the result or is not a number
//   kTooLarge       half a million labels and other parts besides samples
//   kUnreachable    it was asked to stop
//   kPartial        the answer says that parts of it are missing, with what it names
//
// This is the only place that knows how servers say so: `warnings` of Prometheus (remote read),
// Thanos, Cortex and M3, and `isPartial` of VictoriaMetrics. A warning is a problem of the query
// when it begins with "PromQL warning:", and a note when it begins with "PromQL info:", which
// Prometheus 2 has among its warnings; every other warning, also one of a kind not known yet,
// makes the answer partial. `infos` are notes.
Answered<Reply> ParseReply(std::string_view text, const std::stop_token& stop = {});

// Whether a text is HTML or XML.
bool IsMarkup(std::string_view text);

// Prometheus' "errorType: message" out of an error reply; empty when `text` is none.
std::string ErrorOf(std::string_view text);

}  // namespace slogate::adapters::prometheus
