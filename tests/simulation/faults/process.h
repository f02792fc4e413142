// One controller process in virtual time: the product's own queue, reconciler and leader election
// behind ports that fail as the scenario says. It dies, stops and comes back.
#pragma once

#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "app/controller/controller.h"
#include "app/controller/leader_election.h"
#include "app/controller/reconciler.h"
#include "demo/world/world.h"
#include "simulation/faults/bugs.h"
#include "simulation/faults/dice.h"
#include "simulation/faults/scenario.h"
#include "simulation/faults/simulated_source.h"

namespace slogate::faults {

inline const ports::Key kPolicyKey{"shop", "checkout"};

class Process;

// What befalls one call.
struct Blow {
  std::optional<ports::Error> error;  // instead of its effect
  bool throws = false;
  bool stale = false;
  bool dies_before = false;
  bool dies_after = false;
  core::Duration away{0};  // when it dies
  bool answer_lost = false;
};

// A write of the route's weight.
struct WeightWrite {
  int before = 0;
  int after = 0;
  bool as_seen = true;  // nobody has written the route since the process looked at it
};

// What a process lives in. Functions are called while it handles its policy.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // Time may pass meanwhile.
  virtual Blow Meet(Process& process, Port port, bool writes) = 0;
  virtual core::Duration Now() const = 0;  // true time since the beginning

  virtual void StatusStored(Process& process) = 0;
  virtual void WeightWritten(Process& process, const WeightWrite& write) = 0;
  virtual void Acted(Process& process, const core::Action& action,
                     const std::optional<demo::MemoryDeployment>& before) = 0;
};

// True time, and how far off this process' clock is.
class SkewedClock : public ports::Clock {
 public:
  explicit SkewedClock(const ports::Clock& clock) : clock_(clock) {}
  core::TimePoint Now() const override { return clock_.Now() + off; }

  core::Duration off{0};

 private:
  const ports::Clock& clock_;
};

class Process {
 public:
  struct World {
    demo::World& cluster;
    SimulatedSource& source;
    const ports::Clock& clock;
    Surroundings& surroundings;
    bool stale_reads = false;  // what is read is kept for them
  };

  Process(World world, int number, bool elects, std::uint64_t seed, Bug bug);
  ~Process();

  // Whatever is due: elects, and looks at the policy.
  void Tick();

  // The policy, or what it names, has changed.
  void Hear();

  // SIGTERM: what runs has ended; gives the lease up.
  void Stop(core::Duration away);
  void Die(core::Duration away);

  int number() const { return number_; }
  bool runs() const { return life_ != nullptr && !dead_; }
  // May it act?
  bool leads() const;
  // All that it has read since it last read the policy is as the world was then, and is now.
  bool fresh() const { return fresh_; }
  // It has stood still.
  void Stood() { fresh_ = false; }
  bool stands = false;
  bool hears = true;  // its watch works
  SkewedClock clock;

 private:
  struct Life;
  class Policies;
  class Workloads;
  class Router;
  class Leases;

  // What the call gives, unless it is struck. `kept`: what it gave the last time.
  template <typename T, typename Call>
  ports::Result<T> Read(Port port, std::optional<T>& kept, const Call& call);
  template <typename Result, typename Call>
  Result Write(Port port, const Call& call);
  std::optional<ports::Error> Before(const Blow& blow);
  void Begin();
  app::WorkQueue::Instant Steady() const;

  const World world_;
  const int number_;
  const bool elects_;
  const Bug bug_;
  Dice dice_;
  std::unique_ptr<Policies> policies_;
  std::unique_ptr<Workloads> workloads_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Leases> leases_;
  std::ostringstream lines_;
  app::Log log_;
  std::unique_ptr<Life> life_;
  core::Duration back_at_{0};
  core::Duration next_check_{0};  // of the lease
  bool dead_ = false;             // it ends with the call that it is in
  bool fresh_ = true;
};

}  // namespace slogate::faults
