// Looking again until a change may go out.
#pragma once

#include <functional>
#include <optional>
#include <ostream>

#include "app/cli/adapters.h"
#include "app/cli/slo_check.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct WaitTerms {
  core::Duration longest{0};
  core::Duration every{0};
};

// The first look that passes, or the one at the end of the time. Looks come less often while the
// source fails, at most every five minutes. Each look that does not pass is told on `progress`: a
// line each, or one line that changes where that is a terminal. std::nullopt: the person ended it;
// a look that is under way then ends the process with code 130.
std::optional<SloCheck> LookUntilPass(const WaitTerms& terms,
                                      const std::function<SloCheck(core::TimePoint)>& look,
                                      const Adapters& adapters, std::ostream& progress);

}  // namespace slogate::app
