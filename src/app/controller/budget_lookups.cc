#include "app/controller/budget_lookups.h"

#include <cstddef>
#include <utility>

namespace slogate::app {
namespace {

std::string Prefix(const ports::Key& policy) { return policy.ToString() + "/"; }

// Whether a reading of the one answers the other, but for the time that has passed.
bool SameQuestion(const core::BudgetPlan& a, const core::BudgetPlan& b) {
  return a.indicator == b.indicator && a.service == b.service && a.objective == b.objective &&
         a.target == b.target && a.period == b.period && a.chunk == b.chunk &&
         a.windows == b.windows;
}

bool IsFresh(const core::BudgetPlan& kept, const core::BudgetPlan& plan, bool at_start) {
  const core::Duration longest = at_start ? plan.scrape_interval : core::BudgetCadence(plan);
  return kept.at <= plan.at && plan.at - kept.at < longest;
}

}  // namespace

std::vector<core::BudgetReading> BudgetReader::Read(const ports::Key& policy,
                                                    const std::vector<std::string>& names,
                                                    const ports::MetricsConnection& connection,
                                                    const std::vector<core::BudgetPlan>& plans,
                                                    bool at_start) {
  std::vector<core::BudgetReading> readings;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const core::BudgetPlan& plan = plans[i];
    const std::string key = Prefix(policy) + names[i];
    {
      const std::lock_guard lock(mutex_);
      const auto found = kept_.find(key);
      if (found != kept_.end() && SameQuestion(found->second.plan, plan) &&
          IsFresh(found->second.plan, plan, at_start)) {
        readings.push_back(found->second.reading);
        continue;
      }
    }
    core::BudgetReading reading = source_.ReadBudget(key, connection, plan);
    reading.trace.clear();
    readings.push_back(reading);
    const std::lock_guard lock(mutex_);
    kept_[key] = {plan, std::move(reading)};
  }
  return readings;
}

void BudgetReader::Forget(const ports::Key& policy) {
  const std::string prefix = Prefix(policy);
  source_.ForgetBudgets(prefix);
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

}  // namespace slogate::app
