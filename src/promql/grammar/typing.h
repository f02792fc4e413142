// The static types of PromQL: what may stand where.
#pragma once

#include <optional>
#include <string>

#include "promql/grammar/syntax_tree.h"

namespace slogate::promql {

struct TypeProblem {
  std::size_t place = 0;  // in the query
  std::string message;
  std::string fix;
};

// Gives a node whose children are typed its type; what Prometheus would refuse of it.
std::optional<TypeProblem> GiveType(const SyntaxTree& tree, Node& node);

}  // namespace slogate::promql
