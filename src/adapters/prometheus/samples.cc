#include "adapters/prometheus/samples.h"

#include <algorithm>

#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {

Samples::const_iterator FirstFrom(const Samples& samples, core::TimePoint at) {
  return std::lower_bound(samples.begin(), samples.end(), at,
                          [](const Sample& sample, core::TimePoint t) { return sample.at < t; });
}

const Sample* SampleAt(const Samples& samples, core::TimePoint at) {
  const auto found = FirstFrom(samples, at);
  return found != samples.end() && found->at == at ? &*found : nullptr;
}

bool AnyWithin(const Samples& samples, core::TimePoint from, core::TimePoint until) {
  const auto found = FirstFrom(samples, from);
  return found != samples.end() && found->at <= until;
}

std::string Describe(const Labels& labels) {
  std::string text = ValueOf(labels, "__name__") + "{";
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (name == "__name__") continue;
    if (!first) text += ",";
    first = false;
    text += name + "=" + Quote(value);
  }
  return Shorten(text + "}");
}

}  // namespace slogate::adapters::prometheus
