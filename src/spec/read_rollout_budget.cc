#include <nlohmann/json.hpp>

#include "slogate/core/rollout_state.h"
#include "spec/percent.h"
#include "spec/slo_parts.h"

namespace slogate::spec {

core::RolloutBudget ReadRolloutBudget(ObjectReader& owner, std::string_view field) {
  core::RolloutBudget budget;
  if (!owner.Has(field)) return budget;
  ObjectReader reader = owner.Child(field);
  if (!reader.IsObject()) return budget;
  budget.on_exhausted =
      reader.Word<core::BudgetEffect>("onExhausted").value_or(budget.on_exhausted);
  budget.on_burning = reader.Word<core::BudgetEffect>("onBurning").value_or(budget.on_burning);
  if (reader.Has("mostSpent")) {
    budget.most_spent =
        ShareOf(reader.Number("mostSpent", 1, {.least = 0, .most = 100, .above_least = true}));
  }
  if (reader.Has("tighten")) {
    ObjectReader tighten = reader.Child("tighten");
    if (tighten.Require("below", "give the share of the budget left, in percent, such as 25")) {
      budget.tighten_below =
          ShareOf(tighten.Number("below", 1, {.least = 0, .most = 100, .above_least = true}));
    }
    if (tighten.Require("d", "give the margin d to judge with, such as 0.02")) {
      budget.tightened_d = tighten.Number("d", 0, {.least = 0, .most = 1});
    }
    tighten.RefuseOthers();
  }
  reader.RefuseOthers();
  return budget;
}

}  // namespace slogate::spec
