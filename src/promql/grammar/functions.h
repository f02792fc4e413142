// The functions and aggregations of PromQL as of Prometheus 3.16, with the types of their
// arguments.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slogate::promql {

enum class Type { kScalar, kVector, kRange, kString };

// "an instant vector"
std::string_view NameOf(Type type);

struct Function {
  std::string_view name;
  Type result = Type::kVector;
  std::vector<Type> arguments;
  std::size_t least = 0;  // arguments that must be given
  std::size_t most = 0;   // and that may be; the last type repeats
};
// nullptr: there is none of that name, or it is experimental.
const Function* FindFunction(std::string_view name);

// Those that Prometheus refuses unless --enable-feature=promql-experimental-functions is given.
bool IsExperimental(std::string_view function_or_aggregation);

// The function that a removed or misspelt name likely means.
std::optional<std::string> FunctionLike(std::string_view name);

struct Aggregation {
  std::string_view name;
  std::optional<Type> parameter;  // what comes before the vector
};
// Capitals and small letters are equal; nullptr: it is not one. Experimental ones are found.
const Aggregation* FindAggregation(std::string_view word);

}  // namespace slogate::promql
