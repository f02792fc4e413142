#include "app/cli/check/slo_check.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

#include "app/cli/check/slo_check_report.h"
#include "app/cli/terminal/span.h"

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

void AddTasks(CheckedSlo& checked, std::size_t place, const SloCheckTerms& terms,
              ports::BudgetSource& budgets, std::vector<Task>& tasks) {
  const core::ServiceLevelObjective& slo = checked.requested.slo;
  checked.readings.resize(slo.objectives.size());
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    std::optional<core::BudgetPlan> plan = core::PlanBudget(slo, slo.objectives[i], terms.at);
    if (!plan) continue;
    // Files may hold SLOs of one name; the place tells them apart.
    const std::string key =
        terms.remember ? std::to_string(place) + "/" + slo.name + "/" + slo.objectives[i].name : "";
    tasks.push_back([&checked, &budgets, i, key, asks = std::move(*plan)] {
      checked.readings[i] = budgets.ReadBudget(key, checked.requested.connection, asks);
    });
  }
}

// Whether Prometheus is well and refuses a question of this SLO, which asking again does not fix.
bool Refused(const CheckedSlo& slo) {
  return std::any_of(slo.summary.objectives.begin(), slo.summary.objectives.end(),
                     [](const core::ObjectiveSummary& summary) {
                       return summary.source == core::SourceProblem::kBadQuery &&
                              summary.mode == core::Mode::kEnforce;
                     });
}

// `report_only`: what is missing of advice is not missed.
void AddFindings(const std::vector<core::GateFinding>& findings, bool report_only,
                 CheckNotice where, std::vector<CheckNotice>& notices) {
  for (const core::GateFinding& finding : findings) {
    if (finding.action == core::GateAction::kAllow || (report_only && finding.no_data)) continue;
    where.kind = finding.action == core::GateAction::kBlock ? NoticeKind::kBlocked
                 : finding.no_data                          ? NoticeKind::kNoData
                                                            : NoticeKind::kWarned;
    where.cohort = Printable(finding.cohort);
    where.message = Printable(finding.message);
    notices.push_back(where);
  }
}

void AddPolicy(const CheckedPolicy& policy, std::vector<CheckNotice>& notices) {
  const PolicyToCheck& requested = policy.requested;
  const LookbackResult& result = policy.result;
  const auto add = [&](NoticeKind kind, const std::string& objective, const std::string& message) {
    notices.push_back({kind, Printable(requested.file), requested.line, Printable(requested.name),
                       Printable(objective), "", Printable(message)});
  };
  if (result.source != core::SourceProblem::kNone) {
    add(NoticeKind::kSourceFailed, "", SourceSentence(result.source, result.message));
  }
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    const core::ObjectiveVerdict& verdict = result.verdicts[i];
    if (verdict.verdict == core::Verdict::kPass) continue;
    if (result.objectives[i].mode == core::Mode::kReport) continue;
    const bool failed = verdict.verdict == core::Verdict::kFail;
    add(failed ? NoticeKind::kBlocked : NoticeKind::kNoData, verdict.objective,
        std::string(failed ? "the canary is worse than the baseline"
                           : "the canary is not proven not worse") +
            (verdict.message.empty() ? "" : ": " + verdict.message));
  }
}

}  // namespace

SloCheck AssessBudgets(const std::vector<SloToCheck>& slos,
                       const std::vector<PolicyToCheck>& policies, const SloCheckTerms& terms,
                       ports::BudgetSource& budgets, ports::MetricsSource* metrics) {
  SloCheck check{terms.at, terms.priority, terms.strict, {}, {}};
  for (const SloToCheck& requested : slos) check.slos.push_back({requested, {}, {}});
  for (const PolicyToCheck& requested : policies) {
    check.policies.push_back({requested, {}, {}, {}});
    check.policies.back().requested.request.at = terms.at;
  }
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < check.slos.size(); ++i) {
    AddTasks(check.slos[i], i, terms, budgets, tasks);
  }
  for (CheckedPolicy& policy : check.policies) {
    tasks.push_back([&policy, &budgets, metrics] { Check(policy, *metrics, budgets); });
  }
  RunAll(tasks, terms.jobs);
  for (CheckedSlo& slo : check.slos) {
    slo.summary = core::JudgeSlo(slo.requested.slo, slo.readings, terms.priority, terms.at);
  }
  return check;
}

ExitCode Verdict(const CheckedSlo& slo, bool strict) {
  bool blocked = slo.summary.action == core::GateAction::kBlock;
  bool no_data = false;
  for (const CheckNotice& notice : NoticesOf(slo)) {
    if (notice.kind == NoticeKind::kBlocked) blocked = true;
    if (notice.kind == NoticeKind::kWarned && strict) blocked = true;
    if (notice.kind == NoticeKind::kNoData) no_data = true;
  }
  if (blocked) return ExitCode::kFail;
  if (slo.summary.source_failed) return Refused(slo) ? ExitCode::kUsage : ExitCode::kSource;
  return no_data ? ExitCode::kInconclusive : ExitCode::kPass;
}

ExitCode Verdict(const SloCheck& check) {
  std::vector<ExitCode> codes;
  for (const CheckedSlo& slo : check.slos) codes.push_back(Verdict(slo, check.strict));
  for (const CheckedPolicy& policy : check.policies) codes.push_back(Verdict(policy));
  for (const ExitCode code :
       {ExitCode::kFail, ExitCode::kUsage, ExitCode::kSource, ExitCode::kInconclusive}) {
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return code;
  }
  return ExitCode::kPass;
}

std::vector<CheckNotice> NoticesOf(const CheckedSlo& slo) {
  std::vector<CheckNotice> notices;
  CheckNotice place;
  place.file = Printable(slo.requested.file);
  place.line = slo.requested.line;
  place.slo = Printable(slo.requested.slo.name);
  AddFindings(slo.summary.findings, false, place, notices);
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    const core::ObjectiveSummary& summary = slo.summary.objectives[i];
    CheckNotice where = place;
    where.objective = Printable(summary.objective);
    if (i < slo.requested.objective_lines.size()) where.line = slo.requested.objective_lines[i];
    const bool report_only = summary.mode == core::Mode::kReport;
    AddFindings(summary.findings, report_only, where, notices);
    if (summary.source == core::SourceProblem::kNone || report_only) continue;
    where.kind = NoticeKind::kSourceFailed;
    where.message = Printable(SourceSentence(summary.source, summary.source_message));
    notices.push_back(std::move(where));
  }
  return notices;
}

std::vector<CheckNotice> NoticesOf(const SloCheck& check) {
  std::vector<CheckNotice> notices;
  for (const CheckedSlo& slo : check.slos) {
    std::vector<CheckNotice> more = NoticesOf(slo);
    std::move(more.begin(), more.end(), std::back_inserter(notices));
  }
  for (const CheckedPolicy& policy : check.policies) AddPolicy(policy, notices);
  return notices;
}

std::string SubjectOf(const CheckNotice& notice) {
  std::string subject = notice.slo;
  if (!notice.objective.empty()) subject += "/" + notice.objective;
  if (!notice.cohort.empty()) subject += " (" + notice.cohort + ")";
  return subject;
}

}  // namespace slogate::app
