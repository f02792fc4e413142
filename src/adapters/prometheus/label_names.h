// The label names of a plan, which must be PromQL's before they are written into a query.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/decide.h"

namespace slogate::adapters::prometheus {

// Pure. The first label name in matchers or cohorts that PromQL does not have.
std::optional<std::string> FirstBadLabelName(const core::ReadingPlan& plan);

}  // namespace slogate::adapters::prometheus
