// The policy that gate init writes. Pure.
#pragma once

#include <string>

#include "app/cli/init_facts.h"
#include "slogate/ports/result.h"

namespace slogate::app {

struct InitPolicy {
  std::string text;  // YAML that gate validate accepts
  InitNotes notes;
};

// kNotFound when the route asked for is not there, or there is none and no Service either.
ports::Result<InitPolicy> WritePolicy(const InitFacts& facts);

}  // namespace slogate::app
