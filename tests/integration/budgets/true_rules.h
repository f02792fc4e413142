// What each rule of an objective has to give, from the events alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "integration/budgets/true_counts.h"
#include "rules/rule_yaml.h"
#include "slogate/core/budget.h"

namespace slogate::tests {

// Values by cohort; all events have the empty one.
using TrueValues = std::map<std::string, double>;

class TrueRules {
 public:
  TrueRules(const EventWorld& world, const core::ServiceLevelObjective& slo,
            const core::SloObjective& objective);

  // Of a recording rule, at a minute at which buckets end. Throws std::out_of_range for a name that
  // nothing is known of.
  TrueValues Of(const std::string& record, int minute) const;

  // Whether the alerts of a severity fire.
  bool Fires(core::Severity severity, int minute) const;
  bool CohortFires(int minute) const;

 private:
  struct Whom {
    TrueIndicator truth;
    double target = 0.99;
  };

  std::optional<double> One(const std::string& record, const Whom& whom, int minute) const;
  std::optional<double> Ratio(const std::string& window, const Whom& whom, int minute) const;
  std::optional<double> PeriodRatio(const Whom& whom, int minute) const;
  bool AnyRow(const Whom& whom, std::optional<core::Severity> severity, int minute) const;

  const core::ServiceLevelObjective& slo_;
  const core::SloObjective& objective_;
  Whom all_;
  Whom best_;  // of a composite that is only bounded; otherwise the same
  std::map<std::string, Whom> cohorts_;
  core::Duration period_{0};
  int period_minutes_ = 0;
};

}  // namespace slogate::tests
