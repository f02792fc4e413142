// What people do with policies: look at them, and leave requests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"

namespace slogate::ports {

enum class ActKind { kApprove, kPromote, kAbort, kPause, kResume, kRetry, kUndo };

// One word of a person: `<what>[ by <who>][ at <time>]`, or nothing to take it back.
struct Word {
  ActKind act = ActKind::kPause;
  std::optional<std::string> text;
};

// What a person wants of a policy; written all at once or not at all.
struct PolicyChange {
  std::vector<Word> words;
  std::optional<bool> paused;  // spec.paused
};

// What the cluster was told about a policy. Texts are untrusted.
struct PolicyEvent {
  core::TimePoint first{};
  core::TimePoint last{};
  int count = 1;
  bool warning = false;
  std::string reason;
  std::string message;
};

// Thread-safe. Every call has a time-out. Errors as in result.h.
class PolicyAdmin {
 public:
  virtual ~PolicyAdmin() = default;

  // Every policy of the namespace, or of all when `ns` is empty, ordered by key.
  virtual Result<std::vector<PolicyRecord>> List(const std::string& ns) = 0;

  // kNotFound when there is none.
  virtual Result<PolicyRecord> Get(const Key& key) = 0;

  // Changes exactly the version read; kConflict when the policy has moved on, kNotFound when it is
  // gone. Returns the policy as it is now.
  virtual Result<PolicyRecord> Ask(const PolicyRecord& record, const PolicyChange& change) = 0;

  // What is still kept of this very policy (not of an earlier one of its name), newest last.
  virtual Result<std::vector<PolicyEvent>> EventsOf(const PolicyRecord& record) = 0;
};

}  // namespace slogate::ports
