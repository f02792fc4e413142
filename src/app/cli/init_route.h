// The route of a policy that gate init writes. Pure.
#pragma once

#include <string>

#include "app/cli/init_facts.h"
#include "slogate/ports/result.h"

namespace slogate::app {

struct InitRoute {
  std::string kind;  // as in core::Route
  std::string name;
  std::string canary_service;  // empty when the kind is Service
  std::string baseline_service;
};

// The route asked for, or the first one that was seen; without any, the Service and the number of
// pods behind it. Adds to `notes` what was found and what is still to be done. kNotFound names what
// there is instead of what was asked for.
ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes);

}  // namespace slogate::app
