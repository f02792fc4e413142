#include "app/cli/check/slo_check.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <thread>

#include "app/cli/check/slo_check_periods.h"
#include "app/cli/status/rollout_view.h"
#include "spec/text/names.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

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
bool RefusesQuery(const CheckedSlo& slo) {
  return std::ranges::any_of(slo.summary.objectives, [](const core::ObjectiveSummary& summary) {
    return summary.source == core::SourceProblem::kBadQuery && summary.mode == core::Mode::kEnforce;
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

std::size_t CountOf(const std::vector<CheckNotice>& notices, NoticeKind kind) {
  return static_cast<std::size_t>(std::ranges::count_if(
      notices, [&](const CheckNotice& notice) { return notice.kind == kind; }));
}

const char* FixOf(core::SourceProblem problem) {
  switch (problem) {
    case core::SourceProblem::kUnreachable:
      return "; see that it is up and can be reached from here, or name another with --prometheus";
    case core::SourceProblem::kTimeout:
      return "; try again, record rules (gate rules), or raise spec.prometheus.timeout";
    case core::SourceProblem::kServerError:
      return "; see its log, and try again";
    case core::SourceProblem::kBadQuery:
      return "; see the query with --explain";
    case core::SourceProblem::kNotPrometheus:
      return "; see that the address is Prometheus' own, with its path prefix";
    case core::SourceProblem::kMalformed:
      return "; see what stands between here and Prometheus";
    case core::SourceProblem::kTooLarge:
      return "; record rules (gate rules), or narrow the selectors";
    case core::SourceProblem::kPartial:
      return "; see why the store that it names does not answer, and try again";
    case core::SourceProblem::kNone:
    case core::SourceProblem::kUnauthorized:
      break;  // the message has it
  }
  return "";
}

// A page fires although something is left.
bool Burns(const core::BudgetVerdict& verdict) {
  return verdict.state == core::BudgetState::kHealthy &&
         std::ranges::any_of(verdict.rows, [](const auto& row) {
           return row.firing && row.row.severity == core::Severity::kPage;
         });
}

Tone RowTone(const core::BudgetVerdict& verdict) {
  if (verdict.state == core::BudgetState::kExhausted) return Tone::kBad;
  const bool healthy = verdict.state == core::BudgetState::kHealthy && !Burns(verdict);
  return healthy ? Tone::kGood : Tone::kWarn;
}

std::string LeftText(const core::BudgetVerdict& verdict) {
  const std::string left = ShareText(verdict.remaining);
  const bool bounds = verdict.remaining_at_best && *verdict.remaining_at_best != verdict.remaining;
  return bounds ? left + " to " + ShareText(*verdict.remaining_at_best) : left;
}

std::string HourlyBurn(const core::BudgetVerdict& verdict) {
  std::string text = "-";
  for (const core::BurnReading& burn : verdict.burns) {
    if (burn.window > std::chrono::hours(1)) break;
    text = burn.burn ? BurnText(*burn.burn) : "-";
  }
  return text;
}

}  // namespace

SloCheck AssessBudgets(const std::vector<SloToCheck>& slos,
                       const std::vector<PolicyToCheck>& policies, const SloCheckTerms& terms,
                       ports::BudgetSource& budgets, ports::MetricsSource* metrics) {
  SloCheck check{terms.at, terms.priority, terms.strict, {}, {}};
  for (const SloToCheck& requested : slos) check.slos.push_back({requested, {}, {}, {}});
  for (const PolicyToCheck& requested : policies) {
    check.policies.push_back({requested, {}, {}, {}});
    check.policies.back().requested.request.at = terms.at;
  }
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < check.slos.size(); ++i) {
    AddTasks(check.slos[i], i, terms, budgets, tasks);
    AddPeriodTasks(check.slos[i], terms, budgets, tasks);
  }
  for (CheckedPolicy& policy : check.policies) {
    tasks.push_back([&policy, &budgets, metrics] { Check(policy, *metrics, budgets); });
  }
  RunAll(tasks, terms.jobs);
  for (CheckedSlo& slo : check.slos) {
    slo.summary = core::JudgeSlo(slo.requested.slo, slo.readings, terms.priority, terms.at);
    JudgePeriods(slo, terms.priority);
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
  if (slo.summary.source_failed) return RefusesQuery(slo) ? ExitCode::kUsage : ExitCode::kSource;
  return no_data ? ExitCode::kInconclusive : ExitCode::kPass;
}

ExitCode Verdict(const SloCheck& check) {
  std::vector<ExitCode> codes;
  for (const CheckedSlo& slo : check.slos) codes.push_back(Verdict(slo, check.strict));
  for (const CheckedPolicy& policy : check.policies) codes.push_back(Verdict(policy));
  for (const ExitCode code :
       {ExitCode::kFail, ExitCode::kUsage, ExitCode::kSource, ExitCode::kInconclusive}) {
    if (std::ranges::find(codes, code) != codes.end()) return code;
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

std::string ShareText(double share) {
  if (!std::isfinite(share)) return "-";
  const double percent = 100 * share;
  return Fixed(percent == 0 ? 0 : percent, percent <= -1000 ? 0 : 1) + " %";
}

std::string TargetText(double target) { return Significant(100 * target, 8) + " %"; }

std::string BurnText(double burn) {
  return std::isfinite(burn) ? Fixed(burn, burn < 100 ? 2 : 0) : "-";
}

std::string WindowText(const core::BudgetWindow& window) {
  if (const auto* const length = std::get_if<core::Duration>(&window)) return spec::ToText(*length);
  return "calendar " + spec::Lower(ToString(std::get<core::CalendarUnit>(window)));
}

std::string_view OriginText(core::BudgetOrigin origin) {
  return core::WordOf<core::BudgetOrigin::kPyrraRules>(
      origin, {"raw counters", "slogate's rules", "Sloth's rules", "Pyrra's rules"});
}

std::string ExhaustionText(const core::BudgetVerdict& verdict) {
  if (verdict.state == core::BudgetState::kExhausted) return "gone";
  return verdict.exhausted_in ? RoughTime(*verdict.exhausted_in) : "-";
}

std::string SourceSentence(core::SourceProblem problem, const std::string& message) {
  return (message.empty() ? "Prometheus gave no answer" : message) + FixOf(problem);
}

std::vector<BudgetRow> RowsOf(const CheckedSlo& slo, std::size_t objective) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[objective];
  std::vector<BudgetRow> rows;
  for (const core::BudgetVerdict& verdict : summary.verdicts) {
    BudgetRow row{summary, verdict, slo.requested.slo.name + "/" + summary.objective,
                  Burns(verdict) ? "Burning" : ToString(verdict.state), RowTone(verdict)};
    if (!verdict.cohort.empty()) row.subject += " (" + verdict.cohort + ")";
    row.known = verdict.state != core::BudgetState::kUnknown;
    row.left = row.known ? LeftText(verdict) : "-";
    const std::string outage =
        row.known ? OutageText(verdict.remaining, verdict.outage_time) : std::string();
    row.outage = outage.empty() ? "-" : outage;
    row.burn = HourlyBurn(verdict);
    row.exhausted_in = row.known ? ExhaustionText(verdict) : "-";
    rows.push_back(std::move(row));
  }
  return rows;
}

NoticeWords WordsOf(NoticeKind kind, bool strict) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return {"Blocked", "error", "slogate/blocked", "blocker", "failure"};
    case NoticeKind::kWarned:
      return {"Warn", strict ? "error" : "warning", "slogate/warned", "minor",
              strict ? "failure" : ""};
    case NoticeKind::kSourceFailed:
      return {"Source failed", "error", "slogate/source-failed", "critical", "error"};
    case NoticeKind::kNoData:
      return {"No data", "warning", "slogate/no-data", "major", "skipped"};
  }
  return {};
}

std::string_view WordOf(const SloCheck& check) {
  const ExitCode code = Verdict(check);
  const bool warns = CountOf(NoticesOf(check), NoticeKind::kWarned) > 0;
  return code == ExitCode::kPass && warns ? "Warn" : WordOf(code);
}

std::string_view WordOf(ExitCode code) {
  if (code == ExitCode::kPass) return "Pass";
  if (code == ExitCode::kFail) return "Blocked";
  if (code == ExitCode::kUsage) return "Error";
  return code == ExitCode::kSource ? "SourceUnavailable" : "NoData";
}

std::string Summary(const SloCheck& check) {
  const std::vector<CheckNotice> notices = NoticesOf(check);
  const std::size_t blocks = CountOf(notices, NoticeKind::kBlocked);
  const std::size_t warnings = CountOf(notices, NoticeKind::kWarned);
  const ExitCode code = Verdict(check);
  if (code == ExitCode::kFail) {
    const std::string why = blocks > 0 ? Several(blocks, "finding") + " against it"
                                       : Several(warnings, "warning") + ", and --fail-on warn";
    return "Blocked: a change of priority " + std::string(ToString(check.priority)) +
           " must not go out (" + why +
           "); fix what spends the budget, wait for it with --wait, or give a higher --priority "
           "to a change that cannot wait";
  }
  if (code == ExitCode::kUsage) {
    return "No verdict: Prometheus refuses what is asked of it; fix the indicator, and see gate "
           "validate --prometheus";
  }
  if (code == ExitCode::kSource) {
    return "No verdict: " + Several(CountOf(notices, NoticeKind::kSourceFailed), "question") +
           " to Prometheus failed, so nothing is said for or against the change";
  }
  if (code == ExitCode::kInconclusive) {
    return "No verdict: " + Several(CountOf(notices, NoticeKind::kNoData), "objective") +
           " without enough data; gate validate --prometheus says what is missing, "
           "--allow-no-data lets it pass";
  }
  if (warnings > 0) {
    return "Pass with " + Several(warnings, "warning") + ": the change may go out; check first";
  }
  return "Pass: the change may go out";
}

}  // namespace slogate::app
