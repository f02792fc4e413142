#include "integration/budgets/traffic.h"

#include <algorithm>
#include <cmath>
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
  std::map<std::string, std::string> rest_labels = {};  // set: all but the part, in place of total
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

double EventsIn(const Traffic& traffic, int minute, Dice& dice) {
  const double day = 2 * std::numbers::pi * minute / kDay;
  const double level = traffic.events_per_minute * (1 - 0.6 * std::cos(day));
  return std::floor(level * (0.8 + 0.4 * dice.Throw()) + 1);
}

double BadIn(const Traffic& traffic, int minute, double events, Dice& dice) {
  return std::min(events, std::floor(events * BadShare(traffic, minute) + dice.Throw()));
}

void AddTraffic(const Traffic& traffic, Dice& dice, std::vector<TrueSeries>& all) {
  auto total_labels = traffic.labels;
  total_labels.insert(traffic.rest_labels.begin(), traffic.rest_labels.end());
  TrueSeries total = Shape(traffic, traffic.total, std::move(total_labels));
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
    const double events = EventsIn(traffic, minute, dice);
    const double bad = BadIn(traffic, minute, events, dice);
    const auto at = static_cast<std::size_t>(minute);
    total.events[at] = traffic.rest_labels.empty() ? events : events - bad;
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

// Requests fail, are slow, or both: each is counted, and those with any fault by themselves.
void AddKiosk(Dice& dice, std::vector<TrueSeries>& all) {
  Traffic failing{"kiosk_requests_total", "kiosk_failures_total"};
  failing.bad_share = 0.003;
  failing.incidents = Incidents(0.08);
  failing.restarts = {At(32, 9, 9)};
  failing.gaps = {{At(33, 3), At(33, 6)}};
  Traffic slow = failing;
  slow.bad_share = 0.01;
  slow.incidents = Incidents(0.2);
  TrueSeries requests = Shape(failing, failing.total, {});
  TrueSeries failures = Shape(failing, failing.part, {});
  TrueSeries late = Shape(failing, "kiosk_slow_total", {});
  TrueSeries faulty = Shape(failing, "kiosk_faulty_total", {});
  late.not_number[static_cast<std::size_t>(At(34, 20))] = true;
  for (int minute = 1; minute <= kWorldMinutes; ++minute) {
    const auto at = static_cast<std::size_t>(minute);
    const double events = EventsIn(failing, minute, dice);
    const double failed = BadIn(failing, minute, events, dice);
    const double slowed = BadIn(slow, minute, events, dice);
    const double both = std::max(failed + slowed - events,
                                 std::floor(std::min(failed, slowed) * dice.Throw() + 0.5));
    requests.events[at] = events;
    failures.events[at] = failed;
    late.events[at] = slowed;
    faulty.events[at] = failed + slowed - both;
  }
  for (TrueSeries* series : {&requests, &failures, &late, &faulty}) {
    all.push_back(std::move(*series));
  }
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
  // Minutes 0 and 14 x k of the day are bounds of its chunks; the good counter has no other pod.
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
  Traffic pages{"pages_total", "pages_total"};
  pages.labels = {{"job", "pages"}};
  pages.part_labels = {{"code", "500"}};
  pages.rest_labels = {{"code", "200"}};
  pages.incidents = Incidents(0.15);
  all.push_back(pages);
  return all;
}

}  // namespace

std::vector<TrueSeries> AllTraffic(unsigned seed) {
  Dice dice(seed);
  std::vector<TrueSeries> all;
  for (const Traffic& traffic : Everyone()) AddTraffic(traffic, dice, all);
  AddKiosk(dice, all);
  return all;
}

}  // namespace slogate::tests
