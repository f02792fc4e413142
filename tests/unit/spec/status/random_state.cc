#include "unit/spec/status/random_state.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "slogate/core/leaving.h"
#include "spec/policy/policy_parts.h"

namespace slogate::spec {

double RandomStates::Capital() {
  if (Below(4) == 0) return 0;
  return std::min(1e300, std::exp(std::normal_distribution<double>(0, 20)(random_)));
}

std::string RandomStates::Text(std::size_t longest) {
  static const char* const kChunks[] = {"a", "B", "7", " ", "-", "\"", "\\", "\n", "\xc3\xa9", "{"};
  std::string text;
  for (std::uint64_t i = Below(longest / 2); i > 0; --i) text += kChunks[Below(10)];
  return text;
}

core::TimePoint RandomStates::Time() {
  return core::TimePoint(core::Duration{1 + Below(4'000'000'000'000)});
}

std::vector<core::LabelMatcher> RandomStates::Matchers(std::size_t count) {
  std::vector<core::LabelMatcher> matchers;
  for (std::size_t i = 0; i < count; ++i) {
    matchers.push_back(
        {"label" + std::to_string(i), static_cast<core::LabelMatcher::Op>(Below(4)), Text(20)});
  }
  return matchers;
}

core::Selector RandomStates::AnySelector() {
  return {"metric:" + std::to_string(Below(1000)), Matchers(Below(3))};
}

core::Indicator RandomStates::AnyIndicator() {
  switch (Below(5)) {
    case 0:
      return core::CounterIndicator{{"all", {}}, AnySelector(), Coin()};
    case 1:
      return core::HistogramIndicator{AnySelector(), 0.001 + Ratio()};
    case 2:
      return core::ScoreIndicator{
          {"all", {}}, {"sum", Matchers(1)}, Coin() ? std::optional(AnySelector()) : std::nullopt};
    case 3:
      return core::ScoreHistogramIndicator{AnySelector()};
    default:
      return core::PromqlIndicator{"f({{.track}}[{{.window}}])",
                                   "g({{.track}}[{{.window}}])" + Text(9), Coin(), Coin()};
  }
}

core::FrozenObjective RandomStates::Objective(std::size_t number) {
  core::FrozenObjective objective;
  objective.name = "objective-" + std::to_string(number);
  objective.dimension = Any<core::Dimension>();
  objective.mode = number == 0 ? core::Mode::kEnforce : Any<core::Mode>();
  objective.indicator = AnyIndicator();
  objective.target = (1 + Ratio()) / 4;
  objective.min_events = static_cast<double>(Below(1000));
  objective.parameters = {1 + Ratio(),
                          1 + Ratio(),
                          Ratio() / 7,
                          (1 + Ratio()) / 3,
                          Coin() ? Ratio() : 0,
                          false,
                          0.5,
                          Coin(),
                          {1 + Ratio(), 1 + Ratio(), 1 + Ratio(), Coin(), Coin(), Coin()},
                          {}};
  if (Coin()) {
    const auto blocks = [this] { return 1 + static_cast<std::int64_t>(Below(1000)); };
    objective.parameters.batches = {blocks(), blocks(), blocks(), Ratio()};
  }
  if (Coin()) {
    objective.parameters.scores = true;
    objective.parameters.expected_bad = Ratio();
  }
  if (Coin()) {
    objective.cohort_label = "language";
    for (std::uint64_t i = Below(5); i > 0; --i) {
      objective.cohorts.push_back(Text(20) + std::to_string(i));
    }
    objective.cohorts_left_out = Below(1000);
    objective.cohort_min_events = static_cast<double>(Below(1000));
  }
  for (std::uint64_t i = Below(4); i > 0; --i) objective.bounds.push_back(Ratio());
  for (std::uint64_t i = Below(3); i > 0; --i) {
    objective.slow_steps.push_back(static_cast<std::int64_t>(Below(1'000'000)));
  }
  objective.shift = Coin() ? core::Shift::kEnforce : core::Shift::kReport;
  if (Coin()) {
    objective.calibration = {static_cast<int>(Below(100)), static_cast<int>(Below(100)), Ratio(),
                             static_cast<core::Calibration::AaTest>(Below(3)), Coin()};
    if (Coin()) {
      objective.calibration.incidents = static_cast<int>(1 + Below(2));
      objective.calibration.left_out = core::Duration(1) + Length();
      objective.calibration.left_out_from = Time();
    }
  }
  return objective;
}

core::FrozenParameters RandomStates::Frozen(std::size_t objectives) {
  core::FrozenParameters frozen;
  frozen.origin = Time();
  frozen.scrape_interval = core::Duration(100 + Below(60'000));
  frozen.block_length = frozen.scrape_interval * static_cast<int>(4 + Below(100));
  frozen.planned_blocks = static_cast<std::int64_t>(1 + Below(1'000'000));
  if (Coin()) frozen.warm_up = Length();
  frozen.alpha = (1 + Ratio()) / 4;
  frozen.promotion_alpha = (1 + Ratio()) / 4;
  frozen.canary = Matchers(1 + Below(3));
  frozen.baseline = Matchers(1 + Below(3));
  for (std::size_t i = 0; i < objectives; ++i) frozen.objectives.push_back(Objective(i));
  for (std::uint64_t i = 1 + Below(4); i > 0; --i) {
    core::Step step;
    step.weight_percent = static_cast<int>(1 + Below(99));
    step.min_duration = core::Duration(1) + Length();
    step.max_duration = Length();
    step.min_events = static_cast<double>(Below(10'000));
    step.require = Any<core::Require>();
    step.on_timeout = Any<core::OnTimeout>();
    frozen.steps.push_back(step);
  }
  return frozen;
}

core::PairedCounts RandomStates::Counts() {
  const auto track = [this] {
    const double total = static_cast<double>(Below(1'000'000)) / (Coin() ? 1 : 3);
    const double bad = total * Ratio();
    return core::Counts{total, bad, Coin() ? 0 : bad * Ratio()};
  };
  return {track(), track()};
}

core::EvidenceState RandomStates::Evidence(const core::FrozenObjective& objective) {
  const auto fill = [this](auto&... parts) {
    const auto one = [this](auto& part) {
      for (double& capital : part) capital = Capital();
    };
    (one(parts), ...);
  };
  core::EvidenceState state;
  fill(state.share, state.fast, state.practical);
  if (objective.parameters.limit > 0) fill(state.limit);
  fill(state.ratio, state.absolute, state.fresh_ratio, state.fresh_absolute);
  state.started_weight = Ratio();
  if (Coin()) {
    fill(state.warm_up.share, state.warm_up.fast, state.warm_up.practical);
    state.warm_up.started_weight = Ratio();
  }
  state.rollout = Counts();
  state.step = Counts();
  if (Coin()) {
    fill(state.score.spread);
    state.score.seen = Counts().canary;
  }
  state.cohorts.resize(objective.cohorts.size());
  for (core::CohortEvidence& cohort : state.cohorts) {
    fill(cohort.share);
    cohort.rollout = Counts();
  }
  state.bounds.resize(objective.bounds.size());
  for (core::ShiftEvidence& bound : state.bounds) fill(bound.share, bound.likelihood);
  return state;
}

core::ObjectiveVerdict RandomStates::VerdictOn(const core::FrozenObjective& objective) {
  core::ObjectiveVerdict verdict;
  verdict.objective = objective.name;
  verdict.dimension = Any<core::Dimension>();
  verdict.verdict = Any<core::Verdict>();
  verdict.reason = Any<core::Reason>();
  verdict.message = Text(100);
  verdict.counts = Counts();
  verdict.evidence.rollback = Ratio();
  verdict.rollback_tenths = static_cast<int>(Below(11));
  verdict.promotion_tenths = static_cast<int>(Below(11));
  verdict.limit_tenths = static_cast<int>(Below(11));
  verdict.shift_tenths = static_cast<int>(Below(11));
  verdict.shift_shown = Coin();
  for (const std::string& value : objective.cohorts) {
    core::CohortVerdict& cohort = verdict.cohorts.emplace_back();
    cohort.value = value;
    cohort.verdict = Coin() ? core::Verdict::kFail : core::Verdict::kInconclusive;
    cohort.unseen = Coin();
    cohort.counts = Counts();
    cohort.rollback_tenths = static_cast<int>(Below(11));
  }
  return verdict;
}

core::BudgetStatus RandomStates::Budget() {
  core::BudgetStatus status;
  status.objective = "objective-" + std::to_string(Below(9));
  status.known = Coin();
  status.exhausted = Coin();
  status.burning = Coin();
  status.provisional = Coin();
  if (status.known) status.remaining_percent = static_cast<int>(Below(200)) - 100;
  status.burn = static_cast<double>(Below(1000)) / 10;
  status.exhausted_in = std::chrono::seconds(Below(100'000));
  status.spent_percent = static_cast<int>(Below(100));
  status.message = Text(100);
  return status;
}

void RandomStates::AddLists(core::RolloutState& state) {
  const std::size_t verdicts = Below(4);
  for (std::size_t i = 0; i < verdicts; ++i) {
    const bool frozen = state.frozen && i < state.frozen->objectives.size();
    core::FrozenObjective alone;
    alone.name = "objective-" + std::to_string(i);
    state.verdicts.push_back(VerdictOn(frozen ? state.frozen->objectives[i] : alone));
  }
  for (std::uint64_t i = Below(4); i > 0; --i) state.budgets.push_back(Budget());
  for (std::uint64_t i = Below(core::kLongestHistory + 1); i > 0; --i) {
    state.history.push_back({Time(), Any<core::DecisionKind>(), Any<core::Reason>(),
                             static_cast<int>(Below(9)), static_cast<int>(Below(101)), Text(100),
                             static_cast<int>(Below(3))});
  }
  for (std::uint64_t i = Below(4); i > 0; --i) {
    state.observed_percents.push_back(Coin() ? std::optional<int>(static_cast<int>(Below(101)))
                                             : std::nullopt);
    state.route_notes.push_back(Coin() ? Text(80) : "");
  }
}

void RandomStates::AddRollout(core::RolloutState& state) {
  state.frozen = Frozen(1 + Below(4));
  state.step = static_cast<int>(Below(state.frozen->steps.size()));
  state.step_first_block = state.frozen->origin.time_since_epoch() / state.frozen->block_length +
                           static_cast<std::int64_t>(1 + Below(1'000));
  state.checkpoint.blocks_absorbed = static_cast<std::int64_t>(Below(100'000));
  for (const core::FrozenObjective& objective : state.frozen->objectives) {
    state.checkpoint.objectives.push_back(Evidence(objective));
  }
}

void RandomStates::AddWeight(core::RolloutState& state) {
  const core::Phase active = core::ActivePhase(state);
  if (active == core::Phase::kPromoting) state.desired_percent = static_cast<int>(Below(101));
  if (active != core::Phase::kProgressing || state.stage == core::StepStage::kStarting) return;
  const int of_step = state.frozen->steps[static_cast<std::size_t>(state.step)].weight_percent;
  state.lowered = Coin();
  state.desired_percent =
      state.lowered ? static_cast<int>(Below(static_cast<std::uint64_t>(of_step) + 1)) : of_step;
}

core::Route RandomStates::Moved() {
  core::Route route;
  route.kind = Coin() ? "HTTPRoute" : "VirtualService";
  for (std::string* const name :
       {&route.name, &route.canary_service, &route.baseline_service, &route.host,
        &route.canary_subset, &route.baseline_subset, &route.canary_ingress,
        &route.canary_deployment, &route.baseline_deployment}) {
    *name = "shop-" + std::to_string(Below(1000));
  }
  for (std::uint64_t i = Below(3); i > 0; --i) route.rule_names.push_back("r" + Text(20));
  return route;
}

core::RolloutState RandomStates::Next() {
  core::RolloutState state;
  state.phase = Any<core::Phase>();
  state.paused_phase = Any<core::Phase>();
  if (state.phase == core::Phase::kPaused) {
    state.paused_phase = Coin() ? core::Phase::kProgressing : core::Phase::kPromoting;
  }
  state.reason = Any<core::Reason>();
  state.message = Text(200);
  state.phase_began = Time();
  state.stable_revision = Text(20);
  state.previous_revision = Text(20);
  state.candidate_revision = "v" + Text(20);
  state.rejected_revision = "v" + Text(20);
  state.rejected_reason = Any<core::Reason>();
  for (std::uint64_t i = Below(3); i > 0; --i) state.failed_objectives.push_back("objective");
  state.attempts = static_cast<int>(Below(100));
  state.retry = Text(20);
  state.resume = Text(20);
  state.stage = Any<core::StepStage>();
  const core::Phase active = core::ActivePhase(state);
  if (active == core::Phase::kProgressing || Coin()) state.stage_began = Time();
  if (Coin()) state.adopted = {"shop", Any<core::HoldBy>(), Any<core::OnDelete>()};
  for (std::uint64_t i = Below(3); i > 0; --i) state.moved.push_back(Moved());
  if (Coin()) state.waits_since = Time();
  state.edited = Coin();
  if (Coin()) state.giving_back_since = Time();
  if (Coin()) state.missing_since = Time();
  if (Coin()) state.pods_awaited = {Time(), Time()};
  if (Coin()) state.old_restarts = {static_cast<int>(Below(9)), static_cast<int>(Below(99))};
  if (Coin())
    state.approved = core::Request{Text(10), static_cast<int>(Below(9)), Text(20), Text(20), {}};
  for (const core::Reason reason : {core::Reason::kBudgetSpent, core::Reason::kChangesFrozen}) {
    if (Coin()) state.waived.push_back(reason);
  }
  state.old_requests = {Text(20), Text(20), Text(20)};
  if (Coin()) state.undo = {"v" + Text(20), "v" + Text(20), "v" + Text(20)};
  state.undo_honoured = Text(20);
  state.after_promotion.restarts_before = static_cast<int>(Below(100));
  for (std::uint64_t i = Below(3); i > 0; --i) state.after_promotion.warned.push_back("burn of x");
  if (Coin()) state.after_promotion.burning_before = {"x", "y"};
  if (Coin()) state.coverage = core::CoverageStatus{std::nullopt, "NotChecked", "m" + Text(20)};
  if (Coin()) state.coverage = core::CoverageStatus{Coin(), "Covered", "m" + Text(20)};
  const bool starts =
      state.phase == core::Phase::kProgressing && state.stage == core::StepStage::kStarting;
  const bool rolls = active == core::Phase::kProgressing || active == core::Phase::kPromoting;
  if ((rolls && !starts) || Coin()) AddRollout(state);
  AddWeight(state);
  AddLists(state);
  return state;
}

core::RolloutState RandomStates::Largest() {
  core::RolloutState state = Next();
  state.phase = core::Phase::kPromoted;
  state.desired_percent = 0;
  state.frozen = Frozen(kMaxObjectives);
  state.checkpoint.objectives.clear();
  state.verdicts.clear();
  state.history.clear();
  const std::string quotes(2000, '"');
  std::size_t cohorts = kMaxCohorts;
  for (auto& objective : state.frozen->objectives) {
    objective.cohorts.assign(std::exchange(cohorts, 0), std::string(kLongestCohort, '"'));
    objective.cohort_label = std::string(512, 'a');
    objective.bounds.assign(kMaxBounds, 1.0 / 3);
    objective.indicator = core::PromqlIndicator{std::string(4096, '"'), std::string(4096, '"')};
    state.checkpoint.objectives.push_back(Evidence(objective));
    core::ObjectiveVerdict& verdict = state.verdicts.emplace_back(VerdictOn(objective));
    for (core::CohortVerdict& cohort : verdict.cohorts) {
      cohort.verdict = core::Verdict::kFail;
      cohort.unseen = true;
    }
    verdict.objective = quotes;
    verdict.message = quotes;
  }
  while (state.frozen->steps.size() < kMaxSteps) {
    state.frozen->steps.push_back(state.frozen->steps.front());
  }
  for (std::size_t i = 0; i < core::kLongestHistory; ++i) {
    state.history.push_back({.message = quotes});
  }
  state.moved.assign(core::kMaxMoved + kMaxRoutes, Moved());
  for (core::Route& route : state.moved) {
    route.name = route.host = std::string(253, 'a');
    route.rule_names.assign(16, quotes);
  }
  state.message = quotes;
  return state;
}

}  // namespace slogate::spec
