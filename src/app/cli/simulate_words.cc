#include <algorithm>
#include <cstdio>

#include "app/cli/simulate_report.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

std::string WhatIsWrong(const simulation::Fault& fault) {
  std::string text = "The canary";
  if (fault.factor > 1) text += " errs " + Number(fault.factor) + " times as often";
  if (fault.factor > 1 && fault.drop > 0) text += " and";
  if (fault.drop > 0) text += " has scores lower by " + Number(fault.drop);
  if (fault.cohort_share > 0) {
    text += " in one cohort, of about " + Number(100 * fault.cohort_share) + " % of the requests,";
  }
  return text;
}

}  // namespace

std::string FaultText(const simulation::Scenario& scenario) {
  if (!simulation::HasFault(scenario)) {
    return "The canary has no fault: every rollback is a false one.";
  }
  std::string text = WhatIsWrong(*scenario.fault);
  if (scenario.fault->from > core::Duration{0}) {
    text += " from " + spec::ToText(scenario.fault->from) + " on";
  }
  if (scenario.fault->from_weight_percent > 0) {
    text += " from weight " + std::to_string(scenario.fault->from_weight_percent) + " % on";
  }
  return text + (simulation::IsPastMargin(scenario)
                     ? ": a rollback is right, a promotion false."
                     : ": within the margin, so that a promotion is right too.");
}

std::string ShareText(const simulation::Proportion& share, Style style) {
  if (share.of == 0) return "-";
  const double percent = 100 * share.share;
  const double error = 100 * std::max(share.high - share.share, share.share - share.low);
  const int decimals = error >= 9.95 ? 0 : error >= .0995 || percent >= 9.995 ? 1 : 2;
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f%s%.*f", decimals, percent, style.unicode ? "±" : "+-",
                decimals, error);
  return text;
}

}  // namespace slogate::app
