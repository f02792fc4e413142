#include "integration/budgets/event_world.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <utility>

namespace slogate::tests {
namespace {

constexpr int kDay = 24 * 60;
constexpr std::size_t kMinutes = kWorldMinutes + 1;

struct Incident {
  int begin = 0;
  int minutes = 0;
  double bad_share = 0;
};

struct Traffic {
  std::string total;  // names of the counters
  std::string part;
  bool part_is_good = false;
  std::map<std::string, std::string> labels = {};
  std::map<std::string, std::string> part_labels = {};
  double events_per_minute = 100;
  double bad_share = 0.002;
  int born = 0;
  std::vector<Incident> incidents = {};
  std::vector<int> restarts = {};
  std::vector<std::pair<int, int>> gaps = {};  // scrapes strictly between fail
  std::vector<int> not_numbers = {};           // of the total's samples
  std::vector<int> bad_not_numbers = {};
  double part_scale = 1;  // scores are not whole numbers
};

// Doubles that are the same on every machine, unlike those of the standard's distributions.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  double Throw() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;
};

double BadShare(const Traffic& traffic, int minute) {
  for (const Incident& incident : traffic.incidents) {
    if (minute > incident.begin && minute <= incident.begin + incident.minutes) {
      return incident.bad_share;
    }
  }
  return traffic.bad_share;
}

TrueSeries Shape(const Traffic& traffic, const std::string& metric,
                 std::map<std::string, std::string> labels) {
  TrueSeries series;
  series.metric = metric;
  series.labels = std::move(labels);
  series.events.resize(kMinutes);
  series.missing.resize(kMinutes);
  series.not_number.resize(kMinutes);
  series.born = traffic.born;
  series.restarts = traffic.restarts;
  for (const auto& [from, to] : traffic.gaps) {
    for (int minute = from + 1; minute < to; ++minute) {
      series.missing[static_cast<std::size_t>(minute)] = true;
    }
  }
  return series;
}

void AddTraffic(const Traffic& traffic, Dice& dice, std::vector<TrueSeries>& all) {
  TrueSeries total = Shape(traffic, traffic.total, traffic.labels);
  auto part_labels = traffic.labels;
  part_labels.insert(traffic.part_labels.begin(), traffic.part_labels.end());
  TrueSeries part = Shape(traffic, traffic.part, std::move(part_labels));
  for (const int minute : traffic.not_numbers) {
    total.not_number[static_cast<std::size_t>(minute)] = true;
  }
  for (const int minute : traffic.bad_not_numbers) {
    part.not_number[static_cast<std::size_t>(minute)] = true;
  }
  for (int minute = traffic.born + 1; minute <= kWorldMinutes; ++minute) {
    const double day = 2 * std::numbers::pi * minute / kDay;
    const double level = traffic.events_per_minute * (1 - 0.6 * std::cos(day));
    const double events = std::floor(level * (0.8 + 0.4 * dice.Throw()) + 1);
    const double share = BadShare(traffic, minute);
    const double bad = std::min(events, std::floor(events * share + dice.Throw()));
    const auto at = static_cast<std::size_t>(minute);
    total.events[at] = events;
    part.events[at] = traffic.part_is_good ? events - bad * traffic.part_scale : bad;
  }
  all.push_back(std::move(total));
  all.push_back(std::move(part));
}

int At(int day, int hour, int minute = 0) { return day * kDay + hour * 60 + minute; }

std::vector<Incident> Incidents(double worst) {
  return {{At(3, 9, 13), 45, worst},  {At(9, 20, 1), 130, worst / 4},  {At(17, 2, 30), 20, worst},
          {At(31, 11, 7), 95, worst}, {At(33, 18, 0), 400, worst / 5}, {At(35, 6, 44), 33, worst}};
}

std::vector<Traffic> Everyone() {
  std::vector<Traffic> all;
  for (const char* pod : {"a", "b"}) {
    Traffic shop{"shop_requests_total", "shop_errors_total"};
    shop.labels = {{"pod", pod}};
    shop.incidents = Incidents(0.12);
    shop.restarts =
        *pod == 'a' ? std::vector<int>{At(5, 3, 33), At(32, 4, 4)} : std::vector<int>{At(12, 12)};
    // One pod's counter is unreadable on the hour and off it.
    if (*pod == 'b') shop.not_numbers = {At(20, 7), At(21, 7, 25), At(34, 10)};
    all.push_back(shop);
  }
  Traffic checkout{"checkout_seconds_count", "checkout_seconds_bucket", true};
  checkout.part_labels = {{"le", "0.3"}};
  checkout.bad_share = 0.004;
  checkout.incidents = Incidents(0.3);
  checkout.restarts = {At(30, 1, 17)};
  all.push_back(checkout);
  Traffic search{"search_grades_total", "search_grades_sum", true};
  search.events_per_minute = 12;
  search.bad_share = 0.06;
  search.part_scale = 0.375;
  search.incidents = Incidents(0.9);
  all.push_back(search);
  Traffic ledger{"ledger_writes_total", "ledger_failures_total"};
  ledger.bad_share = 0.0004;
  ledger.incidents = Incidents(0.02);
  ledger.gaps = {{At(14, 5), At(14, 11)}, {At(32, 22), At(33, 1)}};
  all.push_back(ledger);
  Traffic pay{"pay_calls_total", "pay_good_total", true};
  pay.bad_share = 0.003;
  pay.incidents = Incidents(0.2);
  // Minutes 0 and 14 x k of the day are bounds of its pieces; the good counter has no other pod.
  pay.bad_not_numbers = {At(33, 14), At(34, 2, 6)};
  all.push_back(pay);
  Traffic newborn{"newborn_requests_total", "newborn_errors_total"};
  newborn.born = At(25, 8);
  newborn.incidents = Incidents(0.1);
  all.push_back(newborn);
  for (const auto& [region, rate] :
       {std::pair{"eu", 90.0}, std::pair{"us", 60.0}, std::pair{"ap", 15.0}}) {
    Traffic regional{"region_requests_total", "region_errors_total"};
    regional.labels = {{"region", region}};
    regional.events_per_minute = rate;
    regional.incidents = Incidents(rate < 20 ? 0.5 : 0.03);
    all.push_back(regional);
  }
  return all;
}

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

double ValueAt(const TrueSeries& series, int minute) {
  double value = 0;
  int begin = series.born;
  for (const int restart : series.restarts) {
    if (restart <= minute) begin = restart - 1;
  }
  for (int m = begin + 1; m <= minute; ++m) value += series.events[static_cast<std::size_t>(m)];
  return value;
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
  const int begin = static_cast<int>(std::ceil(end - minutes));
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
  if (before > 0 && events > 0) {
    before = std::min(before, sampled * ValueAt(series, first) / events);
  }
  if (before > apart * 1.1) before = apart / 2;
  if (after > apart * 1.1) after = apart / 2;
  return events * (sampled + before + after) / sampled;
}

EventWorld::EventWorld(unsigned seed) {
  Dice dice(seed);
  for (const Traffic& traffic : Everyone()) AddTraffic(traffic, dice, series_);
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
    double value = 0;
    for (int minute = series.born; minute <= kWorldMinutes; ++minute) {
      const auto at = static_cast<std::size_t>(minute);
      const bool restarted = std::find(series.restarts.begin(), series.restarts.end(), minute) !=
                             series.restarts.end();
      if (restarted) value = 0;
      value += series.events[at];
      if (!series.Sampled(minute)) continue;
      text += head + (series.not_number[at] ? "NaN" : NumberText(value)) + " " +
              std::to_string(AtMinute(minute).time_since_epoch().count() / 1000) + "\n";
    }
  }
  return text + "# EOF\n";
}

}  // namespace slogate::tests
