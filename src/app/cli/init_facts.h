// What gate init knows before it writes a policy, and what it has to say about it.
#pragma once

#include <string>
#include <vector>

#include "slogate/ports/survey.h"

namespace slogate::app {

struct InitFacts {
  ports::Key deployment;
  ports::WorkloadSighting sighting;
  std::string service;     // as asked for; empty: to be chosen
  std::string route_kind;  // as asked for; empty: to be chosen
  std::string route_name;
  std::string prometheus;                   // address; empty: not asked
  std::vector<ports::SeriesLabels> series;  // that seem to be of the Deployment
};

// What a person should know of a choice.
struct InitNote {
  enum class Kind { kFound, kAssumed, kEdit };
  Kind kind = Kind::kFound;
  std::string text;

  friend bool operator==(const InitNote&, const InitNote&) = default;
};

using InitNotes = std::vector<InitNote>;

}  // namespace slogate::app
