#include <utility>

#include "rules/groups.h"
#include "rules/rule_yaml.h"
#include "rules/sli_events.h"

namespace slogate::rules {
namespace {

void AddGroups(const Subject& subject, std::vector<RuleGroup>& groups) {
  const bool counted = IsCounted(subject);
  if (counted) groups.push_back(BudgetRecordings(subject));
  groups.push_back(SliRecordings(subject));
  groups.push_back(MetaRecordings(subject));
  std::vector<RuleGroup> cohorts = CohortRecordings(subject);
  if (subject.objective.cohorts && cohorts.empty()) {
    groups.back().remarks.push_back(
        "Cohorts are left out: only counters of the objective itself tell them apart.");
  }
  for (RuleGroup& cohort : cohorts) groups.push_back(std::move(cohort));
  RuleGroup alerts = AlertRules(subject);
  if (!alerts.rules.empty()) {
    groups.push_back(std::move(alerts));
    return;
  }
  for (std::string& remark : alerts.remarks) groups.back().remarks.push_back(std::move(remark));
}

}  // namespace

std::vector<RuleGroup> RulesOf(const core::ServiceLevelObjective& slo) {
  std::vector<RuleGroup> groups;
  for (const core::SloObjective& objective : slo.objectives) {
    AddGroups(SubjectOf(slo, objective), groups);
  }
  return groups;
}

}  // namespace slogate::rules
