// The groups that RulesOf is made of, each of one objective.
#pragma once

#include <vector>

#include "rules/rule_subject.h"
#include "rules/rule_yaml.h"

namespace slogate::rules {

RuleGroup SliRecordings(const Subject& subject);
RuleGroup MetaRecordings(const Subject& subject);

// Events of five minutes and of the period; for an objective whose events are known.
RuleGroup BudgetRecordings(const Subject& subject);

// Of an objective with cohorts; none where they cannot be reported apart.
std::vector<RuleGroup> CohortRecordings(const Subject& subject);

// Without rules when every alert is switched off or impossible.
RuleGroup AlertRules(const Subject& subject);

}  // namespace slogate::rules
