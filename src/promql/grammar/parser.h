// The one parser of PromQL: grammar and types as Prometheus 3.16 has them, without its experimental
// functions. What it accepts Prometheus accepts; tests/integration/promql tries that against
// Prometheus' own parser.
//
// The text is untrusted: at most 16 KiB of it are read, nested at most 100 deep. Pure; callable
// from any thread; no exception leaves.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "promql/grammar/matchers_reader.h"
#include "promql/grammar/syntax_tree.h"
#include "promql/grammar/tokens.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::promql {

// Placeholders such as {{.window}} are either filled in before or no PromQL.
enum class Placeholders { kRefuse, kFill };

// Places are those in `query`.
tl::expected<SyntaxTree, Problem> Parse(std::string_view query, Placeholders placeholders,
                                        Patterns patterns = Patterns::kCheck);

// label="value",other=~"re" with or without braces. A quoted name alone is a matcher of __name__.
tl::expected<std::vector<core::LabelMatcher>, Problem> ParseMatcherList(std::string_view text,
                                                                        Patterns patterns);

}  // namespace slogate::promql
