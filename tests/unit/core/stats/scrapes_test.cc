// Bets by scrape where the tracks' scrapes are seconds apart: what one scrape interval of a track
// holds of an incident that both have, the other's may not.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr double kScrape = 15;  // seconds
constexpr int kScrapesPerBlock = 4;
constexpr int kBlocksOfHistory = 240;

struct Service {
  double rps = 100;
  double share = 0.1;  // of the canary
  double error_rate = 0.005;
  int minutes = 60;
  // Multiples of the error rate at a second of the rollout, which begins at 0.
  std::function<double(double)> both = [](double) { return 1; };
  std::function<double(double)> canary = [](double) { return 1; };
};

// Each track is scraped at a phase of its own.
class ScrapedRollout {
 public:
  ScrapedRollout(Service service, unsigned seed) : service_(std::move(service)), random_(seed) {
    std::uniform_real_distribution<double> phase(0, kScrape);
    phase_ = {phase(random_), phase(random_)};
  }

  // Minutes until it is rolled back.
  std::optional<double> RolledBackAfter() {
    ObjectiveHistory history;
    for (int block = -kBlocksOfHistory; block < 0; ++block) {
      Counts sum;
      for (int i = 0; i < kScrapesPerBlock; ++i) {
        const Counts counts = Draw(1, 1, block * kScrapesPerBlock + i);
        history.scrapes.push_back(counts);
        sum.total += counts.total;
        sum.bad += counts.bad;
      }
      history.blocks.push_back(sum);
    }
    const std::chrono::minutes block_length(1);
    const Dispersion dispersion = MeasureDispersion(
        WithoutIncidents(history, FindIncidents(history, block_length)), 1, block_length);
    const ComparatorParameters parameters = ParametersOf(Objective{}, dispersion);
    EvidenceState state;
    for (int block = 0; block < service_.minutes; ++block) {
      std::vector<PairedCounts> scrapes;
      PairedCounts whole;
      for (int i = 0; i < kScrapesPerBlock; ++i) {
        const int scrape = block * kScrapesPerBlock + i;
        const PairedCounts counts{Draw(0, service_.share, scrape),
                                  Draw(1, 1 - service_.share, scrape)};
        scrapes.push_back(counts);
        whole.canary.total += counts.canary.total;
        whole.canary.bad += counts.canary.bad;
        whole.baseline.total += counts.baseline.total;
        whole.baseline.bad += counts.baseline.bad;
      }
      AbsorbSliced(state, parameters, {.whole = whole, .scrapes = scrapes},
                   StartWeight(block, 181, 1, false));
      if (Evaluate(state).rollback >= std::log(100.0)) return block + 1;
    }
    return std::nullopt;
  }

 private:
  Counts Draw(std::size_t track, double share, int scrape) {
    constexpr int kSteps = 15;  // in which rates are summed
    double factor = 0;
    for (int i = 0; i < kSteps; ++i) {
      const double at = kScrape * (scrape + (i + 0.5) / kSteps) - phase_[track];
      factor += service_.both(at) * (track == 0 ? service_.canary(at) : 1) / kSteps;
    }
    const double total = std::round(service_.rps * share * kScrape);
    std::poisson_distribution<int> bad(total * std::min(1.0, service_.error_rate * factor));
    return {.total = total, .bad = std::min<double>(total, bad(random_))};
  }

  Service service_;
  std::mt19937_64 random_;
  std::array<double, 2> phase_{};
};

int RolledBack(const Service& service, int rollouts) {
  int rolled_back = 0;
  for (int i = 0; i < rollouts; ++i) {
    if (ScrapedRollout(service, 500U + static_cast<unsigned>(i)).RolledBackAfter()) ++rolled_back;
  }
  return rolled_back;
}

double MedianMinutes(const Service& service, double from) {
  std::vector<double> minutes;
  for (unsigned i = 0; i < 101; ++i) {
    const auto after = ScrapedRollout(service, 9000 + i).RolledBackAfter();
    minutes.push_back(after.value_or(1e9) - from);
  }
  std::nth_element(minutes.begin(), minutes.begin() + 50, minutes.end());
  return minutes[50];
}

double Incident(double at) { return at >= 1205 && at < 1805 ? 20 : 1; }

// Of ten minutes, twenty times the errors. With a fast lane without bounds a fifth was rolled back.
TEST(ScrapesApartTest, AnIncidentOfBothTracksRollsNobodyBack) {
  for (const auto& [rps, share] : {std::pair(20'000.0, 0.1), {5000.0, 0.5}, {1000.0, 0.5}}) {
    EXPECT_LE(RolledBack({.rps = rps, .share = share, .both = Incident}, 100), 1)
        << rps << " a second, share " << share;
  }
}

// An incident that comes and goes every two minutes, for an hour.
TEST(ScrapesApartTest, NorDoesOneThatComesAndGoes) {
  const auto flapping = [](double at) {
    return at > 0 && std::fmod(at + 7, 240) < 120 ? 20.0 : 1.0;
  };
  EXPECT_LE(RolledBack({.rps = 20'000, .both = flapping}, 100), 1);
  EXPECT_LE(RolledBack({.rps = 1000, .share = 0.5, .both = flapping}, 100), 1);
}

TEST(ScrapesApartTest, EqualTracksAreSeldomRolledBackInSevenHours) {
  EXPECT_LE(RolledBack({.minutes = 420}, 100), 2);
}

TEST(BetsByScrapeTest, FindFaultsInMinutes) {
  const auto times = [](double factor) {
    return Service{.canary = [factor](double) { return factor; }};
  };
  EXPECT_NEAR(MedianMinutes(times(2), 0), 9, 1.5);
  EXPECT_NEAR(MedianMinutes(times(3), 0), 3, 1);
  EXPECT_NEAR(MedianMinutes(times(5), 0), 2, 0);
  Service even = times(3);
  even.share = 0.5;
  EXPECT_NEAR(MedianMinutes(even, 0), 4, 1);
}

TEST(BetsByScrapeTest, FindAFaultThatBeginsInTheFifthHourOfAHeldStep) {
  const Service late{.minutes = 420, .canary = [](double at) { return at < 18'000 ? 1 : 3; }};
  EXPECT_LE(MedianMinutes(late, 300), 12);
}

// The outage itself is a jump; the scrapes after it are not.
TEST(BetsByScrapeTest, FindAnOutageInAMinuteOrTwo) {
  const Service outage{.canary = [](double at) { return at < 1220 ? 1 : 200; }};
  EXPECT_LE(MedianMinutes(outage, 1220.0 / 60), 1.7);
}

}  // namespace
}  // namespace slogate::core
