#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "app/cli/predict/plan.h"
#include "spec/text/mistake.h"

namespace slogate::app {
namespace {

constexpr double kMaxEventsPerSecond = 1e7;

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// "0.5%", "0.5 %" or "0.005"; above 0 and below 1.
std::optional<double> ParseRate(std::string_view text) {
  double unit = 1;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    unit = 0.01;
  }
  const std::optional<double> number = ParseNumber(text);
  if (!number || !(*number > 0) || !(*number * unit < 1)) return std::nullopt;
  return *number * unit;
}

tl::unexpected<ports::Error> WrongRate(std::string message) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, std::move(message));
}

ports::Result<std::size_t> FindObjective(const core::Policy& policy, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    if (policy.objectives[i].name == name) return i;
    names.push_back(policy.objectives[i].name);
  }
  const std::optional<std::string> meant = spec::Suggest(name, names);
  return WrongRate("--objective " + name + ": the policy has no such objective; " +
                   (meant ? "did you mean " + *meant + "?" : "it has " + names.front()));
}

}  // namespace

ports::Result<std::vector<GivenRates>> ReadRateFlags(const core::Policy& policy,
                                                     const RateFlags& flags) {
  GivenRates all;
  if (!flags.events_per_second.empty()) {
    const std::optional<double> events = ParseNumber(flags.events_per_second);
    if (!events || !(*events > 0) || *events > kMaxEventsPerSecond) {
      return WrongRate("--rps " + flags.events_per_second +
                       ": give the service's events a second, such as 40");
    }
    all.events_per_second = *events;
  }
  const std::string fix = ": give a share of bad events such as 0.5% or 0.005";
  if (!flags.bad_rate.empty()) {
    const std::optional<double> rate = ParseRate(flags.bad_rate);
    if (!rate) return WrongRate("--error-rate " + flags.bad_rate + fix);
    all.bad_rate = *rate;
  }
  std::vector<GivenRates> rates(policy.objectives.size(), all);
  for (const std::string& text : flags.of_objectives) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return WrongRate("--objective " + text + ": write NAME=RATE, such as availability=0.5%");
    }
    const ports::Result<std::size_t> index = FindObjective(policy, text.substr(0, equals));
    if (!index) return tl::unexpected(index.error());
    const std::optional<double> rate = ParseRate(text.substr(equals + 1));
    if (!rate) return WrongRate("--objective " + text + fix);
    rates[*index].bad_rate = *rate;
  }
  return rates;
}

bool Complete(const std::vector<GivenRates>& rates) {
  return std::all_of(rates.begin(), rates.end(), [](const GivenRates& given) {
    return given.events_per_second > 0 && given.bad_rate > 0;
  });
}

GivenRates RatesOf(const core::ObjectiveHistory& history, core::Duration block_length) {
  double events = 0;
  double bad = 0;
  double blocks = 0;  // from the first with events to the last
  double since_first = 0;
  for (const core::Counts& counts : history.blocks) {
    if (events > 0 || counts.total > 0) since_first += 1;
    if (counts.total > 0) blocks = since_first;
    events += counts.total;
    bad += counts.bad;
  }
  GivenRates rates;
  if (!(events > 0)) return rates;
  const double seconds = static_cast<double>(block_length.count()) / 1000;
  rates.events_per_second = events / (blocks * seconds);
  rates.bad_rate = std::max(1.0, bad) / std::max(2.0, events);
  return rates;
}

}  // namespace slogate::app
