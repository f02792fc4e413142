#include "slogate/core/verdict_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace slogate::core {
namespace {

// None of ten events that are due: by chance exp(-10), or exp(-5) where they come two at a time.
constexpr double kDueEvents = 10;
constexpr double kDueBursts = 5;

std::string WholeNumber(double number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.0f", number);
  return text;
}

// Two digits that mean something: 5.6, 0.51, 12, 0.
std::string InTwoDigits(double number) {
  if (!(number > 0)) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(number)));
  const int decimals = std::clamp(1 - magnitude, 0, 6);
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", decimals, number);
  std::string digits = text;
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
  }
  return digits;
}

enum class Events { kSaid, kUnsaid };

std::string RateWords(const Counts& counts, Events events) {
  if (!(counts.total > 0)) return "no events";
  return InTwoDigits(100 * counts.bad / counts.total) + " %" +
         (events == Events::kSaid ? " of " + WholeNumber(counts.total) : "");
}

std::string Compare(const PairedCounts& counts, Events events) {
  const Counts& canary = counts.canary;
  const Counts& baseline = counts.baseline;
  std::string words = RateWords(canary, events) + (canary.total > 0 ? " bad" : "") + " against " +
                      RateWords(baseline, events);
  if (canary.bad > 0 && baseline.bad > 0 && canary.total > 0 && baseline.total > 0) {
    const double times = canary.bad / canary.total / (baseline.bad / baseline.total);
    // Of equal tracks it says nothing.
    if (times > 1.05 || times < 0.95) words += ", " + InTwoDigits(times) + " times";
  }
  return words;
}

// One digit, rounded down, so that the words stay for long: "more than 4000".
std::string MoreThan(double events) {
  if (events < 10) return "some";
  const double unit = std::pow(10, std::floor(std::log10(events)));
  return "more than " + WholeNumber(std::floor(events / unit) * unit);
}

// Ends with what the source says of the series, or with what to check where it says nothing.
std::string NoDataWords(const ObjectiveBlock* newest, const PairedCounts& step) {
  const bool canary = !(step.canary.total > 0);
  const bool baseline = !(step.baseline.total > 0);
  std::string words = "no events";
  if (canary && baseline) {
    words += " of the canary or the baseline";
  } else if (canary) {
    words += " of the canary; the baseline has " + MoreThan(step.baseline.total);
  } else if (baseline) {
    words += " of the baseline; the canary has " + MoreThan(step.canary.total);
  }
  if (newest == nullptr) return words + " yet";
  if (!newest->words.empty()) return words + ": " + newest->words;
  if (newest->problem == CountProblem::kNoSeries) return words;
  return words + ": there are series, so check that the route sends requests";
}

std::string ShapesWords(const FrozenObjective& objective, const ObjectiveBlock& newest) {
  if (newest.problem == CountProblem::kShapesDiffer) return newest.words;
  const std::string due = WholeNumber(std::ceil(BadEventsDue(objective)));
  return "at the baseline's rate the canary should have had " + due +
         " bad events by now, and has none: " +
         (newest.words.empty() ? "it may count them elsewhere" : newest.words) +
         ". Check whether the release has renamed a label, a value or a metric. If it has fixed "
         "these errors, promote it by hand";
}

}  // namespace

std::string DifferenceWords(const PairedCounts& counts) { return Compare(counts, Events::kSaid); }

std::string RatesWords(const PairedCounts& counts) { return Compare(counts, Events::kUnsaid); }

std::string FalseAlarmWords(double alpha) {
  return "the chance of a false alarm is at most " + InTwoDigits(100 * alpha) + " %";
}

std::optional<Duration> TimeLeft(int tenths, Duration elapsed) {
  constexpr int kAll = 10;
  if (tenths <= 0 || tenths >= kAll || elapsed <= Duration(0)) return std::nullopt;
  return Duration(elapsed.count() / tenths * (kAll - tenths));
}

double BadEventsDue(const FrozenObjective& objective) {
  return std::max(kDueEvents, kDueBursts * objective.parameters.dispersion.phi_max);
}

std::string ObstacleWords(Reason reason, const FrozenObjective& objective,
                          const ObjectiveBlock* newest, const PairedCounts& step) {
  if (reason == Reason::kNoData) return NoDataWords(newest, step);
  const std::string word(ToString(reason));
  if (newest == nullptr) return word;
  if (reason == Reason::kShapesDiffer) return ShapesWords(objective, *newest);
  if (reason == Reason::kTracksOverlap || reason == Reason::kUncertainCounts) {
    return newest->words.empty() ? word : newest->words;
  }
  if (reason != Reason::kInconsistentCounts) return word;
  const std::string problem(ToString(newest->problem));
  return newest->words.empty() ? word + " (" + problem + ")" : problem + ": " + newest->words;
}

}  // namespace slogate::core
