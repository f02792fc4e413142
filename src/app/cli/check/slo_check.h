// Whether a change may go out, by what is left of error budgets: read, judge, exit code.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/cli/check/policy_check.h"
#include "app/cli/frame/exit_code.h"
#include "slogate/core/budget.h"
#include "slogate/core/slo.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

struct SloToCheck {
  std::string file;
  int line = 0;                      // where the document begins; 0: unknown
  std::vector<int> objective_lines;  // one for each objective
  core::ServiceLevelObjective slo;   // its gate with the flags' changes
  ports::MetricsConnection connection;
};

struct CheckedSlo {
  SloToCheck requested;
  std::vector<core::BudgetReading> readings;  // one for each objective
  core::SloSummary summary;
};

// One check of everything, in the order of the command line.
struct SloCheck {
  core::TimePoint at{};
  core::ChangePriority priority = core::ChangePriority::kNormal;
  bool strict = false;  // a warning blocks
  std::vector<CheckedSlo> slos;
  std::vector<CheckedPolicy> policies;
};

struct SloCheckTerms {
  core::TimePoint at{};
  core::ChangePriority priority = core::ChangePriority::kNormal;
  bool strict = false;    // a warning blocks
  std::size_t jobs = 1;   // readings at once, at least 1
  bool remember = false;  // the source is to remember what it read, for the next look
};

// Reads every objective, `jobs` at once, and judges. Both sources are used by several threads.
// `metrics` may be null when there are no policies.
SloCheck AssessBudgets(const std::vector<SloToCheck>& slos,
                       const std::vector<PolicyToCheck>& policies, const SloCheckTerms& terms,
                       ports::BudgetSource& budgets, ports::MetricsSource* metrics);

// kFail: something blocks, or in a strict check warns; else kUsage: Prometheus refuses a query;
// else kSource: a source failed; else kInconclusive: there is no data; else kPass. What a gate
// allows never counts.
ExitCode Verdict(const SloCheck& check);
ExitCode Verdict(const CheckedSlo& slo, bool strict);

enum class NoticeKind { kBlocked, kWarned, kSourceFailed, kNoData };

// One thing that a person should know, severest kind first within an objective.
struct CheckNotice {
  NoticeKind kind = NoticeKind::kWarned;
  std::string file;
  int line = 0;
  std::string slo;        // or the policy
  std::string objective;  // empty: the whole of it
  std::string cohort;     // empty: all events
  std::string message;    // a sentence without a full stop
};

// In the order of the check. Names and messages are fit for a terminal.
std::vector<CheckNotice> NoticesOf(const SloCheck& check);
std::vector<CheckNotice> NoticesOf(const CheckedSlo& slo);

// "checkout/latency (eu)".
std::string SubjectOf(const CheckNotice& notice);

}  // namespace slogate::app
