#include "app/cli/slo_check.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <thread>

#include "app/cli/check_report.h"

namespace slogate::app {
namespace {

using Task = std::function<void()>;

// On this thread and at most `jobs` - 1 more. Throws what a task threw, once all have ended.
void RunAll(const std::vector<Task>& tasks, std::size_t jobs) {
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> thrown(tasks.size());
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      try {
        tasks[i]();
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    const std::size_t wanted = std::min(std::max<std::size_t>(jobs, 1), tasks.size());
    for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(work);
    work();
  }
  for (const std::exception_ptr& one : thrown) {
    if (one) std::rethrow_exception(one);
  }
}

// Files may hold SLOs of one name; the place tells them apart.
std::string KeyOf(const SloToCheck& asked, std::size_t place, const std::string& objective) {
  return std::to_string(place) + "/" + asked.slo.name + "/" + objective;
}

void AddTasks(CheckedSlo& checked, std::size_t place, const SloCheckTerms& terms,
              ports::BudgetSource& budgets, std::vector<Task>& tasks) {
  const core::ServiceLevelObjective& slo = checked.asked.slo;
  checked.readings.resize(slo.objectives.size());
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    std::optional<core::BudgetPlan> plan = core::PlanBudget(slo, slo.objectives[i], terms.at);
    if (!plan) continue;
    const std::string key =
        terms.remember ? KeyOf(checked.asked, place, slo.objectives[i].name) : std::string();
    tasks.push_back([&checked, &budgets, i, key, asks = std::move(*plan)] {
      checked.readings[i] = budgets.ReadBudget(key, checked.asked.connection, asks);
    });
  }
}

// Whether Prometheus is well and refuses a question of this SLO, which asking again does not mend.
bool Refused(const CheckedSlo& slo) {
  return std::any_of(slo.standing.objectives.begin(), slo.standing.objectives.end(),
                     [](const core::ObjectiveStanding& standing) {
                       return standing.source == core::SourceProblem::kBadQuery &&
                              standing.mode == core::Mode::kEnforce;
                     });
}

}  // namespace

SloCheck LookAtBudgets(const std::vector<SloToCheck>& slos,
                       const std::vector<PolicyToCheck>& policies, const SloCheckTerms& terms,
                       ports::BudgetSource& budgets, ports::MetricsSource* metrics) {
  SloCheck check{terms.at, terms.priority, terms.strict, {}, {}};
  for (const SloToCheck& asked : slos) check.slos.push_back({asked, {}, {}});
  for (const PolicyToCheck& asked : policies) check.policies.push_back({asked, {}, {}});
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < check.slos.size(); ++i) {
    AddTasks(check.slos[i], i, terms, budgets, tasks);
  }
  for (CheckedPolicy& policy : check.policies) {
    policy.asked.request.at = terms.at;
    tasks.push_back([&policy, &budgets, metrics] {
      policy.result = JudgeLookback(policy.asked.request, *metrics);
      policy.budgets = CheckBudgets(policy.asked.request, budgets);
    });
  }
  RunAll(tasks, terms.jobs);
  for (CheckedSlo& slo : check.slos) {
    slo.standing = core::JudgeSlo(slo.asked.slo, slo.readings, terms.priority, terms.at);
  }
  return check;
}

ExitCode Verdict(const CheckedSlo& slo, bool strict) {
  bool blocked = slo.standing.action == core::GateAction::kBlock;
  bool no_data = false;
  for (const CheckNotice& notice : NoticesOf(slo)) {
    if (notice.kind == NoticeKind::kBlocked) blocked = true;
    if (notice.kind == NoticeKind::kWarned && strict) blocked = true;
    if (notice.kind == NoticeKind::kNoData) no_data = true;
  }
  if (blocked) return ExitCode::kFail;
  if (slo.standing.source_failed) return Refused(slo) ? ExitCode::kUsage : ExitCode::kSource;
  return no_data ? ExitCode::kInconclusive : ExitCode::kPass;
}

ExitCode Verdict(const SloCheck& check) {
  std::vector<ExitCode> codes;
  for (const CheckedSlo& slo : check.slos) codes.push_back(Verdict(slo, check.strict));
  for (const CheckedPolicy& policy : check.policies) codes.push_back(Verdict(policy.result));
  for (const ExitCode code :
       {ExitCode::kFail, ExitCode::kUsage, ExitCode::kSource, ExitCode::kInconclusive}) {
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return code;
  }
  return ExitCode::kPass;
}

}  // namespace slogate::app
