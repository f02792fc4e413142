// Whether a selector picks good or bad events, by the words in it.
#pragma once

#include "promql/expression.h"

namespace slogate::lint {

enum class Sense { kUnknown, kGood, kBad };

Sense Opposite(Sense sense);

// Of label values such as code=~"5.." or outcome="success", of le="3", and of names such as
// errors_total. Mixed signs are unknown.
Sense SenseOf(const core::Selector& selector);

// Of what an expression counts: total - good is bad.
Sense SenseOf(const promql::Expression& text);

}  // namespace slogate::lint
