// A rollout in virtual time: the cluster in memory, one or two controllers, people, and what goes
// wrong. The same scenario gives the same rollout.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/faults/rollout_promises.h"
#include "support/fake_clock.h"

namespace slogate::faults {

struct Ending {
  std::optional<Broken> broken;
  core::Duration at{0};  // since the release
  int looks = 0;
  core::Phase phase = core::Phase::kPending;
  std::vector<std::string> story;  // when it was asked for
};

// What is kept of a status. The rollout is the same with each.
enum class Statuses {
  kOfSeed,   // text for one seed in 16, otherwise values
  kText,     // each status is written as text, and parsed
  kValues,   // what would be read of the text; a promise that now and then is held to the text
  kChecked,  // the same, held to it each time
};

class FaultRollout : private Surroundings {
 public:
  FaultRollout(const Scenario& scenario, Bug bug = Bug::kNone, bool tells = false,
               Statuses statuses = Statuses::kOfSeed);
  ~FaultRollout() override;

  Ending Run();

 private:
  Blow Meet(Process& process, Port port, bool writes) override;
  core::Duration Now() const override { return now_; }
  void StatusStored(Process& process) override;
  void WeightWritten(Process& process, const WeightWrite& write) override;
  void Acted(Process& process, const core::Action& action,
             const std::optional<demo::MemoryDeployment>& before) override;

  // What a gateway and Kubernetes have now.
  struct Snapshot {
    std::optional<demo::MemoryRoute> route;
    std::optional<demo::MemoryDeployment> canary;
    std::optional<demo::MemoryDeployment> production;
  };

  ports::Result<core::RolloutState> Stored(const ports::PolicyRecord& record,
                                           const core::RolloutState& state);
  Snapshot Look() const;
  bool RunUntil(core::Duration limit, bool (FaultRollout::*reached)() const);
  void Tick();
  void Serve();
  void TurnFaults();
  void Begin(const Fault& fault);
  void End(const Fault& fault);
  void Release(const std::string& revision);
  void People();
  void OwnerFollows();
  void NoteWhatIsLeft();
  bool IsCalm() const;
  bool IsReady() const;
  bool HasEnded() const;
  bool Active(const Fault& fault) const;
  core::Duration SinceRelease() const { return now_ - released_at_; }
  core::Request RequestNow(int step = 0);
  void Tell(const std::string& what);

  const Scenario scenario_;
  const bool tells_;
  const Statuses statuses_;
  tests::FakeClock clock_;
  demo::World world_;
  SimulatedSource source_;
  PeopleDid people_;
  RolloutPromises promises_;
  std::vector<std::unique_ptr<Process>> processes_;
  Snapshot seen_;             // when something changed last
  std::vector<int> turns_;    // of each fault: 0 to come, 1 begun, 2 over
  std::vector<bool> struck_;  // of those that await a write
  core::Duration now_{0};
  core::Duration released_at_{0};
  core::Duration disturbed_until_{0};
  std::optional<core::Duration> paused_since_;
  std::optional<core::Duration> owner_asked_;
  bool released_ = false;
  bool gone_ = false;           // the policy is, and
  bool route_left_ = false;     // what could not be reached then is as it was
  bool workload_left_ = false;  // likewise
  std::string latest_ = "v1";
  int requests_ = 0;
  int status_writes_ = 0;  // whether or not they say something new
  int looks_ = 0;
  std::vector<std::string> story_;
};

}  // namespace slogate::faults
