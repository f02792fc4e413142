#include "app/cli/baseline_history.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "slogate/core/decide.h"

namespace slogate::app {
namespace {

core::ArmView Complete(const std::string& revision, const std::string& hash, int pods) {
  core::ArmView arm;
  arm.exists = true;
  arm.revision = revision;
  arm.pod_template_hash = hash.empty() ? revision : hash;
  arm.desired = arm.available = arm.available_any = pods;
  arm.settled = true;
  return arm;
}

}  // namespace

core::WorkloadView ArmsAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                               int baseline_pods) {
  const int pods = std::max(1, baseline_pods);
  const core::CanaryScale& scale = policy.workload.canary_scale;
  const double share = std::ceil(scale.share_of_baseline * pods - 1e-9);
  const int canary_pods = scale.replicas.value_or(static_cast<int>(share));
  core::WorkloadView workload;
  workload.canary = Complete("canary", revisions.canary, std::max(1, canary_pods));
  workload.baseline = Complete("baseline", revisions.baseline, pods);
  return workload;
}

core::HistoryReading ReadHistory(const HistoryRequest& request, ports::MetricsSource& source) {
  const core::WorkloadView workload = ArmsAtStart(request.policy, request.revisions, 1);
  core::ReadingPlan plan = core::PlanHistory(request.policy, workload, request.until);
  const core::Duration from = request.until.time_since_epoch() - request.lookback;
  plan.first_block = (from + plan.block_length - core::Duration(1)) / plan.block_length;
  return source.History(request.connection, plan, request.until);
}

}  // namespace slogate::app
