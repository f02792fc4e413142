// Label matchers and lists of labels within a query.
#pragma once

#include <string>
#include <vector>

#include "promql/grammar/token_walk.h"
#include "slogate/core/policy.h"

namespace slogate::promql {

// Whether regular expressions are tried. Those of a stored state were taken once, by whatever rule.
enum class Patterns { kCheck, kTrust };

// Reads matchers into `matchers`: up to and with the closing brace or, where not `braced`, up to
// the end. A quoted name alone becomes a matcher of __name__. False: the walk has a problem.
bool ReadMatchers(TokenWalk& walk, bool braced, Patterns patterns,
                  std::vector<core::LabelMatcher>& matchers);

// Moves the name that a selector has within its braces to its metric, when it is one name.
void MoveName(core::Selector& selector);

// Whether only a series without any of these labels could be meant: Prometheus refuses to select
// everything.
bool AcceptsNothing(const std::vector<core::LabelMatcher>& matchers);

// Reads (a, "b.c") into `labels`.
bool ReadLabels(TokenWalk& walk, std::vector<std::string>& labels);

}  // namespace slogate::promql
