#include "app/cli/check/slo_check_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/cli/terminal/number_text.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

std::string Fixed(double number, int decimals) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", decimals, number);
  return text;
}

std::size_t CountOf(const std::vector<CheckNotice>& notices, NoticeKind kind) {
  return static_cast<std::size_t>(
      std::count_if(notices.begin(), notices.end(),
                    [&](const CheckNotice& notice) { return notice.kind == kind; }));
}

std::string Several(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string_view FixOf(core::SourceProblem problem) {
  switch (problem) {
    case core::SourceProblem::kNone:
      return "";
    case core::SourceProblem::kUnreachable:
      return "see that it is up and can be reached from here, or name another with --prometheus";
    case core::SourceProblem::kTimeout:
      return "try again, record rules (gate rules), or raise spec.prometheus.timeout";
    case core::SourceProblem::kServerError:
      return "see its log, and try again";
    case core::SourceProblem::kBadQuery:
      return "see the query with --explain";
    case core::SourceProblem::kUnauthorized:
      return "";  // the message has it
    case core::SourceProblem::kNotPrometheus:
      return "see that the address is Prometheus' own, with its path prefix";
    case core::SourceProblem::kMalformed:
      return "see what stands between here and Prometheus";
    case core::SourceProblem::kTooLarge:
      return "record rules (gate rules), or narrow the selectors";
  }
  return "";
}

}  // namespace

std::string ShareText(double share) {
  if (!std::isfinite(share)) return "-";
  const double percent = 100 * share;
  return Fixed(percent == 0 ? 0 : percent, percent <= -1000 ? 0 : 1) + " %";
}

std::string TargetText(double target) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.8g %%", 100 * target);
  return text;
}

std::string BurnText(double burn) {
  if (!std::isfinite(burn)) return "-";
  return Fixed(burn, burn < 100 ? 2 : 0);
}

std::string WindowText(const core::BudgetWindow& window) {
  if (const auto* const length = std::get_if<core::Duration>(&window)) return spec::ToText(*length);
  std::string unit(ToString(std::get<core::CalendarUnit>(window)));
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "calendar " + unit;
}

std::string_view OriginText(core::BudgetOrigin origin) {
  switch (origin) {
    case core::BudgetOrigin::kCounters:
      return "raw counters";
    case core::BudgetOrigin::kSlogateRules:
      return "slogate's rules";
    case core::BudgetOrigin::kSlothRules:
      return "Sloth's rules";
    case core::BudgetOrigin::kPyrraRules:
      return "Pyrra's rules";
  }
  return "";
}

std::string ExhaustionText(const core::BudgetVerdict& verdict) {
  if (verdict.state == core::BudgetState::kExhausted) return "gone";
  return verdict.exhausted_in ? RoughTime(*verdict.exhausted_in) : "-";
}

const core::BurnReading* ShownBurn(const core::BudgetVerdict& verdict) {
  using std::chrono_literals::operator""h;
  const core::BurnReading* shown = nullptr;
  for (const core::BurnReading& burn : verdict.burns) {
    if (burn.window > 1h) break;
    shown = &burn;
  }
  return shown;
}

std::string ReasonOf(const core::ObjectiveSummary& summary) {
  if (!summary.verdicts.empty() && !summary.verdicts.front().reason.empty()) {
    return summary.verdicts.front().reason;
  }
  return "no data";
}

std::string SourceSentence(core::SourceProblem problem, const std::string& message) {
  const std::string fix(FixOf(problem));
  const std::string what = message.empty() ? "Prometheus gave no answer" : message;
  return fix.empty() ? what : what + "; " + fix;
}

std::string SourceSentence(const core::ObjectiveSummary& summary) {
  return SourceSentence(summary.source, summary.source_message);
}

Line RemainingBar(const core::BudgetVerdict& verdict, Style style) {
  constexpr int kCells = 10;
  const bool known = verdict.state != core::BudgetState::kUnknown;
  const double share = known ? std::clamp(verdict.remaining, 0.0, 1.0) : 0.0;
  // Anything left at all is seen, and what is not whole never checks whole.
  int filled = static_cast<int>(std::floor(share * kCells));
  if (share > 0) filled = std::max(filled, 1);
  std::string full;
  std::string empty;
  for (int i = 0; i < kCells; ++i) {
    if (i < filled) {
      full += style.unicode ? "█" : "#";
    } else {
      empty += known ? (style.unicode ? "·" : ".") : (style.unicode ? "·" : "?");
    }
  }
  return {{"[", Tone::kDim}, {full, ToneOf(verdict)}, {empty + "]", Tone::kDim}};
}

std::string_view SummaryWord(const core::BudgetVerdict& verdict) {
  const bool burns = std::any_of(verdict.rows.begin(), verdict.rows.end(), [](const auto& row) {
    return row.firing && row.row.severity == core::Severity::kPage;
  });
  return burns && verdict.state == core::BudgetState::kHealthy ? "Burning"
                                                               : ToString(verdict.state);
}

std::string LeftText(const core::BudgetVerdict& verdict) {
  if (verdict.state == core::BudgetState::kUnknown) return "-";
  const std::string left = ShareText(verdict.remaining);
  const bool bounds = verdict.remaining_at_best && *verdict.remaining_at_best != verdict.remaining;
  return bounds ? left + " to " + ShareText(*verdict.remaining_at_best) : left;
}

Tone ToneOf(const core::BudgetVerdict& verdict) {
  if (SummaryWord(verdict) == "Burning") return Tone::kWarn;
  switch (verdict.state) {
    case core::BudgetState::kUnknown:
      return Tone::kWarn;
    case core::BudgetState::kHealthy:
      return Tone::kGood;
    case core::BudgetState::kExhausted:
      return Tone::kBad;
  }
  return Tone::kPlain;
}

std::string_view WordOf(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return "Blocked";
    case NoticeKind::kWarned:
      return "Warn";
    case NoticeKind::kSourceFailed:
      return "Source failed";
    case NoticeKind::kNoData:
      return "No data";
  }
  return "";
}

std::string_view WordOf(const SloCheck& check) {
  const ExitCode code = Verdict(check);
  const bool warns = CountOf(NoticesOf(check), NoticeKind::kWarned) > 0;
  return code == ExitCode::kPass && warns ? "Warn" : WordOf(code);
}

std::string_view WordOf(ExitCode code) {
  switch (code) {
    case ExitCode::kPass:
      return "Pass";
    case ExitCode::kFail:
      return "Blocked";
    case ExitCode::kUsage:
      return "Error";
    case ExitCode::kSource:
      return "SourceUnavailable";
    case ExitCode::kInconclusive:
      return "NoData";
    case ExitCode::kNeedsPerson:
    case ExitCode::kInterrupted:
      break;  // neither ends a check that has a report
  }
  return "";
}

std::string Summary(const SloCheck& check) {
  const std::vector<CheckNotice> notices = NoticesOf(check);
  const std::size_t blocks = CountOf(notices, NoticeKind::kBlocked);
  const std::size_t warnings = CountOf(notices, NoticeKind::kWarned);
  const std::string_view word = WordOf(check);
  if (word == "Blocked") {
    const std::string why = blocks > 0 ? Several(blocks, "finding") + " against it"
                                       : Several(warnings, "warning") + ", and --fail-on warn";
    return "Blocked: a change of priority " + std::string(ToString(check.priority)) +
           " must not go out (" + why +
           "); fix what spends the budget, wait for it with --wait, or give a higher --priority "
           "to a change that cannot wait";
  }
  if (word == "Error") {
    return "No verdict: Prometheus refuses what is asked of it; fix the indicator, and see gate "
           "validate --prometheus";
  }
  if (word == "SourceUnavailable") {
    return "No verdict: " + Several(CountOf(notices, NoticeKind::kSourceFailed), "question") +
           " to Prometheus failed, so nothing is said for or against the change";
  }
  if (word == "NoData") {
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
