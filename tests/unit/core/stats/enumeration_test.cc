// The promise itself, without approximation: summed over every outcome of a small block, the
// expected growth of each bet is at most 1 under its null.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "core/stats/increments.h"
#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

constexpr double kRounding = 1e-10;

std::vector<double> Binomial(int n, double p) {
  std::vector<double> chances(static_cast<std::size_t>(n) + 1);
  for (int k = 0; k <= n; ++k) {
    const double log_choose = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
    chances[static_cast<std::size_t>(k)] =
        std::exp(log_choose) * std::pow(p, k) * std::pow(1 - p, n - k);
  }
  return chances;
}

using LogGrowth = std::function<double(const PairedCounts&)>;

double ExpectedGrowth(int nc, int nb, double p_c, double p_b, const LogGrowth& log_growth) {
  const std::vector<double> canary = Binomial(nc, p_c);
  const std::vector<double> baseline = Binomial(nb, p_b);
  double expected = 0;
  for (int x = 0; x <= nc; ++x) {
    for (int y = 0; y <= nb; ++y) {
      const PairedCounts block{{double(nc), double(x)}, {double(nb), double(y)}};
      expected += canary[static_cast<std::size_t>(x)] * baseline[static_cast<std::size_t>(y)] *
                  std::exp(log_growth(block));
    }
  }
  return expected;
}

struct Tracks {
  int nc;
  int nb;
};

const std::vector<Tracks> kTracks = {{1, 1}, {1, 30}, {7, 3}, {20, 60}, {40, 10}, {60, 90}};
const std::vector<double> kRates = {0, 0.0001, 0.001, 0.01, 0.1, 0.3, 0.7};

TEST(EnumerationTest, LikelihoodRatioNeverGrowsUnderItsNull) {
  for (const Tracks& tracks : kTracks) {
    for (const double p_b : kRates) {
      for (const double r0 : {1.0, 1.25, 5.0}) {
        for (const double share_of_null : {0.5, 1.0}) {
          for (const double R : {1.25 * r0, 2 * r0, 6 * r0}) {
            const double p_c = std::min(1.0, share_of_null * r0 * p_b);
            const double expected = ExpectedGrowth(
                tracks.nc, tracks.nb, p_c, p_b, [=](const auto& b) { return LogRatio(b, r0, R); });
            ASSERT_LE(expected, 1 + kRounding)
                << tracks.nc << ':' << tracks.nb << " p_b " << p_b << " R " << R;
          }
        }
      }
    }
  }
}

// Leaving out blocks without bad events would let this grow by a fifth in a quiet block.
TEST(EnumerationTest, MarginNeverGrowsUnderItsNull) {
  for (const Tracks& tracks : kTracks) {
    for (const double p_b : kRates) {
      for (const double delta : {0.0005, 0.01, 0.1}) {
        for (const double phi : {1.0, 1.25}) {
          const double p_c = std::min(1.0, p_b + delta);
          for (std::size_t j = 0; j < kRollbackGrid; ++j) {
            const double expected =
                ExpectedGrowth(tracks.nc, tracks.nb, p_c, p_b, [=](const auto& b) {
                  return stats::WorseRatios(b, 1, stats::RollbackAlternatives())
                      .Tempered(delta, phi)[j];
                });
            ASSERT_LE(expected, 1 + kRounding)
                << tracks.nc << ':' << tracks.nb << " p_b " << p_b << " delta " << delta;
          }
        }
      }
    }
  }
}

// A burst is one coin with the canary's share of traffic, whatever its size.
TEST(EnumerationTest, ShareBetNeverGrowsForBurstsOfAnySize) {
  for (const double size : {1.0, 3.0, 50.0}) {
    for (const int bursts : {1, 2, 5, 12}) {
      for (const double w : {0.01, 0.1, 1.0, 9.0}) {
        for (const double r0 : {1.0, 1.25, 5.0}) {
          const double rho = r0 * w / (r0 * w + 1);
          const std::vector<double> in_canary = Binomial(bursts, rho);
          for (std::size_t j = 0; j < kRollbackGrid; ++j) {
            double expected = 0;
            for (int k = 0; k <= bursts; ++k) {
              const PairedCounts block{{1e5 * w, k * size}, {1e5, (bursts - k) * size}};
              expected += in_canary[static_cast<std::size_t>(k)] *
                          std::exp(stats::ShareIncrements(block, r0, 1, 1)[j]);
            }
            ASSERT_LE(expected, 1 + kRounding) << size << " x " << bursts << " w " << w;
          }
        }
      }
    }
  }
}

// A bet on each scrape, left out where the rate of both tracks jumps: over every way in which the
// bursts of three scrapes fall to the tracks, whatever their numbers are. The sum over scrapes is
// tempered by kappa as the sum over blocks is.
TEST(EnumerationTest, BetsByScrapeNeverGrowWhateverTheRatesDo) {
  ComparatorParameters parameters;
  parameters.delta = 0;
  for (const auto& bursts :
       std::vector<std::vector<int>>{{1, 1, 1}, {2, 9, 2}, {0, 4, 12}, {6, 6, 0}}) {
    for (const double w : {0.1, 1.0, 3.0}) {
      for (const double kappa : {1.0, 1.5}) {
        parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = kappa, .measured = true};
        const double rho = w / (w + 1);
        double expected = 0;
        for (int a = 0; a <= bursts[0]; ++a) {
          for (int b = 0; b <= bursts[1]; ++b) {
            for (int c = 0; c <= bursts[2]; ++c) {
              const std::vector<PairedCounts> scrapes = {
                  {{100 * w, double(a)}, {100, double(bursts[0] - a)}},
                  {{100 * w, double(b)}, {100, double(bursts[1] - b)}},
                  {{100 * w, double(c)}, {100, double(bursts[2] - c)}}};
              EvidenceState state;
              AbsorbSliced(state, parameters, {.whole = {}, .scrapes = scrapes}, 1);
              expected += Binomial(bursts[0], rho)[static_cast<std::size_t>(a)] *
                          Binomial(bursts[1], rho)[static_cast<std::size_t>(b)] *
                          Binomial(bursts[2], rho)[static_cast<std::size_t>(c)] *
                          stats::Capital(state.share, 1);
            }
          }
        }
        ASSERT_LE(expected, 1 + kRounding) << bursts[1] << " w " << w << " kappa " << kappa;
      }
    }
  }
}

TEST(EnumerationTest, PromotionNeverGrowsForACanaryAtItsBounds) {
  for (const Tracks& tracks : kTracks) {
    for (const double p_b : kRates) {
      for (std::size_t j = 0; j < kPromotionGrid; ++j) {
        const double p_c = std::min(1.0, 1.5 * p_b);
        if (1.5 * p_b <= 1) {
          ASSERT_LE(ExpectedGrowth(
                        tracks.nc, tracks.nb, p_c, p_b,
                        [=](const auto& b) { return stats::NotWorseIncrements(b, 1.5, 1)[j]; }),
                    1 + kRounding);
        }
        if (p_b > 0) {
          ASSERT_LE(ExpectedGrowth(tracks.nc, 1, p_b, 0,
                                   [=](const auto& b) {
                                     return stats::WithinIncrements(b.canary, p_b, 1)[j];
                                   }),
                    1 + kRounding);
        }
      }
    }
  }
}

}  // namespace
}  // namespace slogate::core
