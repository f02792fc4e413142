// What a rollout stands on is deleted, scaled to 0, renamed or changed under it, in every phase: it
// is said within ten seconds, nothing is made worse, and it goes on by itself after the repair.
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "support/actors.h"
#include "support/gate_account.h"

namespace slogate::testing {
namespace {

using adapters::kubernetes::KubeClient;
using nlohmann::json;
using namespace std::chrono_literals;

using Clock = std::chrono::system_clock;

constexpr auto kUntilReached = 180s;
constexpr auto kUntilSaid = 10s;
// A mistake would show by then: the weight is looked at every second.
constexpr auto kDamageLasts = 3s;
constexpr auto kUntilGone = 120s;
constexpr const char* kOtherName = "shop";

// A namespace of the tests, for those who damage it.
class Place {
 public:
  Place(KubeClient& client, const Rollout& rollout) : client_(client), rollout_(rollout) {}

  void Delete(const char* plural, const char* name) const {
    const auto deleted = client_.Delete(Path(plural) + "/" + name);
    EXPECT_TRUE(deleted) << deleted.error().message;
  }
  void Create(const char* plural, const json& object) const {
    const auto created = client_.Create(Path(plural), object);
    EXPECT_TRUE(created) << created.error().message;
  }
  void Scale(int replicas) const {
    const auto scaled = client_.MergePatch(Path("deployments") + "/" + kDeployment + "/scale",
                                           {{"spec", {{"replicas", replicas}}}});
    EXPECT_TRUE(scaled) << scaled.error().message;
  }
  json Production() const {
    const auto read = client_.Get(Path("deployments") + "/" + kDeployment);
    return read ? *read : json::object();
  }
  // As its team made it.
  json Original() const {
    return DeploymentObject(kDeployment, rollout_.settings().replicas, rollout_.BaselineVersion());
  }
  void PausePolicy() const { PatchPolicy({{"spec", {{"paused", true}}}}); }
  void Abort(const std::string& revision) const {
    PatchPolicy({{"metadata", {{"annotations", {{"slogate.dev/abort", revision + " by ann"}}}}}});
  }
  // Neither of the versions that the rollout knows.
  void ReleaseAnother() const {
    PodVersion another = rollout_.CandidateVersion();
    another.version = "another";
    const auto released =
        client_.MergePatch(Path("deployments") + "/" + kDeployment, ReleasePatch(another));
    EXPECT_TRUE(released) << released.error().message;
  }

 private:
  void PatchPolicy(const json& patch) const {
    const auto patched = client_.MergePatch(
        "/apis/slogate.dev/v1alpha1/namespaces/" + rollout_.ns() + "/rolloutpolicies/" + kPolicy,
        patch);
    EXPECT_TRUE(patched) << patched.error().message;
  }
  std::string Path(const std::string& plural) const {
    return (plural == "services" ? "/api/v1" : "/apis/apps/v1") + ("/namespaces/" + rollout_.ns()) +
           "/" + plural;
  }

  KubeClient& client_;
  const Rollout& rollout_;
};

struct Damage {
  const char* name;
  const char* reason;
  const char* said;     // a part of the message
  bool ends_a_rollout;  // the repair brings the old revision back
  std::function<void(const Place&)> cause;
  std::function<void(const Place&)> repair;
};

const std::vector<Damage>& Damages() {
  static const std::vector<Damage> kDamages = {
      {"deleted", "WorkloadUnavailable", "/web does not exist", true,
       [](const Place& place) { place.Delete("deployments", kDeployment); },
       [](const Place& place) { place.Create("deployments", place.Original()); }},
      {"scaled to 0", "WaitingForBaseline", "scaled to 0", false,
       [](const Place& place) { place.Scale(0); }, [](const Place& place) { place.Scale(3); }},
      {"renamed", "WorkloadUnavailable", "/web does not exist", true,
       [](const Place& place) {
         place.Delete("deployments", kDeployment);
         json renamed = place.Original();
         renamed["metadata"]["name"] = kOtherName;
         place.Create("deployments", renamed);
       },
       [](const Place& place) {
         place.Delete("deployments", kOtherName);
         place.Create("deployments", place.Original());
       }},
      {"selector changed", "WorkloadUnavailable", "none of Deployment web", true,
       [](const Place& place) {
         json changed = place.Original();
         changed["spec"]["selector"]["matchLabels"]["app"] = kOtherName;
         changed["spec"]["template"]["metadata"]["labels"]["app"] = kOtherName;
         place.Delete("deployments", kDeployment);
         place.Create("deployments", changed);
       },
       [](const Place& place) {
         place.Delete("deployments", kDeployment);
         place.Create("deployments", place.Original());
       }},
      {"Service deleted", "WorkloadUnavailable", "/web-stable does not exist", false,
       [](const Place& place) { place.Delete("services", kBaselineService); },
       [](const Place& place) {
         place.Create("services", ServiceObject(kBaselineService, kDeployment));
       }}};
  return kDamages;
}

// Traffic on its way back waits for the gateway, for as long as the damage lasts.
enum class Moment { kRest, kStarting, kBaking, kPaused, kPromoting, kRollingBack, kSuperseded };

constexpr bool WaitsForGateway(Moment moment) {
  return moment == Moment::kRollingBack || moment == Moment::kSuperseded;
}

struct MomentOf {
  Moment moment;
  const char* name;
  const char* step;
  const char* after_repair;  // the phase, where the rollout is not ended by it
};

constexpr MomentOf kMoments[] = {{Moment::kRest, "at rest", "3s", "Ready"},
                                 {Moment::kStarting, "starting", "3s", "Progressing"},
                                 {Moment::kBaking, "baking", "15s", "Promoted"},
                                 {Moment::kPaused, "paused", "300s", "Paused"},
                                 {Moment::kPromoting, "promoting", "3s", "Promoted"},
                                 {Moment::kRollingBack, "rolling back", "300s", "RolledBack"},
                                 {Moment::kSuperseded, "superseded", "300s", "Progressing"}};

RolloutSettings SettingsOf(const Damage& damage, const MomentOf& moment) {
  RolloutSettings settings;
  settings.title = std::string(damage.name) + ", " + moment.name;
  settings.policy_spec = {{"steps", json::array({{{"weight", 25}, {"minDuration", moment.step}}})},
                          {"workload", {{"progressDeadline", "600s"}}}};
  if (moment.moment == Moment::kStarting) settings.behaviour = "never";
  return settings;
}

// One damage in one phase, from the release to the recovery.
class Case {
 public:
  Case(World& world, Rollout& rollout, const Damage& damage, const MomentOf& moment)
      : world_(world),
        rollout_(rollout),
        place_(world.servers().client(), rollout),
        damage_(damage),
        moment_(moment) {}

  void Begin() {
    if (moment_.moment == Moment::kRest) return;
    if (moment_.moment == Moment::kPromoting) {
      // Slow enough to be met half way.
      const auto slowed = world_.servers().client().MergePatch(
          "/apis/apps/v1/namespaces/" + rollout_.ns() + "/deployments/" + kDeployment,
          {{"spec", {{"minReadySeconds", 4}}}});
      ASSERT_TRUE(slowed) << slowed.error().message;
    }
    rollout_.Release();
  }

  // True at its end, good or bad.
  bool Advance() {
    switch (stage_) {
      case Stage::kReaching:
        if (!Reached()) return Late(kUntilReached, "the phase is not reached");
        weight_ = rollout_.CanaryPercent();
        damaged_at_ = Clock::now();
        damage_.cause(place_);
        Enter(Stage::kDamaged);
        return false;
      case Stage::kDamaged:
        if (!Said()) return Late(kUntilSaid, "the damage is not said");
        Enter(Stage::kSaid);
        return false;
      case Stage::kSaid:
        if (Clock::now() - since_ < kDamageLasts) return false;
        EXPECT_TRUE(Said()) << "not said any more: " << Describe(rollout_);
        repaired_at_ = Clock::now();
        damage_.repair(place_);
        if (WaitsForGateway(moment_.moment)) world_.gateway().Resume(rollout_.ns());
        Enter(Stage::kRepaired);
        return false;
      case Stage::kRepaired:
        return Recovered() || Late(kUntilGone, "it does not go on after the repair");
    }
    return true;
  }

  // While damaged, no weight rose and nothing of the user's was written, but for the label of a
  // Deployment that was made again.
  void ExpectNothingMadeWorse() const {
    json production;
    const RouteShape& shape = ShapeOf(rollout_.settings().route_kind);
    for (const AuditEvent& event : ReadAuditLog(world_.servers().audit_log_path(), rollout_.ns())) {
      const json before = production;
      if (event.resource == "deployments" && event.name == kDeployment) production = event.object;
      const bool damaged = event.at > damaged_at_ && event.at < repaired_at_;
      if (!damaged || !event.user.starts_with(kGateUsers)) continue;
      if (event.resource == shape.resource() && event.subresource.empty()) {
        EXPECT_LE(shape.Percent(event.object), weight_) << Title();
      }
      const bool label = event.resource == "deployments" && before.is_object() &&
                         event.object.is_object() && before["spec"] == event.object["spec"];
      const bool users =
          (event.resource == "deployments" && event.name != kCanaryDeployment && !label) ||
          (event.resource == "services" && event.name != kCanaryService);
      EXPECT_FALSE(users) << Title() << ": " << event.verb << " " << event.resource << "/"
                          << event.name;
    }
  }

 private:
  enum class Stage { kReaching, kDamaged, kSaid, kRepaired };

  const std::string& Title() const { return rollout_.settings().title; }

  void Enter(Stage stage) {
    stage_ = stage;
    since_ = Clock::now();
  }

  bool Late(std::chrono::seconds longest, const char* what) {
    if (Clock::now() - since_ < longest) return false;
    ADD_FAILURE() << Title() << ": " << what << ": " << Describe(rollout_);
    return true;
  }

  bool Reached() {
    const json status = rollout_.Status();
    const std::string phase = status.value("phase", "");
    const std::string stage = status.value("/progress/stage"_json_pointer, "");
    const bool baking = phase == "Progressing" && stage == "Baking";
    switch (moment_.moment) {
      case Moment::kRest:
        return phase == "Ready";
      case Moment::kStarting:
        return phase == "Progressing" && status.value("reason", "") == "WaitingForCanary";
      case Moment::kBaking:
        return baking;
      case Moment::kPaused:
        if (baking) place_.PausePolicy();
        return phase == "Paused";
      case Moment::kPromoting:
        return phase == "Promoting" &&
               !place_.Production().value("/spec/paused"_json_pointer, false);
      case Moment::kRollingBack:
        if (Turn(baking)) place_.Abort(status.value("candidateRevision", ""));
        return phase == "RollingBack";
      case Moment::kSuperseded:
        if (Turn(baking)) place_.ReleaseAnother();
        return phase == "Superseded";
    }
    return false;
  }

  // True once, when the traffic is to go back: the gateway will not take it.
  bool Turn(bool baking) {
    if (!baking || turned_) return false;
    world_.gateway().Pause(rollout_.ns());
    return turned_ = true;
  }

  bool Said() const {
    const json status = rollout_.Status();
    const bool message = status.value("message", "").find(damage_.said) != std::string::npos;
    const bool paused = status.value("phase", "") == "Paused";
    return message && (paused || status.value("reason", "") == damage_.reason);
  }

  bool Recovered() const {
    if (Said()) return false;
    const bool ended = damage_.ends_a_rollout;
    const std::string phase = rollout_.Phase();
    const bool rejected = moment_.moment == Moment::kRollingBack && phase == "RolledBack";
    if (phase != (ended ? "Ready" : moment_.after_repair) && !rejected) return false;
    const bool idle = phase == "Ready" || phase == "Promoted" || rejected;
    return !idle || (rollout_.CanaryPercent() == 0 && rollout_.CanaryAtRest());
  }

  World& world_;
  Rollout& rollout_;
  const Place place_;
  const Damage& damage_;
  const MomentOf& moment_;
  Stage stage_ = Stage::kReaching;
  bool turned_ = false;
  Clock::time_point since_ = Clock::now();
  Clock::time_point damaged_at_ = Clock::time_point::max();
  Clock::time_point repaired_at_ = Clock::time_point::max();
  int weight_ = 0;
};

TEST(DamageTest, IsSaidMakesNothingWorseAndIsRecoveredFromInEveryPhase) {
  std::vector<RolloutSettings> settings;
  for (const MomentOf& moment : kMoments) {
    for (const Damage& damage : Damages()) settings.push_back(SettingsOf(damage, moment));
  }
  const std::unique_ptr<World> world = MakeWorld(settings);
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(AwaitRest(*world));
  std::size_t next = 0;
  for (const MomentOf& moment : kMoments) {
    std::deque<Case> cases;
    for (const Damage& damage : Damages()) {
      cases.emplace_back(*world, world->rollouts()[next++], damage, moment).Begin();
    }
    std::vector<bool> ended(cases.size(), false);
    EXPECT_TRUE(Await(
        [&] {
          bool all = true;
          for (std::size_t i = 0; i < cases.size(); ++i) {
            if (!ended[i]) ended[i] = cases[i].Advance();
            all = all && ended[i];
          }
          return all;
        },
        5min, 50ms));
    for (const Case& one : cases) one.ExpectNothingMadeWorse();
  }
  for (const std::string& line : world->Refusals()) ADD_FAILURE() << line;
  if (HasFailure()) ADD_FAILURE() << world->GateLog();
}

}  // namespace
}  // namespace slogate::testing
