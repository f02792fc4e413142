#include "app/cli/author/preflight.h"

#include <utility>

#include "app/cli/terminal/span.h"
#include "slogate/ports/policy_admin.h"
#include "slogate/ports/survey.h"

namespace slogate::app {
namespace {

using Level = core::CoverageFinding::Level;

constexpr std::size_t kLead = 9;  // columns

// The policy as it would be stored; where it is, with its identity, by which slogate knows its own.
ports::PolicyRecord RecordOf(const Cluster& cluster, const ports::Key& key,
                             const core::Policy& policy) {
  ports::PolicyRecord record;
  if (cluster.admin) {
    if (auto stored = cluster.admin->Get(key)) record = *std::move(stored);
  }
  record.key = key;
  record.policy = policy;
  return record;
}

std::string HoldText(const ports::HoldFinding& hold) {
  return std::string(core::ToString(hold.by)) + ": " + hold.reason;
}

}  // namespace

Preflight Inspect(const Cluster& cluster, const ports::Key& key, const core::Policy& policy) {
  Preflight seen;
  if (!cluster.coverage) return seen;
  const ports::PolicyRecord record = RecordOf(cluster, key, policy);
  if (cluster.workloads) {
    const auto view = cluster.workloads->Observe(record);
    if (view) seen.problem = view->problem;
  }
  if (policy.workload.promotion == core::Promotion::kManaged) {
    const auto hold = cluster.coverage->HoldOf(record);
    seen.hold = hold ? HoldText(*hold) : "not known: " + hold.error().message;
  }
  const auto around = cluster.coverage->SurroundingsOf(record);
  if (around) {
    seen.coverage = core::JudgeCoverage(*around);
    seen.unserved = around->unserved;
  } else if (seen.problem.empty()) {
    seen.failure = around.error().message;
  }
  return seen;
}

std::vector<lint::Finding> FindingsOf(const Preflight& preflight) {
  std::vector<lint::Finding> findings;
  if (!preflight.problem.empty()) {
    findings.push_back({lint::Level::kError, "cluster-problem", "spec.workload", preflight.problem,
                        "a rollout waits until this is in order"});
  }
  for (const core::CoverageFinding& found : preflight.coverage.findings) {
    if (found.level == Level::kBlock) {
      findings.push_back(
          {lint::Level::kError, "service-selects-both", found.object, found.message, found.fix});
    } else if (found.level == Level::kWarning) {
      findings.push_back(
          {lint::Level::kWarning, "canary-not-covered", found.object, found.message, found.fix});
    }
  }
  return findings;
}

std::vector<std::pair<std::string, std::string>> RemarksOf(const Preflight& preflight) {
  std::vector<std::pair<std::string, std::string>> remarks;
  if (!preflight.hold.empty()) remarks.emplace_back("hold", preflight.hold);
  for (const core::CoverageFinding& found : preflight.coverage.findings) {
    if (found.level == Level::kFine) remarks.emplace_back("covered", found.message);
    if (found.level != Level::kNote) continue;
    remarks.emplace_back("note", found.message + (found.fix.empty() ? "" : "; " + found.fix));
  }
  for (const std::string& kind : preflight.coverage.unchecked) {
    remarks.emplace_back("unseen", kind + ": not checked; use an account that may list them");
  }
  for (const std::string& kind : preflight.unserved) {
    remarks.emplace_back("unseen", kind + ": none, this cluster does not serve the kind");
  }
  return remarks;
}

void PrintPreflight(const Preflight& preflight, std::ostream& out) {
  const auto print = [&](std::string lead, const std::string& text) {
    lead.resize(kLead, ' ');
    PrintWrapped(lead, text, out);
  };
  for (const lint::Finding& found : FindingsOf(preflight)) {
    print(found.level == lint::Level::kError ? "blocks" : "missing",
          found.message + "; " + found.fix);
  }
  for (const auto& [lead, text] : RemarksOf(preflight)) print(lead, text);
  if (!preflight.failure.empty()) print("unseen", preflight.failure);
}

}  // namespace slogate::app
