#include "app/cli/screen/cohort_words.h"

#include <algorithm>
#include <cstdio>

#include "app/cli/counts_report.h"
#include "app/cli/screen/span.h"

namespace slogate::app {
namespace {

constexpr int kTenthsToPoint = 5;
constexpr std::size_t kMostNamed = 5;
constexpr std::size_t kMostUnseenNamed = 12;

using Cohorts = std::vector<core::CohortVerdict>;

std::vector<const core::CohortVerdict*> Those(const Cohorts& cohorts, CohortSign standing) {
  std::vector<const core::CohortVerdict*> those;
  for (const core::CohortVerdict& cohort : cohorts) {
    if (StandingOf(cohort) == standing) those.push_back(&cohort);
  }
  std::stable_sort(those.begin(), those.end(), [](const auto* a, const auto* b) {
    return a->rollback_tenths > b->rollback_tenths;
  });
  return those;
}

std::string Arm(const char* name, const core::Counts& counts) {
  return std::string(name) + " " + RateText(counts) + " of " + CountText(counts.total) + " bad";
}

void Name(const char* what, const std::vector<const core::CohortVerdict*>& those,
          std::vector<std::string>& sentences) {
  for (std::size_t i = 0; i < std::min(those.size(), kMostNamed); ++i) {
    sentences.push_back(what + Printable(those[i]->value) + ": " +
                        Arm("canary", those[i]->counts.canary) + ", " +
                        Arm("baseline", those[i]->counts.baseline));
  }
  if (those.size() > kMostNamed) {
    sentences.push_back(what + std::to_string(those.size() - kMostNamed) + " more");
  }
}

std::string Unseen(const std::vector<const core::CohortVerdict*>& those, double least_events) {
  std::string names;
  for (std::size_t i = 0; i < std::min(those.size(), kMostUnseenNamed); ++i) {
    names += (i == 0 ? "" : ", ") + Printable(those[i]->value);
  }
  if (those.size() > kMostUnseenNamed) {
    names += " and " + std::to_string(those.size() - kMostUnseenNamed) + " more";
  }
  return "unseen, with fewer than " + CountText(least_events) + " canary events each: " + names;
}

std::string Mean(const core::Counts& counts) {
  if (counts.total <= 0) return "-";
  char text[40];
  std::snprintf(text, sizeof(text), "%.4f", 1 - counts.bad / counts.total);
  return text;
}

}  // namespace

CohortSign StandingOf(const core::CohortVerdict& cohort) {
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
  Name("worse in ", worse, sentences);
  Name("points to worse in ", pointing, sentences);
  if (!unseen.empty()) sentences.push_back(Unseen(unseen, objective.cohort_least_events));
  if (objective.cohorts_left_out > 0) {
    sentences.push_back("left out, beyond the " + std::to_string(objective.cohorts.size()) +
                        " largest: " + std::to_string(objective.cohorts_left_out));
  }
  return sentences;
}

std::string ScoreSentence(const core::FrozenObjective& objective,
                          const core::PairedCounts& counts) {
  if (!core::IsScore(objective.indicator) || counts.canary.total + counts.baseline.total <= 0) {
    return "";
  }
  return "mean score " + Mean(counts.canary) + ", baseline " + Mean(counts.baseline);
}

std::string ShiftSentence(const core::FrozenObjective& objective, bool shown) {
  if (!shown) return "";
  return objective.shift == core::Shift::kEnforce
             ? "shown slower at other latencies than the threshold"
             : "shown slower at other latencies than the threshold; reported only, for shift: "
               "Enforce is not set";
}

}  // namespace slogate::app
