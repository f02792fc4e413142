// One check of one policy: read the world, decide, act, remember.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "app/controller/executor.h"
#include "app/controller/failures.h"
#include "app/controller/log.h"
#include "app/controller/metrics.h"
#include "app/controller/observer.h"
#include "slogate/core/leaving.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// How a reconcile ended and when to look again.
struct CheckOutcome {
  enum class Result {
    kSettled,  // nothing new; look again after `requeue_after`
    kChanged,  // the status intends something new; look again at once, to act upon it
    kFailed,   // something failed; look again as `retry` says
    kGone,     // the policy no longer exists
  };
  Result result = Result::kSettled;
  // kSettled; 0: only when something changes. kFailed: a slow retry is no slower than this (unless
  // 0), since a refused action must delay neither the next evidence nor a rollback.
  core::Duration requeue_after{0};
  Retry retry = Retry::kBackoff;  // kFailed
  std::string message;            // kFailed: why
};

// Level-based and idempotent: it knows nothing but the key, and a crash at any line followed by
// another reconcile gives the same world. Actions follow from the stored state, so an intent is
// always stored before it is acted upon. What the cluster said is kept while nothing has changed,
// and serves to see that there is nothing to do; whatever is to be done is decided on what the API
// server says then. Thread-safe for different keys.
class Reconciler {
 public:
  // `may_act` is asked before every write.
  Reconciler(const ReconcilerPorts& ports, Providers providers, FileReader read_file, Log& log,
             ControllerMetrics& metrics, std::function<bool()> may_act);

  // An exception anywhere in it fails this look only: kFailed with Retry::kBackoff.
  CheckOutcome Reconcile(const ports::Key& key);

 private:
  CheckOutcome PassUntilAlone(const ports::Key& key);
  // For how long the look has to wait for its turn to ask the API server; zero: not at all.
  core::Duration UntilTurn(const ports::Key& key);
  // One pass; kFailed with Retry::kNow when somebody else wrote in between.
  CheckOutcome Pass(const ports::Key& key);
  // The policy and what it names, from the API server; or how the look has ended without them.
  tl::expected<std::shared_ptr<const ClusterViews>, CheckOutcome> Read(const ports::Key& key);
  // `kept`: the views are of an earlier look.
  CheckOutcome Look(const std::shared_ptr<const ClusterViews>& views, bool kept);
  CheckOutcome CarryOut(const ports::PolicyRecord& record, const RolloutSnapshot& snapshot,
                        core::Decision& decision);
  // A look for which the sources are still being read.
  CheckOutcome WhileUnread(const ports::PolicyRecord& record, const RolloutSnapshot& snapshot,
                           const core::Decision& decision);
  CheckOutcome Unreadable(const ports::PolicyRecord& record);
  CheckOutcome Unguarded(const ports::PolicyRecord& record, const ports::Error& error);
  CheckOutcome Unsound(const ports::PolicyRecord& record);
  // Of a policy that is being deleted: gives back what was changed, and lets it go then, or a
  // minute after its deletion.
  CheckOutcome Leave(const ports::PolicyRecord& record);
  std::optional<ports::Error> Return(const ports::PolicyRecord& record, bool last,
                                     core::Leaving& leaving);
  CheckOutcome LetGo(const ports::PolicyRecord& record, const std::string& left);
  CheckOutcome Gone(const ports::Key& key);
  CheckOutcome Fail(const ports::Key& key, const ports::Error& error, FailureSubject subject);
  void RecordEvent(const ports::PolicyRecord& record, const core::HistoryEntry& entry);
  void NoteReading(const ports::Key& key, const core::Observations& seen);
  // Stores the state. True when it said something new; tells people the news then.
  ports::Result<bool> Remember(const ports::PolicyRecord& record, const core::RolloutState& state,
                               const std::vector<core::HistoryEntry>& news);

  const ReconcilerPorts ports_;
  const ExceptionGuard guard_;
  Observer observer_;
  KeptViews kept_;
  Executor executor_;
  Log& log_;
  ControllerMetrics& metrics_;
  const std::function<bool()> may_act_;
  std::mutex mutex_;
  std::map<ports::Key, core::TimePoint> turns_;  // of looks that wait
};

}  // namespace slogate::app
