// How an objective's events are counted and related to those of its parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/rule_subject.h"
#include "slogate/core/slo.h"

namespace slogate::rules {

// What is measured itself, or nothing for composites without a metric per request and for journeys.
using Measured = std::variant<core::Indicator, core::RatioIndicator>;
std::optional<Measured> MeasuredBy(const core::SloObjective& objective);

// Of such a composite.
const core::CompositeIndicator* BoundedBy(const core::SloObjective& objective);
const core::JourneyIndicator* JourneyOf(const core::SloObjective& objective);

// Whether events are known, not ratios only: of a composite or journey, those of every part.
bool IsCounted(const Subject& subject);

// The bad ratio over a window.
std::string RatioExpression(const Subject& subject, std::string_view window);

// The same for a composite's parts failing together as far as they can.
std::string BestRatioExpression(const Subject& subject, std::string_view window);

// Events of one bucket. Recorded in this order, each may use those before it by its recorded name.
struct BucketRule {
  std::string_view record;
  std::string expression;
};
std::vector<BucketRule> BucketRules(const Subject& subject);

}  // namespace slogate::rules
