#include "rules/groups.h"
#include "rules/number_text.h"
#include "rules/sli_events.h"
#include "spec/recorded_names.h"
#include "spec/sli_promql.h"

namespace slogate::rules {
namespace {

constexpr double kDay = 24.0 * 3600 * 1000;

std::string_view SpecOf(core::SloForm form) {
  switch (form) {
    case core::SloForm::kSlogate:
      return "slogate.dev/v1alpha1";
    case core::SloForm::kSloth:
      return "prometheus/v1";
    case core::SloForm::kOpenSlo:
      return "openslo/v1";
  }
  return "";
}

core::Labels InfoLabels(const Subject& subject) {
  return Merged(subject.labels, {{"sloth_mode", "slogate"},
                                 {"sloth_objective", NumberText(subject.objective.target * 100)},
                                 {"sloth_spec", std::string(SpecOf(subject.slo.form))},
                                 {"sloth_version", "slogate-" SLOGATE_VERSION}});
}

}  // namespace

RuleGroup MetaRecordings(const Subject& subject) {
  RuleGroup group{"sloth-slo-meta-recordings-" + subject.id, {}, {}, {}};
  const auto add = [&](std::string_view record, std::string expression) {
    group.rules.push_back({std::string(record), "", std::move(expression), subject.labels, {}});
  };
  const std::string budget = BudgetText(subject.objective.target);
  const std::string period = spec::PromqlDuration(subject.period);
  const auto recorded = [&](const std::string& name) { return name + subject.selector; };
  add(spec::kObjectiveRatio, "vector(" + NumberText(subject.objective.target) + ")");
  add(spec::kErrorBudgetRatio, "vector(1 - " + NumberText(subject.objective.target) + ")");
  add(spec::kPeriodDays,
      "vector(" + NumberText(static_cast<double>(subject.period.count()) / kDay) + ")");
  add(spec::kCurrentBurn,
      recorded(spec::RatioName(spec::PromqlDuration(spec::kTile))) + " / " + budget);
  add(spec::kPeriodBurn, recorded(spec::RatioName(period)) + " / " + budget);
  add(spec::kBudgetRemaining, "1 - " + recorded(std::string(spec::kPeriodBurn)));
  if (BoundedBy(subject.objective) != nullptr) {
    add(spec::kBestRemaining, "1 - " + recorded(spec::BestRatioName(period)) + " / " + budget);
  }
  if (IsCounted(subject)) {
    add(spec::kBudgetEvents, budget + " * " + Newest(spec::kPeriodTotal, subject.selector));
  }
  if (subject.objective.sla_target) {
    const double sla = *subject.objective.sla_target;
    add(spec::kSlaRatio, "vector(" + NumberText(sla) + ")");
    add(spec::kSlaRemaining, "1 - " + recorded(spec::RatioName(period)) + " / " + BudgetText(sla));
  }
  group.rules.push_back({std::string(spec::kSlothInfo), "", "vector(1)", InfoLabels(subject), {}});
  return group;
}

}  // namespace slogate::rules
