#include <algorithm>
#include <cmath>
#include <variant>

#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/verdict_words.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

std::string BurnTimes(double burn) {
  return burn >= 100 ? std::to_string(static_cast<long>(burn)) : Significant(burn, 2);
}

std::string Left(const core::BudgetStatus& status) {
  const int percent = status.remaining_percent;
  const std::string outage = OutageText(percent / 100.0, status.outage_time);
  const std::string time = outage.empty() ? "" : " (full outage: " + outage + ")";
  if (percent >= 0) return std::to_string(percent) + " % left" + time;
  return std::string("overspent by ") + (status.at_least ? "at least " : "") +
         std::to_string(-percent) + " %" + time;
}

using AaTest = core::Calibration::AaTest;

constexpr double kBursts = 1.5;  // less is what the margins of safety alone cost
constexpr double kNoSpread = 0.005;
constexpr int kPodsToSplit = 4;

std::string TimesText(double factor) { return Fixed(factor, factor < 9.95 ? 1 : 0); }

std::string Arrivals(const core::FrozenObjective& objective, Detail detail) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  if (dispersion.given) {
    if (detail == Detail::kNotable) return "";
    return "the policy gives the dispersion: evidence slowed " + TimesText(Slowdown(dispersion)) +
           " times";
  }
  if (!dispersion.measured) {
    return "too little history to tell how requests arrive: dispersion is taken to be 2, which "
           "slow bursts exceed";
  }
  const core::Batches& batches = objective.parameters.batches;
  if (batches.longest > 0 && objective.parameters.scores) {
    return "events come in batches, which are compared one by one; their bad rates differ by " +
           std::to_string(std::lround(100 * batches.spread)) +
           " %; more batches an hour would help, not more events in each";
  }
  const double slowdown = Slowdown(dispersion);
  if (dispersion.capped) {
    return "requests arrive in larger bursts than are allowed for: evidence slowed " +
           TimesText(slowdown) +
           " times, the most; the baseline against itself stayed quiet with that";
  }
  if (slowdown >= kBursts) {
    const bool by_pods = objective.calibration.baseline_pods >= kPodsToSplit;
    return "requests arrive in bursts: evidence slowed " + TimesText(slowdown) + " times; " +
           (by_pods ? "more canary pods would help" : "longer steps would help");
  }
  if (detail == Detail::kNotable) return "";
  return "requests appear independent of each other: evidence slowed " + TimesText(slowdown) +
         " times";
}

std::string Limit(const core::FrozenObjective& objective, const core::ObjectiveVerdict& verdict) {
  if (!(objective.parameters.limit > 0)) return "";
  return "limit: at most " + ShortNumber(100 * objective.parameters.limit) +
         " % bad whatever the baseline does; " + std::to_string(10 * verdict.limit_tenths) +
         " % of the way to breaking it";
}

std::string Pods(const core::FrozenObjective& objective) {
  const core::Calibration& calibration = objective.calibration;
  if (calibration.pod_spread < kNoSpread) return "";
  return "pods differ by " + std::to_string(std::lround(100 * calibration.pod_spread)) +
         " %: with " + Several(static_cast<std::size_t>(calibration.canary_pods), "canary pod") +
         " against " + std::to_string(calibration.baseline_pods) + " the margin is " +
         TimesText(objective.parameters.r0) + "; more canary pods would narrow it";
}

std::string AaTested(const core::FrozenObjective& objective, Detail detail) {
  if (objective.calibration.aa_test == AaTest::kFired) {
    return "A/A test: this gate would have fired on the baseline against itself; do not trust "
           "it when it says worse";
  }
  if (detail == Detail::kNotable) return "";
  return objective.calibration.aa_test == AaTest::kQuiet
             ? "A/A test: quiet, this gate would not have fired on the baseline against itself"
             : "A/A test: not done, there is too little history";
}

// Squares are counted, and not relied upon.
bool WithoutSquares(const core::FrozenObjective& objective) {
  const auto* score = std::get_if<core::ScoreIndicator>(&objective.indicator);
  const bool counted = (score != nullptr && score->squares) ||
                       std::holds_alternative<core::ScoreHistogramIndicator>(objective.indicator);
  return counted && !objective.parameters.squares;
}

// Evidence e comes up by chance at most once in e times, however often one looks (Ville's
// inequality); at `tenths` of the way it is 1 / alpha^(tenths / 10). In percent, rounded up.
struct ChanceText {
  std::string chance;
  std::string confidence;

  ChanceText(int tenths, double alpha) {
    const double percent = 100 * std::pow(alpha, tenths / 10.0);
    constexpr double kMostDecimals = 4;  // a stored alpha may be any number
    const double needed = percent < 1 ? std::ceil(-std::log10(percent)) : 0;
    const int decimals = static_cast<int>(std::min(needed, kMostDecimals));
    const double unit = std::pow(10, -decimals);
    const double up = std::max(1.0, std::ceil(percent / unit - 1e-9)) * unit;
    chance = Fixed(up, decimals) + " %";
    confidence = Fixed(100 - up, decimals) + " %";
  }
};

constexpr int kTenthsToPoint = 5;
constexpr std::size_t kMaxNamed = 5;
constexpr std::size_t kMaxUnseenNamed = 12;

using Cohorts = std::vector<core::CohortVerdict>;

std::vector<const core::CohortVerdict*> Those(const Cohorts& cohorts, CohortSign summary) {
  std::vector<const core::CohortVerdict*> those;
  for (const core::CohortVerdict& cohort : cohorts) {
    if (CohortSignOf(cohort) == summary) those.push_back(&cohort);
  }
  std::ranges::stable_sort(
      those, [](const auto* a, const auto* b) { return a->rollback_tenths > b->rollback_tenths; });
  return those;
}

void NameCohorts(const char* what, const std::vector<const core::CohortVerdict*>& those,
                 std::vector<std::string>& sentences) {
  for (std::size_t i = 0; i < std::min(those.size(), kMaxNamed); ++i) {
    const core::PairedCounts& counts = those[i]->counts;
    sentences.push_back(what + Printable(those[i]->value) + ": canary " + BadText(counts.canary) +
                        " bad, baseline " + BadText(counts.baseline) + " bad");
  }
  if (those.size() > kMaxNamed) {
    sentences.push_back(what + std::to_string(those.size() - kMaxNamed) + " more");
  }
}

std::string Unseen(const std::vector<const core::CohortVerdict*>& those, double min_events) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(those.size(), kMaxUnseenNamed); ++i) {
    names.push_back(Printable(those[i]->value));
  }
  const std::string more = those.size() > kMaxUnseenNamed
                               ? " and " + std::to_string(those.size() - kMaxUnseenNamed) + " more"
                               : "";
  return "unseen, with fewer than " + CountText(min_events) +
         " canary events each: " + Joined(names) + more;
}

std::string Mean(const core::Counts& counts) {
  return counts.total > 0 ? Fixed(1 - counts.bad / counts.total, 4) : "-";
}

}  // namespace

std::string CountText(double events) {
  const bool whole = std::abs(events) >= 100 || std::abs(events - std::round(events)) < 0.05;
  return Fixed(events, whole ? 0 : 1);
}

std::string RateText(const core::Counts& counts) {
  return counts.total > 0 ? Fixed(100 * counts.bad / counts.total, 4) + " %" : "-";
}

std::string BadText(const core::Counts& counts) {
  return RateText(counts) + " of " + CountText(counts.total);
}

std::string OutageText(double remaining, core::Duration outage_time) {
  if (outage_time <= core::Duration(0)) return "";
  const core::Duration unit = outage_time < std::chrono::minutes(1)
                                  ? core::Duration(1)
                                  : core::Duration(std::chrono::seconds(1));
  const auto text = [&](double share) {
    const auto units = std::llround(share * static_cast<double>(outage_time / unit));
    return spec::ToText(units * unit);
  };
  return remaining < 0 ? text(-remaining) + " more than " + text(1) + " spent"
                       : text(remaining) + " of " + text(1) + " left";
}

std::string BudgetText(const core::BudgetStatus& status) {
  std::string text = status.known ? Left(status) : "not known";
  if (!status.known && !status.message.empty()) text += ": " + Printable(status.message);
  if (status.provisional) text += " (of a young series)";
  if (status.burning) {
    text += ", burns too fast: " + BurnTimes(status.burn) + "x";
  } else if (status.burn > 1) {
    text += ", burns " + BurnTimes(status.burn) + "x";
  }
  if (status.exhausted_in.count() > 0) {
    text += ", exhausted in " + spec::ToText(status.exhausted_in);
  }
  if (status.spent_percent > 0) {
    text += "; the canary spent " + std::to_string(status.spent_percent) + " %";
  }
  return text;
}

Tone ToneOf(const core::BudgetStatus& status) {
  if (status.known && status.exhausted && !status.provisional) return Tone::kBad;
  return status.burning || !status.known ? Tone::kWarn : Tone::kPlain;
}

std::string LeftOutText(const core::Calibration& calibration) {
  if (calibration.incidents <= 0) return "";
  const std::string which = calibration.incidents == 1 ? "an incident from "
                                                       : std::to_string(calibration.incidents) +
                                                             " incidents, the first from ";
  const std::string from = spec::ToSecondsText(calibration.left_out_from);
  return "left out " + RoughTime(calibration.left_out) + " of " + which + from +
         ": dispersion is measured on the rest of the history";
}

std::string OriginOf(const core::Dispersion& dispersion) {
  if (dispersion.given) return "given";
  if (!dispersion.measured) return "assumed";
  return dispersion.capped ? "capped" : "measured";
}

std::vector<std::string> CalibrationSentences(const core::FrozenObjective& objective,
                                              Detail detail) {
  std::vector<std::string> sentences = {Arrivals(objective, detail),
                                        LeftOutText(objective.calibration), Pods(objective)};
  if (WithoutSquares(objective)) {
    sentences.push_back(
        "squared scores are not relied upon, for the A/A test was not quiet with them");
  }
  if (objective.calibration.tightened) {
    sentences.push_back(
        "the margin is smaller than usual, since little was left of the error budget");
  }
  sentences.push_back(AaTested(objective, detail));
  std::erase(sentences, "");
  return sentences;
}

CohortSign CohortSignOf(const core::CohortVerdict& cohort) {
  if (cohort.verdict == core::Verdict::kFail) return CohortSign::kWorse;
  if (cohort.rollback_tenths >= kTenthsToPoint) return CohortSign::kPointsToWorse;
  return cohort.unseen ? CohortSign::kUnseen : CohortSign::kNoSign;
}

std::vector<std::string> CohortSentences(const core::FrozenObjective& objective,
                                         const Cohorts& cohorts) {
  if (objective.cohort_label.empty()) return {};
  const std::string head = "cohorts by " + Printable(objective.cohort_label) + ": ";
  if (objective.cohorts.empty()) {
    return {head + "none had events before the rollout, so none is judged"};
  }
  if (cohorts.empty()) return {head + "nothing is counted yet"};
  const auto worse = Those(cohorts, CohortSign::kWorse);
  const auto pointing = Those(cohorts, CohortSign::kPointsToWorse);
  const auto unseen = Those(cohorts, CohortSign::kUnseen);
  const std::size_t quiet = cohorts.size() - worse.size() - pointing.size() - unseen.size();
  std::vector<std::string> sentences = {head + "nothing points to worse in " +
                                        std::to_string(quiet) + " of " +
                                        std::to_string(cohorts.size())};
  NameCohorts("worse in ", worse, sentences);
  NameCohorts("points to worse in ", pointing, sentences);
  if (!unseen.empty()) sentences.push_back(Unseen(unseen, objective.cohort_min_events));
  if (objective.cohorts_left_out > 0) {
    sentences.push_back("left out, beyond the " + std::to_string(objective.cohorts.size()) +
                        " largest: " + std::to_string(objective.cohorts_left_out));
  }
  return sentences;
}

std::string WorseText(int tenths, double alpha) {
  const ChanceText worse(tenths, alpha);
  return "worse " + worse.confidence +
         (tenths > 0 ? " (chance of a false alarm at most " + worse.chance + ")" : "");
}

std::string ConfidenceText(const core::ObjectiveVerdict& verdict, double alpha,
                           double promotion_alpha) {
  return WorseText(verdict.rollback_tenths, alpha) + ", not worse " +
         ChanceText(verdict.promotion_tenths, promotion_alpha).confidence;
}

std::string DifferenceText(const core::ObjectiveVerdict& verdict) {
  const core::PairedCounts& counts = verdict.counts;
  if (!(counts.canary.total > 0) || !(counts.baseline.total > 0)) return "";
  return core::RatesWords(counts);
}

std::string OutlookText(const core::ObjectiveVerdict& verdict, core::Duration counted_for) {
  using core::Reason;
  if (verdict.verdict != core::Verdict::kInconclusive) return "";
  if (verdict.reason == Reason::kPointsToWorse) {
    const auto left = core::TimeLeft(verdict.rollback_tenths, counted_for);
    return left ? "at this rate rolled back in about " + ShortAge(*left) : "";
  }
  if (verdict.reason != Reason::kNotYetProven && verdict.reason != Reason::kWaitingForEvents) {
    return "";
  }
  const auto left = core::TimeLeft(verdict.promotion_tenths, counted_for);
  if (left) return "at this rate proven not worse in about " + ShortAge(*left);
  return verdict.promotion_tenths > 0 ? "" : "more events decide; see gate plan for how many";
}

std::vector<TextSpan> EvidenceSentences(const core::FrozenObjective& objective,
                                        const core::ObjectiveVerdict& verdict, Detail detail) {
  std::vector<TextSpan> sentences;
  const core::PairedCounts& counts = verdict.counts;
  if (core::IsScore(objective.indicator) && counts.canary.total + counts.baseline.total > 0) {
    sentences.push_back(
        {"mean score " + Mean(counts.canary) + ", baseline " + Mean(counts.baseline)});
  }
  if (verdict.shift_shown) {
    const bool enforced = objective.shift == core::Shift::kEnforce;
    sentences.push_back({std::string("slower at other latencies than the threshold") +
                             (enforced ? "" : "; reported only, for shift: Enforce is not set"),
                         Tone::kWarn});
  }
  if (const std::string limit = Limit(objective, verdict); !limit.empty()) {
    sentences.push_back(
        {limit, verdict.limit_tenths >= kTenthsToPoint ? Tone::kWarn : Tone::kPlain});
  }
  for (std::string& sentence : CohortSentences(objective, verdict.cohorts)) {
    const Tone tone = sentence.starts_with("worse in") ? Tone::kBad : Tone::kPlain;
    sentences.push_back({std::move(sentence), tone});
  }
  for (std::string& sentence : CalibrationSentences(objective, detail)) {
    sentences.push_back({std::move(sentence), Tone::kDim});
  }
  return sentences;
}

}  // namespace slogate::app
