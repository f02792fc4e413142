#include "support/status_decisions.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "slogate/core/decide.h"
#include "spec/policy/policy_yaml.h"
#include "spec/status/status_json.h"

namespace slogate::tests {
namespace {

using namespace std::chrono_literals;
using core::Observations;
using core::Policy;
using core::RolloutState;
using nlohmann::json;

constexpr int kDecisionsInARow = 4;
constexpr core::TimePoint kNow(std::chrono::milliseconds(1'795'291'200'250));
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

Policy Read(const char* spec) {
  const json object = {{"apiVersion", "slogate.dev/v1alpha1"},
                       {"kind", "RolloutPolicy"},
                       {"metadata", {{"name", "shop"}, {"namespace", "shop"}}},
                       {"spec", json::parse(spec)}};
  auto policy = spec::PolicyFromJson(object);
  if (!policy) throw std::logic_error(policy.error().message);
  return std::move(*policy);
}

constexpr const char* kManaged = R"json({"workload": {"ref": {"name": "shop"}},
    "routes": [{"httpRoute": {"name": "shop", "canaryService": "c", "baselineService": "b"}}],
    "prometheus": {"address": "http://prometheus:9090"},
    "budget": {"maxBudgetSpend": 5, "tighten": {"below": 50, "minEffect": 0.01}},
    "objectives": [{"name": "errors", "dimension": "availability", "target": 99.5,
      "cohorts": {"by": "language"},
      "indicator": {"counters": {"total": "requests_total", "bad": "errors_total"}}}]})json";

constexpr const char* kExternal = R"json({"workload": {"ref": {"name": "shop"},
      "promotion": "External", "canaryRef": {"name": "shop-next"}},
    "routes": [
      {"httpRoute": {"name": "a", "canaryService": "c", "baselineService": "b"}},
      {"httpRoute": {"name": "b", "canaryService": "c", "baselineService": "b"},
       "onDrift": "Pause"}],
    "prometheus": {"address": "http://prometheus:9090", "scrapeInterval": "5s"},
    "steps": [{"weight": 1, "require": "Approval"}, {"weight": 99, "maxDuration": "10m"}],
    "objectives": [
      {"name": "latency", "dimension": "latency", "target": 90, "shift": "Enforce",
       "indicator": {"histogram": {"metric": "seconds", "threshold": 0.3}}},
      {"name": "answers", "dimension": "quality", "target": 80, "mode": "Report",
       "indicator": {"scoreHistogram": {"metric": "score"}}}]})json";

constexpr const char* kPods = R"json({"workload": {"ref": {"name": "shop"}},
    "routes": [{"service": {"name": "shop"}}],
    "prometheus": {"address": "http://prometheus:9090"},
    "tracks": {"revisionLabel": "pod_template_hash"},
    "onNoData": {"pauseAfter": "1m"},
    "objectives": [{"name": "errors", "dimension": "availability", "target": 99,
      "indicator": {"promql": {"total": "sum(increase(f{ {{.track}} }[{{.window}}]))",
                               "bad": "sum(increase(g{ {{.track}} }[{{.window}}]))", "enoughToPromote": true}}}]})json";

constexpr std::size_t kPolicies = 4;

std::vector<Policy> MakePolicies() {
  std::vector<Policy> policies;
  for (const char* spec : {kManaged, kExternal, kPods, kManaged}) policies.push_back(Read(spec));
  policies.back().dry_run = true;
  policies.back().retry = "again";
  return policies;
}

core::TrackView Track(const std::string& revision, int available) {
  return {.exists = true,
          .revision = revision,
          .pod_template_hash = "hash-" + revision,
          .desired = 4,
          .available = available,
          .available_any = available,
          .settled = true};
}

Observations Usual(const Policy& policy, const RolloutState& state) {
  const std::string candidate = state.candidate_revision.empty() ? "v2" : state.candidate_revision;
  Observations seen;
  seen.workload.canary = Track(candidate, 4);
  seen.workload.baseline = Track("v1", 4);
  seen.workload.template_revision = candidate;
  seen.workload.adopted = seen.workload.held = true;
  for (const core::Route& route : policy.routes) {
    seen.routes.push_back({.name = route.name,
                           .exists = true,
                           .canary_percent = state.desired_percent,
                           .accepted = true,
                           .problem = "",
                           .note = "said of the weight"});
  }
  return seen;
}

void ReadCounts(const Policy& policy, const RolloutState& state, core::TimePoint now,
                const core::PairedCounts& counts, Observations& seen) {
  const auto plan = core::PlanReading(policy, state, seen, now);
  if (!plan) return;
  const std::size_t indicators = plan->indicators.size();
  if (plan->wants_history) {
    core::ObjectiveHistory history;
    history.blocks.assign(300, counts.baseline);
    history.cohorts = {{"de", 500}, {std::string(200, 'x'), 400}, {"\xff\n", 3}, {"", 2}};
    history.bounds = {0.1, 0.3, 1};
    seen.history.emplace().objectives.assign(indicators, history);
    return;
  }
  seen.evidence.emplace();
  for (std::int64_t i = 0; i < 3; ++i) {
    core::Block& block = seen.evidence->blocks.emplace_back();
    block.index = plan->first_block + i;
    // The last objective is missing from every other block, as are some of the slices.
    block.objectives.resize(i % 2 == 0 ? indicators : indicators - std::min<size_t>(1, indicators));
    for (core::ObjectiveBlock& cell : block.objectives) {
      cell.counts = counts;
      cell.cohorts.assign(1, counts);
      cell.bounds.assign(2, counts);
    }
  }
}

void ReadBudgets(const Policy& policy, const RolloutState& state, core::TimePoint now,
                 const core::PairedCounts& counts, Observations& seen) {
  for (const core::BudgetPlan& plan : core::PlanBudgets(policy, state, seen.workload, now)) {
    core::BudgetSeries& series = seen.budgets.emplace_back().series.emplace_back();
    series.chunks = {{plan.at - plan.chunk, plan.chunk, counts.baseline, {}, {}},
                     {plan.at, plan.chunk, counts.canary, {}, {}}};
    for (const core::Duration length : plan.windows) {
      series.windows.push_back({plan.at, length, counts.canary, {}, {}});
    }
  }
}

void Ask(const RolloutState& state, Observations& seen) {
  const core::Request request{state.candidate_revision, state.step + 1, "ann", "now", "please"};
  seen.requests.approve = request;
  seen.requests.promote = request;
  seen.requests.resume = "go on";
}

constexpr int kSituations = 12;

Observations Situation(int number, const Policy& policy, const RolloutState& state,
                       core::TimePoint now) {
  Observations seen = Usual(policy, state);
  const auto read = [&](const core::PairedCounts& counts) {
    ReadBudgets(policy, state, now, counts, seen);
    ReadCounts(policy, state, now, counts, seen);
  };
  switch (number) {
    case 0:
      return Observations{};
    case 1:
      read({{1000, 5, 3}, {9000, 45, 30}});
      return seen;
    case 2:
      read({{1000, 500, 400}, {9000, 45, 30}});
      return seen;
    case 3:
      read({{kNotANumber, kInfinite, -1}, {-5, 1e300, kNotANumber}});
      return seen;
    case 4:
      Ask(state, seen);
      read({{1e15, 0, 0}, {1e-6, 1e-6, 1e15}});
      return seen;
    case 5:
      seen.requests.promote = core::Request{state.candidate_revision, 0, "", "", "all"};
      for (core::RouteView& route : seen.routes) route.canary_percent.reset();
      read({});
      return seen;
    case 6:
      seen.workload.baseline.revision = state.candidate_revision;
      seen.workload.canary.available = seen.workload.canary.available_any = 0;
      read({{1000, 5}, {0, 0}});
      return seen;
    case 7:
      seen.workload.canary.revision = seen.workload.template_revision = "v3";
      for (core::RouteView& route : seen.routes) route.canary_percent = 37;
      read({});
      return seen;
    case 8:  // fewer pods than any weight needs, and routes that somebody moved
      seen.workload.canary.available = 1;
      seen.workload.baseline.desired = 40;
      for (core::RouteView& route : seen.routes) route.canary_percent = 37;
      read({{1000, 5}, {9000, 45}});
      return seen;
    case 9:  // more pods than the weight needs, and routes that somebody moved further
      seen.workload.canary.available = 3;
      for (core::RouteView& route : seen.routes) route.canary_percent = 99;
      read({{1000, 5}, {9000, 45}});
      return seen;
    case 10:  // somebody lifted the pause
      seen.workload.held = false;
      seen.workload.rollout_problem = "ProgressDeadlineExceeded";
      read({{1000, 5}, {9000, 45}});
      return seen;
    default:
      seen.requests.abort = core::Request{state.candidate_revision, 0, "bob", "", "stop"};
      seen.evidence.emplace().source = core::SourceProblem::kTimeout;
      return seen;
  }
}

std::string ProblemInSituation(const Policy& policy, const RolloutState& stored, int situation) {
  RolloutState state = stored;
  core::TimePoint now = kNow;
  for (int i = 0; i < kDecisionsInARow; ++i) {
    const Observations seen = Situation(situation, policy, state, now);
    const core::Decision decision = core::Decide(policy, state, seen, now);
    const json status = spec::StatusToJson(decision.next_state, &policy, 1, nullptr, now);
    auto read = spec::StateFromStatusJson(json::parse(status.dump()));
    if (!read) {
      return "situation " + std::to_string(situation) + ", decision " + std::to_string(i) + ": " +
             read.error().message + "\n" + status.dump(1);
    }
    state = std::move(*read);
    now += 7min;
  }
  return "";
}

}  // namespace

std::string ProblemOfDecidingOn(const RolloutState& state, std::size_t policy) {
  static const std::vector<Policy> policies = MakePolicies();
  const std::size_t chosen = policy % kPolicies;
  for (int situation = 0; situation < kSituations; ++situation) {
    std::string problem = ProblemInSituation(policies[chosen], state, situation);
    if (!problem.empty()) return "policy " + std::to_string(chosen) + ", " + problem;
  }
  return "";
}

std::string ProblemOfDecidingOn(const RolloutState& state) {
  for (std::size_t policy = 0; policy < kPolicies; ++policy) {
    std::string problem = ProblemOfDecidingOn(state, policy);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string ProblemOfDecidingOn(const json& status) {
  const auto state = spec::StateFromStatusJson(status);
  return state ? ProblemOfDecidingOn(*state) : "";
}

}  // namespace slogate::tests
