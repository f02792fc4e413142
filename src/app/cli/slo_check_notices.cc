#include <algorithm>
#include <utility>

#include "app/cli/check_report.h"
#include "app/cli/screen/span.h"
#include "app/cli/slo_check.h"
#include "app/cli/slo_check_words.h"

namespace slogate::app {
namespace {

using core::GateAction;

NoticeKind KindOf(const core::GateFinding& finding) {
  if (finding.action == GateAction::kBlock) return NoticeKind::kBlocked;
  return finding.no_data ? NoticeKind::kNoData : NoticeKind::kWarned;
}

// `advised`: what is missing of advice is not missed.
void AddFindings(const std::vector<core::GateFinding>& findings, bool advised, CheckNotice where,
                 std::vector<CheckNotice>& notices) {
  for (const core::GateFinding& finding : findings) {
    if (finding.action == GateAction::kAllow || (advised && finding.no_data)) continue;
    where.kind = KindOf(finding);
    where.cohort = Printable(finding.cohort);
    where.message = Printable(finding.message);
    notices.push_back(where);
  }
}

CheckNotice PlaceOf(const CheckedPolicy& policy) {
  CheckNotice notice;
  notice.file = Printable(policy.asked.file);
  notice.line = policy.asked.line;
  notice.slo = Printable(policy.asked.name);
  return notice;
}

void AddPolicy(const CheckedPolicy& policy, std::vector<CheckNotice>& notices) {
  CheckNotice notice = PlaceOf(policy);
  const LookbackResult& result = policy.result;
  if (result.source != core::SourceProblem::kNone) {
    notice.kind = NoticeKind::kSourceFailed;
    notice.message = Printable(SourceSentence(result.source, result.message));
    notices.push_back(notice);
  }
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    const core::ObjectiveVerdict& verdict = result.verdicts[i];
    if (verdict.verdict == core::Verdict::kPass ||
        result.objectives[i].mode == core::Mode::kAdvise) {
      continue;
    }
    const bool failed = verdict.verdict == core::Verdict::kFail;
    notice.kind = failed ? NoticeKind::kBlocked : NoticeKind::kNoData;
    notice.objective = Printable(verdict.objective);
    notice.message = Printable(
        std::string(failed ? "the canary is shown worse" : "the canary is not shown no worse") +
        (verdict.message.empty() ? "" : ": " + verdict.message));
    notices.push_back(notice);
  }
}

}  // namespace

std::vector<CheckNotice> NoticesOf(const CheckedSlo& slo) {
  std::vector<CheckNotice> notices;
  CheckNotice place;
  place.file = Printable(slo.asked.file);
  place.line = slo.asked.line;
  place.slo = Printable(slo.asked.slo.name);
  AddFindings(slo.standing.findings, false, place, notices);
  for (std::size_t i = 0; i < slo.standing.objectives.size(); ++i) {
    const core::ObjectiveStanding& standing = slo.standing.objectives[i];
    CheckNotice where = place;
    where.objective = Printable(standing.objective);
    if (i < slo.asked.objective_lines.size()) where.line = slo.asked.objective_lines[i];
    const bool advised = standing.mode == core::Mode::kAdvise;
    AddFindings(standing.findings, advised, where, notices);
    if (standing.source == core::SourceProblem::kNone || advised) continue;
    where.kind = NoticeKind::kSourceFailed;
    where.message = Printable(SourceSentence(standing));
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
