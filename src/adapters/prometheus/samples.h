// Raw samples as Prometheus stores them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

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

}  // namespace slogate::adapters::prometheus
