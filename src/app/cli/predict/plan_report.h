// What `gate plan` prints.
#pragma once

#include <ostream>
#include <string>

#include "app/cli/frame/exit_code.h"
#include "app/cli/predict/plan_advice.h"
#include "app/cli/predict/plan_outlook.h"

namespace slogate::app {

struct PlanReport {
  std::string policy;    // its name
  std::string measured;  // over how long rates were read, such as "4h"; empty: they were given
  const PlanInput& input;
  const std::vector<StepOutlook>& outlooks;
  const PlanAdvice& advice;
};

// Inconclusive when some step seldom ends by itself.
ExitCode Verdict(const PlanReport& report);

// For people: at most 80 columns, no colours.
void PrintTable(const PlanReport& report, std::ostream& out);

// For programs: one JSON object. Fields are added, never renamed.
void PrintJson(const PlanReport& report, std::ostream& out);

}  // namespace slogate::app
