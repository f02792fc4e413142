#include <algorithm>
#include <cmath>

#include "app/cli/check/slo_check_report.h"
#include "app/cli/terminal/number_text.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

std::size_t CountOf(const std::vector<CheckNotice>& notices, NoticeKind kind) {
  return static_cast<std::size_t>(
      std::count_if(notices.begin(), notices.end(),
                    [&](const CheckNotice& notice) { return notice.kind == kind; }));
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
    case core::SourceProblem::kNone:
    case core::SourceProblem::kUnauthorized:
      break;  // the message has it
  }
  return "";
}

// A page fires although something is left.
bool Burns(const core::BudgetVerdict& verdict) {
  return verdict.state == core::BudgetState::kHealthy &&
         std::any_of(verdict.rows.begin(), verdict.rows.end(), [](const auto& row) {
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
  std::string unit(ToString(std::get<core::CalendarUnit>(window)));
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "calendar " + unit;
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
