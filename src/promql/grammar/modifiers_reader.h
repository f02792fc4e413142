// What may stand behind a selector: a range, offset, @, anchored and smoothed.
#pragma once

#include <cstddef>
#include <optional>

#include "promql/grammar/tree_builder.h"

namespace slogate::promql {

// Reads the modifier that comes next, behind this node: the node that both are together, or a
// problem. No value: none comes next.
std::optional<TreeBuilder::At> ReadModifier(TreeBuilder& builder, std::size_t behind);

}  // namespace slogate::promql
