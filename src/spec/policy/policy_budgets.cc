#include "spec/policy/policy_budgets.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "promql/counted_series.h"
#include "promql/expression.h"
#include "promql/writer.h"
#include "slogate/core/tracks.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using Matchers = std::vector<core::LabelMatcher>;

std::vector<core::Selector> TotalOf(const core::Indicator& indicator) {
  if (const auto series = promql::CountedSeriesOf(indicator)) return {series->total};
  std::vector<core::Selector> selectors;
  const auto& free_text = std::get<core::PromqlIndicator>(indicator);
  for (promql::SelectorUse& use : promql::ReadExpression(free_text.total).uses) {
    selectors.push_back(std::move(use.selector));
  }
  return selectors;
}

void Narrow(core::Selector& selector, const Matchers& matchers) {
  for (const core::LabelMatcher& matcher : matchers) {
    if (std::ranges::find(selector.matchers, matcher) != selector.matchers.end()) continue;
    selector.matchers.push_back(matcher);
  }
}

// The indicator of all events that the matchers select.
struct Narrower {
  const Matchers& matchers;

  void operator()(core::CounterIndicator& counters) const {
    Narrow(counters.total, matchers);
    Narrow(counters.part, matchers);
  }
  void operator()(core::HistogramIndicator& latency) const { Narrow(latency.histogram, matchers); }
  void operator()(core::PromqlIndicator& free_text) const {
    constexpr std::string_view kKept = "{{.window}}";
    for (std::string* text : {&free_text.total, &free_text.part}) {
      *text = promql::OneLine(promql::Fill(*text, kKept, matchers));
    }
  }
  void operator()(core::ScoreIndicator& scores) const {
    Narrow(scores.total, matchers);
    Narrow(scores.sum, matchers);
    if (scores.squares) Narrow(*scores.squares, matchers);
  }
  void operator()(core::ScoreHistogramIndicator& scores) const {
    Narrow(scores.histogram, matchers);
  }
};

core::SloObjective Promised(const core::Objective& objective, const Matchers& either) {
  core::SloObjective promised;
  promised.name = objective.name;
  promised.dimension = objective.dimension;
  promised.mode = objective.mode;
  promised.target = objective.target;
  promised.alerting.rows = objective.burn_rows;
  core::Indicator indicator = objective.indicator;
  std::visit(Narrower{either}, indicator);
  promised.indicator = std::move(indicator);
  if (objective.cohorts) {
    promised.cohorts = core::SloCohorts{objective.cohorts->by, objective.cohorts->most, {}};
  }
  return promised;
}

// Whether its events can be told from those of other services, or the policy says that they can.
// An SLO's are its own matter.
bool CanHaveBudget(const core::Policy& policy, const core::Objective& objective,
                   const Matchers& either) {
  return policy.budget || !either.empty() || !objective.service.empty() ||
         std::ranges::all_of(TotalOf(objective.indicator), NamesAService);
}

// "7d", "month".
std::string WindowName(const core::BudgetWindow& window) {
  if (const auto* length = std::get_if<core::Duration>(&window)) return PromqlDuration(*length);
  std::string name(core::ToString(std::get<core::CalendarUnit>(window)));
  name.front() = static_cast<char>(name.front() - 'A' + 'a');
  return name;
}

}  // namespace

bool NamesAService(const core::Selector& selector) {
  return std::ranges::any_of(selector.matchers, [](const core::LabelMatcher& matcher) {
    return matcher.name != "le" && matcher.name.find("code") == std::string::npos &&
           matcher.name.find("status") == std::string::npos;
  });
}

std::vector<Mistake> WhyNoBudgets(const core::Policy& policy) {
  std::vector<Mistake> whys;
  const Matchers either = core::EitherTrack(policy.tracks);
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const core::Objective& objective = policy.objectives[i];
    if (!objective.has_budget || CanHaveBudget(policy, objective, either)) continue;
    Mistake& why = whys.emplace_back();
    why.field = "spec.objectives[" + std::to_string(i) + "].indicator";
    why.message =
        "has no error budget: without a label matcher of the service it would count the events of "
        "other services";
    why.fix =
        "give tracks.common, such as job=\"shop\", or a matcher in the indicator; or give budget: "
        "{} if every series is the service's, or budget: {enabled: false} to the objective";
  }
  return whys;
}

std::vector<core::ServiceLevelObjective> SlosOf(const core::Policy& policy, const std::string& name,
                                                const std::string& ns) {
  const Matchers either = core::EitherTrack(policy.tracks);
  std::vector<core::ServiceLevelObjective> slos;
  for (const core::Objective& objective : policy.objectives) {
    if (!objective.service.empty() || !objective.has_budget) continue;
    if (!CanHaveBudget(policy, objective, either)) continue;
    auto slo = std::ranges::find(slos, objective.window, &core::ServiceLevelObjective::window);
    if (slo == slos.end()) {
      slo = slos.emplace(slos.end());
      slo->name = slos.size() == 1 ? name : name + "-" + WindowName(objective.window);
      slo->ns = ns;
      slo->service = policy.workload.deployment;
      slo->window = objective.window;
      slo->prometheus = policy.prometheus;
    }
    slo->objectives.push_back(Promised(objective, either));
  }
  return slos;
}

}  // namespace slogate::spec
