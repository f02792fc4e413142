#include "rules/groups.h"
#include "rules/sli_events.h"
#include "spec/recorded_names.h"

namespace slogate::rules {

RuleGroup BudgetRecordings(const Subject& subject) {
  RuleGroup group{"slogate-slo-budget-recordings-" + subject.id, spec::kTile, {}, {}};
  for (const TileRule& tile : TileRules(subject)) {
    group.rules.push_back({std::string(tile.record), "", tile.expression, subject.labels, {}});
  }
  const auto add_period = [&](std::string_view record, std::string_view tile) {
    group.rules.push_back({std::string(record),
                           "",
                           "sum_over_time(" + std::string(tile) + subject.selector +
                               HalfOpenRange(subject.period) + ")",
                           subject.labels,
                           {}});
  };
  add_period(spec::kPeriodTotal, spec::kTotalTile);
  add_period(spec::kPeriodBad, spec::kBadTile);
  if (BoundedBy(subject.objective) != nullptr) add_period(spec::kBestPeriodBad, spec::kBestBadTile);
  return group;
}

}  // namespace slogate::rules
