#include "unit/core/rollout/small_world.h"

#include <cmath>

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

Objective MakeObjective(const std::string& name, Dimension dimension, double target) {
  Objective objective;
  objective.name = name;
  objective.dimension = dimension;
  objective.target = target;
  objective.indicator = CounterIndicator{
      .total = {"requests_total", {}}, .part = {"errors_total", {}}, .part_is_good = false};
  return objective;
}

}  // namespace

SmallWorld::SmallWorld(Promotion promotion, unsigned seed) : random_(seed) {
  policy.workload.deployment = "app";
  policy.workload.canary_deployment = "app-canary";
  policy.workload.promotion = promotion;
  policy.workload.canary_scale.replicas = 2;
  Route route;
  route.name = "app";
  policy.routes.push_back(route);
  policy.prometheus.address = "http://prometheus:9090";
  policy.tracks.revision_label = "pod_template_hash";
  policy.objectives = {MakeObjective("errors", Dimension::kAvailability, 0.99),
                       MakeObjective("latency", Dimension::kLatency, 0.95),
                       MakeObjective("answers", Dimension::kQuality, 0.9)};
  policy.steps = {{.weight_percent = 10, .min_duration = 2min, .min_events = 100},
                  {.weight_percent = 50,
                   .min_duration = 3min,
                   .min_events = 100,
                   .require = Require::kProvenNotWorse}};
  behaviour["v1"] = {{0.005, 0.02, 0.05}};
  baseline = {.exists = true,
              .revision = "v1",
              .pod_template_hash = "v1",
              .desired = 4,
              .available = 4,
              .available_any = 4,
              .settled = true};
  if (promotion == Promotion::kExternal) {
    canary = baseline;
  } else {
    template_revision = "v1";
  }
}

void SmallWorld::Release(const std::string& revision) {
  if (policy.workload.promotion == Promotion::kManaged) {
    template_revision = revision;
    if (adopted) held = true;
    if (!held) RollOut();
    return;
  }
  canary.revision = canary.pod_template_hash = revision;
  canary.available = 0;
  canary.settled = false;
}

void SmallWorld::RollOut() {
  held = false;
  if (template_revision != baseline.revision) CarryOver(template_revision);
}

void SmallWorld::CarryOver(const std::string& revision) {
  earlier.push_back(baseline.revision);
  std::erase(earlier, revision);
  baseline.revision = baseline.pod_template_hash = revision;
  baseline.available = 0;
  baseline.settled = false;
}

ObjectiveBlock SmallWorld::Count(std::int64_t index, std::size_t objective) const {
  const auto found = served_.find(index);
  if (found == served_.end()) return {};
  const Traffic& block = found->second;
  return {.counts = {.canary = {block.canary, block.canary_bad[objective]},
                     .baseline = {block.baseline, block.baseline_bad[objective]}},
          .problem = block.problem,
          .noted = block.noted,
          .no_bad_series = block.no_bad_series[objective]};
}

std::vector<BudgetReading> SmallWorld::ReadBudgets(const WorkloadView& workload) const {
  std::vector<BudgetReading> readings;
  for (const BudgetPlan& plan : PlanBudgets(policy, state, workload, now)) {
    const std::size_t index = readings.size();
    const BudgetReported reported = index < budgets.size() ? budgets[index] : BudgetReported{};
    BudgetReading& reading = readings.emplace_back();
    reading.source = reported.source;
    if (reported.source != SourceProblem::kNone) continue;
    const Duration half = plan.period / 2;
    BudgetSeries& series = reading.series.emplace_back();
    const auto window = [&](TimePoint end, Duration length, double events, double bad_share) {
      return WindowCounts{
          end, length, {events, events * bad_share}, std::nullopt, reported.problem};
    };
    series.chunks = {window(plan.at - half, half, reported.events / 2, reported.bad_share),
                     window(plan.at, half, reported.events / 2, reported.bad_share)};
    if (reported.young) series.chunks[0] = {plan.at - half, half, {}, {}, CountProblem::kNoSeries};
    for (const Duration length : plan.windows) {
      series.windows.push_back(window(plan.at, length, reported.events, reported.recent_bad_share));
    }
  }
  return readings;
}

Observations SmallWorld::Observe() const {
  Observations seen;
  seen.workload = {.canary = canary,
                   .baseline = baseline,
                   .services_exist = services_exist,
                   .problem = problem,
                   .template_revision = template_revision,
                   .adopted = adopted,
                   .held_by = held_by,
                   .held = held,
                   .recreates = recreates,
                   .rollout_problem = rollout_problem};
  for (const std::string& revision : earlier) {
    if (revision != state.rejected_revision) seen.workload.previous_revision = revision;
  }
  const bool pods_there = !CountsPods(policy) || canary.available == canary.desired;
  seen.routes.push_back({.name = "app",
                         .exists = true,
                         .canary_percent = percent,
                         .accepted = accepted && pods_there,
                         .problem = "",
                         .note = "",
                         .follows = follows,
                         .waits_for = accepted ? "" : waits_for,
                         .writer = writer});
  seen.older_policy = older_policy;
  seen.requests = requests;
  if (budgets_read) seen.budgets = ReadBudgets(seen.workload);
  const auto plan = PlanReading(policy, state, seen, now);
  if (!plan) return seen;
  if (plan->wants_history) {
    seen.history = HistoryReading{
        .source = source, .message = "", .objectives = histories, .overlap = overlap};
    return seen;
  }
  seen.evidence =
      EvidenceReading{.source = source, .message = "", .blocks = {}, .warnings = warnings};
  if (source != SourceProblem::kNone) return seen;
  const std::int64_t closed = (now.time_since_epoch() - plan->scrape_interval) / plan->block_length;
  for (std::int64_t index = plan->first_block; index < closed; ++index) {
    Block block{.index = index, .objectives = {}};
    for (std::size_t i = 0; i < plan->indicators.size(); ++i) {
      block.objectives.push_back(Count(index, i));
    }
    seen.evidence->blocks.push_back(std::move(block));
  }
  return seen;
}

void SmallWorld::Serve(Duration length) {
  const auto poisson = [&](double mean) {
    return mean > 0 ? static_cast<double>(std::poisson_distribution<long>(mean)(random_)) : 0.0;
  };
  const auto binomial = [&](double n, double p) {
    return static_cast<double>(std::binomial_distribution<long>(static_cast<long>(n), p)(random_));
  };
  const auto share = [&](const TrackView& track, std::size_t objective) {
    const auto found = behaviour.find(track.revision);
    const Behaviour& how = found == behaviour.end() ? behaviour.at("v1") : found->second;
    return how.bad_share[objective];
  };
  Traffic& block = served_[now.time_since_epoch() / BlockLength(policy.prometheus)];
  block.canary_bad.resize(policy.objectives.size());
  block.baseline_bad.resize(policy.objectives.size());
  block.no_bad_series.resize(policy.objectives.size());
  block.noted = block.noted || noted;
  if (count_problem != CountProblem::kNone) block.problem = count_problem;
  if (!traffic) return;
  const double mean = requests_per_second * std::chrono::duration<double>(length).count();
  const double to_canary = poisson(mean * percent / 100.0);
  const double to_baseline = poisson(mean * (100 - percent) / 100.0);
  block.canary += to_canary;
  block.baseline += to_baseline;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const double canary_bad = binomial(to_canary, share(canary, i));
    if (!renames) block.canary_bad[i] += canary_bad;
    if (block.canary_bad[i] > 0) had_bad_.emplace(canary.revision, i);
    block.no_bad_series[i] = !had_bad_.contains({canary.revision, i});
    block.baseline_bad[i] += binomial(to_baseline, share(baseline, i));
  }
}

void SmallWorld::Act(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kAdopt:
      adopted = true;
      return;
    case Action::Kind::kEnsureServices:
      services_exist = true;
      return;
    case Action::Kind::kEnsureCanary:
      if (template_revision != action.revision) return;
      canary = {.exists = true,
                .revision = action.revision,
                .pod_template_hash = action.revision,
                .desired = action.value,
                .settled = action.value == 0};
      return;
    case Action::Kind::kRemoveCanary:
      canary = {};
      return;
    case Action::Kind::kHold:
      held = true;
      return;
    case Action::Kind::kRelease:
      if (template_revision == action.revision) RollOut();
      return;
    case Action::Kind::kRestore:
      if (template_revision != action.revision) return;
      template_revision = baseline.revision;
      held = action.stays_held;
      return;
    case Action::Kind::kUndo:
      if (baseline.revision != action.undone) return;
      template_revision = action.revision;
      held = true;
      return;
    case Action::Kind::kGiveBack:
      return;
    case Action::Kind::kLeave:
      adopted = false;
      if (template_revision == action.revision) RollOut();
      return;
    case Action::Kind::kSetWeights:
      if (action.only_lowers && percent <= action.value) return;
      percent = action.value;
      follows = false;
      percents_seen.push_back(percent);
      if (!CountsPods(policy)) return;
      canary.desired = percent == 0 ? 0 : std::max(1, percent * baseline.desired / (100 - percent));
      if (percent == 0) canary.available = canary.available_any = 0;
      return;
    case Action::Kind::kScaleCanary:
      canary.desired = action.value;
      return;
  }
}

Decision SmallWorld::Check(bool crash_before_store) {
  for (TrackView* track : {&canary, &baseline}) {
    if (!track->exists || !pods_start) continue;
    track->available = track->available_any = track->desired;
    track->settled = true;
  }
  Decision decision = Decide(policy, state, Observe(), now);
  for (const Action& action : decision.actions) {
    Act(action);
    actions.push_back(action);
  }
  if (!crash_before_store) state = decision.next_state;
  const Duration pass = std::max<Duration>(decision.requeue_after, 100ms);
  for (Duration left = pass; left > 0ms; left -= 1s) {
    const Duration slice = std::min<Duration>(left, 1s);
    Serve(slice);
    now += slice;
  }
  return decision;
}

bool SmallWorld::RunTo(Phase phase, Duration limit) {
  const TimePoint end = now + limit;
  while (state.phase != phase && now < end) Check();
  return state.phase == phase;
}

void SmallWorld::RunFor(Duration length) {
  const TimePoint end = now + length;
  while (now < end) Check();
}

}  // namespace slogate::core
