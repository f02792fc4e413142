#include "simulation/faults/fault_rollout.h"

#include <algorithm>

#include "simulation/faults/stored_state.h"

namespace slogate::faults {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr core::Duration kTick = seconds(2);
constexpr core::Duration kUntilReady = minutes(5);
// From when nothing goes wrong any more to the end of the rollout.
constexpr core::Duration kLongestCalm = std::chrono::hours(3);
// The end stays as it is.
constexpr core::Duration kAfterwards = minutes(2);
// Retries back off that long.
constexpr core::Duration kUntilUndisturbed = minutes(1);

constexpr std::uint64_t kSeedsForOneAsText = 16;
constexpr int kWritesForOneChecked = 32;

Statuses StatusesOf(std::uint64_t seed) {
  return seed % kSeedsForOneAsText == 0 ? Statuses::kText : Statuses::kValues;
}

}  // namespace

FaultRollout::FaultRollout(const Scenario& scenario, Bug bug, bool tells, Statuses statuses)
    : scenario_(scenario),
      tells_(tells),
      statuses_(statuses == Statuses::kOfSeed ? StatusesOf(scenario.seed) : statuses),
      world_(clock_, scenario.delays),
      source_(scenario_),
      promises_(scenario_, world_, source_, people_),
      turns_(scenario.faults.size()),
      struck_(scenario.faults.size()) {
  source_.hides_failures = bug == Bug::kHidesFailures;
  world_.policies.KeepStatuses(
      {SaysTheSame, [this](const ports::PolicyRecord& record, const core::RolloutState& state) {
         return Stored(record, state);
       }});
  world_.workloads.Deploy("shop", "app", "v1", scenario_.replicas);
  if (!scenario_.Managed()) {
    world_.workloads.Deploy("shop", "app-canary", "v1", scenario_.replicas);
  }
  world_.router.Put("shop", "app", {.rules = {{0, 100}}});
  world_.policies.Put(kPolicyKey, scenario_.policy);
  for (int i = 0; i < scenario_.processes; ++i) {
    processes_.push_back(std::make_unique<Process>(
        Process::World{world_, source_, clock_, *this, scenario_.Has(FaultKind::kStale)}, i,
        scenario_.processes > 1, scenario_.seed, bug));
  }
}

FaultRollout::~FaultRollout() = default;

Ending FaultRollout::Run() {
  if (tells_) story_.push_back(Words(scenario_));
  if (!RunUntil(kUntilReady, &FaultRollout::IsReady)) promises_.NoEnd();
  released_ = true;
  released_at_ = now_;
  Release("v2");
  if (!promises_.broken() &&
      !RunUntil(released_at_ + scenario_.Calm() + kLongestCalm, &FaultRollout::HasEnded)) {
    promises_.NoEnd();
  }
  const core::Duration at = SinceRelease();
  if (!promises_.broken()) {
    promises_.Ended(latest_, route_left_);
    const core::Duration until = now_ + kAfterwards;
    while (now_ < until && !promises_.broken()) Tick();
    if (!promises_.broken() && !HasEnded()) promises_.Break("an end stays", "it did not");
  }
  if (promises_.broken())
    Tell("BROKEN: " + promises_.broken()->promise + ": " + promises_.broken()->how);
  return {promises_.broken(), at, looks_, promises_.state().phase, std::move(story_)};
}

// Not broken either.
bool FaultRollout::RunUntil(core::Duration limit, bool (FaultRollout::*reached)() const) {
  while (!promises_.broken() && !(this->*reached)()) {
    if (now_ >= limit) return false;
    Tick();
  }
  return !promises_.broken();
}

bool FaultRollout::IsReady() const {
  const bool rests_paused =
      scenario_.Managed() && scenario_.policy.workload.hold == core::HoldBy::kPaused;
  return (!rests_paused || (seen_.production && seen_.production->paused)) &&
         promises_.state().phase == core::Phase::kReady && seen_.production &&
         seen_.production->current_pods == scenario_.replicas &&
         (scenario_.Managed() || (seen_.canary && seen_.canary->current_pods > 0));
}

bool FaultRollout::HasEnded() const {
  if (SinceRelease() < scenario_.Calm()) return false;
  const core::Phase phase = promises_.state().phase;
  const bool rests = phase == core::Phase::kPromoted || phase == core::Phase::kRolledBack ||
                     phase == core::Phase::kReady;
  if (!rests && !people_.delete_policy) return false;
  const auto [route, canary, production] = Look();
  // What somebody else gives the canary is not taken back by a policy that goes.
  const bool others = people_.delete_policy && scenario_.Has(FaultKind::kWeightEdited);
  const bool stays = others || route_left_;
  if (!route || (route->rules.front().first != 0 && !stays) || !route->accepted) return false;
  if (!production || (scenario_.Managed() && canary && !workload_left_)) return false;
  if (people_.delete_policy) return gone_ && (!production->labelled || workload_left_);
  if (phase == core::Phase::kRolledBack) return promises_.state().rejected_revision == latest_;
  if (production->old_pods > 0) return false;
  // Given back the template that it runs.
  if (phase == core::Phase::kReady && promises_.WasRejected(latest_)) {
    return production->revision == production->running_revision;
  }
  return production->running_revision == latest_;
}

ports::Result<core::RolloutState> FaultRollout::Stored(const ports::PolicyRecord& record,
                                                       const core::RolloutState& state) {
  const bool checked =
      statuses_ == Statuses::kChecked || status_writes_ % kWritesForOneChecked == 0;
  ++status_writes_;
  if (checked) {
    const std::string how = Contradiction(record, state);
    if (!how.empty()) promises_.Break("a status keeps what was decided", how);
  }
  core::RolloutState read = AsRead(state, record.policy ? record.policy->routes.size() : 0);
  if (statuses_ != Statuses::kText || SaysTheSame(record.state, read)) return read;
  return ReadFromText(record, state);
}

FaultRollout::Snapshot FaultRollout::Look() const {
  return {world_.router.Find("shop", "app"), world_.workloads.Find("shop", "app-canary"),
          world_.workloads.Find("shop", "app")};
}

bool FaultRollout::Active(const Fault& fault) const {
  return released_ && SinceRelease() >= fault.at && SinceRelease() < fault.at + fault.length;
}

// Nothing keeps the one that acts from doing so, and it has had the time to come back to it.
bool FaultRollout::IsCalm() const { return now_ >= disturbed_until_; }

void FaultRollout::Tick() {
  now_ += kTick;
  clock_.Advance(kTick);
  if (released_) TurnFaults();
  world_.Advance();
  People();
  if (!world_.policies.TakeChanges().empty()) {
    seen_ = Look();
    for (const auto& process : processes_) process->Hear();
  }
  Serve();
  for (const auto& process : processes_) process->Tick();
  const bool acts = std::ranges::any_of(processes_, [](const auto& one) { return one->leads(); });
  if (!acts) disturbed_until_ = now_ + kUntilUndisturbed;
  NoteWhatIsLeft();
  promises_.Tick(seen_.route ? seen_.route->rules.front().first : 0, now_,
                 IsCalm() && !route_left_);
}

// A policy that is deleted goes within a minute, and says what it could not give back.
void FaultRollout::NoteWhatIsLeft() {
  if (gone_ || !people_.delete_policy || !world_.policies.All()->empty()) return;
  gone_ = true;
  for (const Fault& fault : scenario_.faults) {
    const bool fails = fault.kind == FaultKind::kFails || fault.kind == FaultKind::kThrows;
    const Process& process = *processes_[static_cast<std::size_t>(fault.process)];
    if (!fails || !Active(fault) || !process.leads()) continue;
    route_left_ = route_left_ || fault.port == Port::kRouter;
    workload_left_ = workload_left_ || fault.port == Port::kWorkloads;
  }
}

void FaultRollout::Serve() {
  SimulatedSource::Traffic traffic;
  traffic.until = clock_.Now();
  traffic.length = kTick;
  if (seen_.route) traffic.canary_percent = seen_.route->served.front().first;
  if (seen_.canary && seen_.canary->current_pods > 0) {
    traffic.canary = seen_.canary->running_revision;
  }
  if (seen_.production) traffic.baseline = seen_.production->running_revision;
  for (const Fault& fault : scenario_.faults) {
    if (!Active(fault)) continue;
    if (fault.kind == FaultKind::kNoTraffic) traffic.calls = false;
    if (fault.kind == FaultKind::kCountsNoted) traffic.noted = true;
    if (fault.kind == FaultKind::kCountsUnknown) {
      traffic.problem = static_cast<core::CountProblem>(fault.amount);
    }
  }
  source_.Serve(traffic);
}

Blow FaultRollout::Meet(Process& process, Port port, bool writes) {
  Blow blow;
  if (port == Port::kPolicies && !writes) ++looks_;
  if (writes && port != Port::kLeases) {
    const bool others = std::ranges::any_of(
        processes_, [&](const auto& one) { return one.get() != &process && one->leads(); });
    promises_.Wrote(process, others);
  }
  if (!released_) return blow;
  core::Duration stands{0};
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const Fault& fault = scenario_.faults[i];
    if (fault.process != process.number() || fault.port != port) continue;
    if (AwaitsWrite(fault.kind)) {
      const bool due = SinceRelease() >= fault.at && SinceRelease() < EndOf(fault) - fault.length;
      if (!writes || !due || struck_[i]) continue;
      struck_[i] = true;
      disturbed_until_ = std::max(disturbed_until_, now_ + fault.length + kUntilUndisturbed);
      Tell(Words(fault) + " (now)");
      blow.away = fault.length;
      blow.dies_before = blow.dies_before || fault.kind == FaultKind::kDiesBefore;
      blow.dies_after = blow.dies_after || fault.kind == FaultKind::kDiesAfter;
      blow.answer_lost = blow.answer_lost || fault.kind == FaultKind::kAnswerLost;
      if (fault.kind == FaultKind::kStands) stands += fault.length;
    } else if (Active(fault)) {
      blow.stale = blow.stale || (fault.kind == FaultKind::kStale && !writes);
      blow.throws = blow.throws || fault.kind == FaultKind::kThrows;
      const auto code = static_cast<ports::ErrorCode>(fault.amount);
      if (fault.kind == FaultKind::kFails && (writes || code != ports::ErrorCode::kConflict)) {
        blow.error = ports::Error{code, "planned"};
      }
    }
  }
  if (stands > core::Duration(0) && !process.stands) {
    process.stands = true;
    process.Stood();
    const core::Duration until = now_ + stands;
    while (now_ < until && !promises_.broken()) Tick();
    process.stands = false;
  }
  return blow;
}

void FaultRollout::StatusStored(Process& process) {
  promises_.StatusStored(process, now_);
  if (!tells_) return;
  const core::RolloutState& state = promises_.state();
  Tell("process " + std::to_string(process.number() + 1) + " stores " +
       std::string(ToString(state.phase)) + "/" + std::string(ToString(state.stage)) + " step " +
       std::to_string(state.step + 1) + ", wants " + std::to_string(state.desired_percent) +
       " %: " + std::string(ToString(state.reason)) + ": " + state.message);
}

void FaultRollout::WeightWritten(Process& process, const WeightWrite& write) {
  Tell("process " + std::to_string(process.number() + 1) + " moves the weight from " +
       std::to_string(write.before) + " % to " + std::to_string(write.after) + " %");
  promises_.WeightWritten(process, write, now_);
}

void FaultRollout::Acted(Process& process, const core::Action& action,
                         const std::optional<demo::MemoryDeployment>& before) {
  if (tells_) {
    using Kind = core::Action::Kind;
    const std::string_view name = core::WordOf<Kind::kLeave>(
        action.kind,
        {"SetWeights", "GiveBack", "Adopt", "EnsureServices", "EnsureCanary", "ScaleCanary",
         "RemoveCanary", "Hold", "Release", "Restore", "Undo", "Leave"});
    Tell("process " + std::to_string(process.number() + 1) + " does " + std::string(name) + " " +
         std::to_string(action.value) + " " + action.revision);
  }
  promises_.Acted(action, before);
}

void FaultRollout::Tell(const std::string& what) {
  if (!tells_ || !released_) return;
  std::string line = Words(SinceRelease()) + "  " + what;
  if (story_.empty() || story_.back() != line) story_.push_back(std::move(line));
}

}  // namespace slogate::faults
