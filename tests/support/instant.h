// The time of writing, as Kubernetes writes it.
#pragma once

#include <chrono>
#include <string>

#include "slogate/core/time.h"
#include "spec/text/units.h"

namespace slogate::testing {

// Such as 2026-01-31T12:00:00Z.
inline std::string NowText() {
  return spec::ToSecondsText(std::chrono::floor<core::Duration>(std::chrono::system_clock::now()));
}

}  // namespace slogate::testing
