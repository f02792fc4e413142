#include "integration/budgets/event_world.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "integration/budgets/traffic.h"
#include "support/built_servers.h"

namespace slogate::tests {
namespace {

constexpr std::size_t kMinutes = kWorldMinutes + 1;

std::string TextOf(const TrueSeries& series) {
  std::string text = series.metric + "{";
  for (const auto& [name, value] : series.labels) {
    if (text.back() != '{') text += ",";
    text += name + "=\"" + value + "\"";
  }
  return text + "} ";
}

std::string NumberText(double value) {
  if (value == std::floor(value)) return std::to_string(static_cast<long long>(value));
  std::string text(32, '\0');
  text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.17g", value)));
  return text;
}

std::vector<double> ValuesOf(const TrueSeries& series) {
  std::vector<double> values(series.events.size());
  double value = 0;
  for (std::size_t minute = 0; minute < values.size(); ++minute) {
    const int at = static_cast<int>(minute);
    const bool restarted = std::ranges::find(series.restarts, at) != series.restarts.end();
    if (at <= series.born || restarted) value = 0;
    if (at > series.born) value += series.events[minute];
    values[minute] = value;
  }
  return values;
}

}  // namespace

int MinuteOf(core::TimePoint at) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::minutes>(at - kWorldBegin).count());
}

bool TrueSeries::Sampled(int minute) const {
  return minute >= born && minute <= kWorldMinutes && !missing[static_cast<std::size_t>(minute)];
}

std::optional<double> Increase(const TrueSeries& series, int end, core::Duration length) {
  const double minutes = static_cast<double>(length.count()) / 60'000;
  int first = -1;
  int last = -1;
  int samples = 0;
  const bool closed = testing::PrometheusMajorVersion() < 3;
  const int begin = closed ? static_cast<int>(std::ceil(end - minutes))
                           : static_cast<int>(std::floor(end - minutes)) + 1;
  for (int minute = std::max(0, begin); minute <= end; ++minute) {
    if (!series.Sampled(minute)) continue;
    if (first < 0) first = minute;
    last = minute;
    ++samples;
  }
  if (samples < 2) return std::nullopt;
  if (series.not_number[static_cast<std::size_t>(first)] ||
      series.not_number[static_cast<std::size_t>(last)]) {
    return std::nan("");
  }
  double events = 0;
  for (int m = first + 1; m <= last; ++m) events += series.events[static_cast<std::size_t>(m)];
  const double sampled = last - first;
  const double apart = sampled / (samples - 1);
  double before = first - (end - minutes);
  double after = end - last;
  // Until the counter was 0, which Prometheus 3 checks last.
  const double since_zero = events > 0
                                ? sampled * series.values[static_cast<std::size_t>(first)] / events
                                : std::max(before, 0.0);
  if (closed) before = std::min(before, since_zero);
  if (before > apart * 1.1) before = apart / 2;
  if (!closed) before = std::min(before, since_zero);
  if (after > apart * 1.1) after = apart / 2;
  return events * (sampled + before + after) / sampled;
}

EventWorld::EventWorld(unsigned seed) : series_(AllTraffic(seed)) {
  for (TrueSeries& series : series_) series.values = ValuesOf(series);
}

std::vector<const TrueSeries*> EventWorld::Find(
    const std::string& metric, const std::map<std::string, std::string>& labels) const {
  std::vector<const TrueSeries*> found;
  for (const TrueSeries& series : series_) {
    const bool matches = std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
      const auto value = series.labels.find(label.first);
      return value != series.labels.end() && value->second == label.second;
    });
    if (series.metric == metric && matches) found.push_back(&series);
  }
  return found;
}

std::string EventWorld::OpenMetrics() const {
  std::string text;
  text.reserve(60U * kMinutes * series_.size());
  for (const TrueSeries& series : series_) {
    const std::string head = TextOf(series);
    for (int minute = series.born; minute <= kWorldMinutes; ++minute) {
      const auto at = static_cast<std::size_t>(minute);
      if (!series.Sampled(minute)) continue;
      text += head + (series.not_number[at] ? "NaN" : NumberText(series.values[at])) + " " +
              std::to_string(AtMinute(minute).time_since_epoch().count() / 1000) + "\n";
    }
  }
  return text + "# EOF\n";
}

}  // namespace slogate::tests
