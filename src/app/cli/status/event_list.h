// What happened to a policy: its history, and what the cluster was told.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::app {

// One thing that happened. Texts are fit for a terminal.
struct Happening {
  ports::Key key;        // of the policy
  core::TimePoint at{};  // last, where it happened several times
  int count = 1;
  bool warning = false;
  std::string reason;
  std::string message;
  std::string decision;  // empty: known from the cluster's events alone
  int step = 0;          // counted from 1; 0: none
  int weight_percent = 0;
};

// Newest last. An event that tells of an entry of the history (same reason and message, within two
// minutes) is not reported twice. Pure.
std::vector<Happening> Happenings(const ports::PolicyRecord& record,
                                  const std::vector<ports::PolicyEvent>& events);

}  // namespace slogate::app
