// RolloutPolicy objects for people: listed, read, reported about, and asked of.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/requests.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::adapters::kubernetes {

// What people ask of a rollout, as annotations of its RolloutPolicy.
//
// A value is `<what>[ by <who>][ at <RFC 3339 time>]`, and <what> is
//   approve   <revision>/<step from 1>
//   promote   <revision>, or <revision>/<step>
//   abort     <revision>
//   undo      <revision> that production runs, or <revision>/now
//   pause     any word; paused while the annotation is there
//   resume    any word; a changed value lifts a pause that waits for a person
//   retry     any word; a changed value lets a rejected revision try again

inline constexpr const char* kApproveAnnotation = "slogate.dev/approve";
inline constexpr const char* kPromoteAnnotation = "slogate.dev/promote";
inline constexpr const char* kAbortAnnotation = "slogate.dev/abort";
inline constexpr const char* kUndoAnnotation = "slogate.dev/undo";
inline constexpr const char* kPauseAnnotation = "slogate.dev/pause";
inline constexpr const char* kResumeAnnotation = "slogate.dev/resume";
inline constexpr const char* kRetryAnnotation = "slogate.dev/retry";

// Never fails: a value that is not of the form above is no request and becomes `problem`.
core::Requests RequestsOf(const nlohmann::json& policy);

// What the retry annotation adds to spec.retry; empty without one.
std::string RetryWord(const nlohmann::json& policy);

// Words are annotations (request_annotations.h). Thread-safe. `client` must outlive this.
class KubePolicyAdmin : public ports::PolicyAdmin {
 public:
  explicit KubePolicyAdmin(KubeClient& client) : client_(client) {}

  ports::Result<std::vector<ports::PolicyRecord>> List(const std::string& ns) override;
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<ports::PolicyRecord> Ask(const ports::PolicyRecord& record,
                                         const ports::PolicyChange& change) override;
  ports::Result<std::vector<ports::PolicyEvent>> EventsOf(
      const ports::PolicyRecord& record) override;

 private:
  // All items of a collection, page by page; `query` is empty or ends in '&'.
  ports::Result<std::vector<nlohmann::json>> Items(const std::string& path,
                                                   const std::string& query);

  KubeClient& client_;
};

// Tells what happened as Events on the policy.

// One Event per reason and message; a repetition within ten minutes counts that one up. Thread-safe
// and never throws; a call lasts no longer than three seconds. `clock` must outlive the sink.
class KubeEventSink : public ports::EventSink {
 public:
  using OnFailure = std::function<void(const ports::Error&)>;

  // `on_failure` hears of each event that could not be written.
  KubeEventSink(ClusterConfig config, const ports::Clock& clock, OnFailure on_failure);

  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override;

 private:
  // An event that may be counted up.
  struct Recent {
    std::string what;  // policy, reason and message
    std::string path;
    core::TimePoint last{};
    int count = 1;
  };

  // The count after this one, and where the event is; 1 for a new event.
  Recent Remember(const std::string& what, const std::string& path, core::TimePoint now);
  void Drop(const std::string& what);

  KubeClient client_;
  const ports::Clock& clock_;
  OnFailure on_failure_;
  std::mutex mutex_;
  std::list<Recent> recent_;  // newest first
};

}  // namespace slogate::adapters::kubernetes
