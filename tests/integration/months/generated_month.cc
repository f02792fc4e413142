#include "integration/months/generated_month.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <random>

namespace slogate::tests {
namespace {

constexpr int kScrapesOfHour = 30;
constexpr int kHours = 30 * 24 + 1;  // the first is before the window
constexpr int kScrapes = kHours * kScrapesOfHour;
constexpr int kBridged = 2;     // scrapes: four of five minutes
constexpr int kQuietHours = 3;  // without errors at the end: no burn blocks

// As lines of OpenMetrics, each metric's together.
class Text {
 public:
  void Requests(const std::string& labels, int scrape, double value) {
    Add(requests_, "http_requests_total", labels, scrape, value);
  }
  void Target(const std::string& labels, int scrape, bool up, double started) {
    Add(ups_, "up", labels, scrape, up ? 1 : 0);
    if (up) Add(starts_, "process_start_time_seconds", labels, scrape, started);
  }
  std::string Take() {
    return "# TYPE http_requests counter\n" + requests_ + "# TYPE up gauge\n" + ups_ +
           "# TYPE process_start_time_seconds gauge\n" + starts_ + "# EOF\n";
  }

 private:
  static void Add(std::string& text, const char* metric, const std::string& labels, int scrape,
                  double value) {
    const auto at = (kWorldBegin + scrape * kMonthScrape).time_since_epoch();
    std::array<char, 256> line{};
    const int length =
        std::snprintf(line.data(), line.size(), "%s{%s} %.0f %lld\n", metric, labels.c_str(), value,
                      static_cast<long long>(at / std::chrono::seconds(1)));
    text.append(line.data(), static_cast<std::size_t>(length));
  }

  std::string requests_;
  std::string ups_;
  std::string starts_;
};

// One counter of one process, and what its samples show.
class Counter {
 public:
  explicit Counter(bool exists) : exists_(exists) {}

  void Happen(double events) {
    value_ += events;
    exists_ = exists_ || events > 0;
  }
  bool exists() const { return exists_; }
  double value() const { return value_; }

  // A sample now: the events that it shows.
  double Show(int scrape) {
    const bool bridged = !shown_at_ || scrape - *shown_at_ <= kBridged;
    const double events = bridged ? value_ - shown_ : 0;
    shown_at_ = scrape;
    shown_ = value_;
    return events;
  }
  // No sample now: a first one that comes later does not show since when its events are.
  void Hide(int scrape) {
    if (exists_ && !shown_at_) shown_at_ = scrape - kBridged;
  }

 private:
  bool exists_ = false;
  double value_ = 0;
  double shown_ = 0;
  std::optional<int> shown_at_;
};

struct Events {
  double good = 0;
  double bad = 0;
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int Below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
  bool OnceIn(int times) { return Below(times) == 0; }
  double About(double value) { return std::round(value * (0.5 + Below(101) / 100.0)); }

 private:
  std::mt19937_64 engine_;
};

// What a service does, pod by pod.
struct Plan {
  bool even = false;
  int first_scrape = 0;
  std::array<Events, kHours> of_scrape{};  // in each hour

  const Events& At(int scrape) const {
    return of_scrape[static_cast<std::size_t>((scrape - 1) / kScrapesOfHour)];
  }
};

Plan MakePlan(unsigned seed, Random& random) {
  Plan plan;
  plan.even = seed % 2 == 0;
  if (!plan.even && random.OnceIn(2)) {
    plan.first_scrape = random.Below(20 * kScrapesOfHour * 24);
  }
  const int first = plan.first_scrape / kScrapesOfHour + 1;
  const int level = 1 + random.Below(60);
  double all = 0;
  for (int hour = 0; hour < kHours; ++hour) {
    const double good = level + random.Below(level + 1);
    plan.of_scrape[static_cast<std::size_t>(hour)].good = good;
    if (hour >= first) all += good * kScrapesOfHour;
  }
  // Incidents that spend anything up to 2.5 budgets.
  const double wanted = kMonthBudget * all * random.Below(251) / 100;
  const int incidents = 1 + random.Below(12);
  for (int i = 0; i < incidents; ++i) {
    const int hour = first + random.Below(kHours - kQuietHours - first);
    plan.of_scrape[static_cast<std::size_t>(hour)].bad =
        std::round(wanted / incidents / kScrapesOfHour);
  }
  return plan;
}

// One pod after another, each the next of the same name.
class Pods {
 public:
  Pods(const Plan& plan, std::string service, std::string name, Random& random, Text& text)
      : plan_(plan),
        service_(std::move(service)),
        name_(std::move(name)),
        random_(random),
        text_(text) {}

  core::Counts Live() {
    for (int scrape = 0; scrape <= kScrapes; ++scrape) {
      if (scrape > 0) Happen(scrape);
      if (scrape < plan_.first_scrape || scrape < gap_until_) {
        Miss(scrape);
        continue;
      }
      Write(scrape);
      const bool between_hours = scrape % kScrapesOfHour == 0;
      if (plan_.even && between_hours && random_.OnceIn(200)) {
        Begin(scrape, true);
        Write(scrape);
      }
    }
    return known_;
  }

 private:
  void Happen(int scrape) {
    if (plan_.even) {
      if (HappensEvenly(scrape)) return;
    } else if (scrape >= gap_until_) {
      Disturb(scrape);
    }
    const Events& events = plan_.At(scrape);
    good_.Happen(plan_.even ? events.good : random_.About(events.good));
    bad_.Happen(plan_.even ? events.bad : random_.About(events.bad));
  }

  // A series that begins has the hour's events at once. True when that is all there is to do.
  bool HappensEvenly(int scrape) {
    const Events& events = plan_.At(scrape);
    if (scrape % kScrapesOfHour == 1) {
      begins_at_ = !bad_.exists() && events.bad > 0 ? scrape + random_.Below(kScrapesOfHour) : -1;
    }
    if (begins_at_ < 0) {
      // increase() sees a counter that begins again below where it was.
      const bool falls = events.bad == 0 || bad_.value() > events.bad;
      if (falls && scrape - began_ > 2 * kScrapesOfHour && random_.OnceIn(1500)) {
        Begin(scrape, false);
      }
      return false;
    }
    good_.Happen(events.good);
    if (scrape == begins_at_) bad_.Happen(events.bad * kScrapesOfHour);
    return true;
  }

  void Disturb(int scrape) {
    if (random_.OnceIn(450)) Begin(scrape, random_.OnceIn(2));
    if (random_.OnceIn(1500) && scrape + 100 < kScrapes) {
      gap_until_ = scrape + random_.Below(90);
      down_ = random_.OnceIn(2);
    }
  }

  // Another process, since just after the scrape before.
  void Begin(int scrape, bool is_new_pod) {
    const bool had_errors = plan_.even && !is_new_pod && bad_.exists();
    good_ = Counter(true);
    bad_ = Counter(had_errors);
    began_ = scrape;
    if (is_new_pod) ++generation_;
  }

  void Miss(int scrape) {
    good_.Hide(scrape);
    bad_.Hide(scrape);
    if (scrape < plan_.first_scrape) {
      good_.Show(scrape);
      if (bad_.exists()) bad_.Show(scrape);
    } else if (down_) {
      text_.Target(Labels(), scrape, false, 0);
    }
  }

  void Write(int scrape) {
    const auto began = (kWorldBegin + (began_ - 1) * kMonthScrape).time_since_epoch();
    const bool counts = scrape > kScrapesOfHour && scrape > plan_.first_scrape;
    text_.Target(Labels(), scrape, true, static_cast<double>(began / std::chrono::seconds(1)) + 9);
    text_.Requests(Labels() + ",code=\"200\"", scrape, good_.value());
    const double good = good_.Show(scrape);
    if (counts) known_.total += good;
    if (!bad_.exists()) return;
    text_.Requests(Labels() + ",code=\"500\"", scrape, bad_.value());
    const double bad = bad_.Show(scrape);
    if (!counts) return;
    known_.total += bad;
    known_.bad += bad;
  }

  std::string Labels() const {
    const std::string pod = name_ + "-" + std::to_string(generation_);
    return "job=\"" + service_ + "\",instance=\"" + pod + ":80\",pod=\"" + pod + "\"";
  }

  const Plan& plan_;
  const std::string service_;
  const std::string name_;
  Random& random_;
  Text& text_;
  Counter good_{true};
  Counter bad_{false};
  int generation_ = 0;
  int began_ = -1000;
  int begins_at_ = -1;  // the series of errors, in an hour that comes evenly
  int gap_until_ = 0;
  bool down_ = false;  // and so not scraped, rather than that Prometheus is
  core::Counts known_;
};

GeneratedService Generate(unsigned seed, Text& text) {
  Random random(seed);
  const Plan plan = MakePlan(seed, random);
  GeneratedService service{"s" + std::to_string(seed), plan.even, {}, 1};
  const int pods = 1 + random.Below(2);
  for (int pod = 0; pod < pods; ++pod) {
    const core::Counts known =
        Pods(plan, service.name, "p" + std::to_string(pod), random, text).Live();
    service.known.total += known.total;
    service.known.bad += known.bad;
  }
  const int first = std::max(plan.first_scrape, kScrapesOfHour);
  service.seen = static_cast<double>(kScrapes - first) / (kScrapes - kScrapesOfHour);
  return service;
}

}  // namespace

GeneratedMonth GenerateMonth(unsigned first_seed, int count) {
  GeneratedMonth month;
  Text text;
  for (unsigned seed = first_seed; seed < first_seed + static_cast<unsigned>(count); ++seed) {
    month.services.push_back(Generate(seed, text));
  }
  month.open_metrics = text.Take();
  return month;
}

}  // namespace slogate::tests
