#include "promql/grammar/typing.h"

#include <algorithm>
#include <array>
#include <utility>

#include "promql/grammar/matchers_reader.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

using Found = std::optional<TypeProblem>;

constexpr std::array<std::string_view, 6> kComparisons = {"==", "!=", "<", ">", "<=", ">="};
constexpr std::array<std::string_view, 3> kSetOperators = {"and", "or", "unless"};

template <std::size_t N>
bool IsOne(const std::string& word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

std::string With(std::string_view before, Type type, std::string_view behind) {
  return std::string(before) + std::string(NameOf(type)) + std::string(behind);
}

bool IsValue(Type type) { return type == Type::kScalar || type == Type::kVector; }

std::string FixOf(const SyntaxTree& tree, const Node& given, Type wanted) {
  const bool selector = tree.Bare(given).kind == Node::Kind::kSelector;
  if (wanted == Type::kRange && given.type == Type::kVector) {
    return selector ? "add a range, as in x[5m]"
                    : "take rate(...) of the selector first and put the rest around it, or write a "
                      "subquery such as [5m:1m]";
  }
  if (wanted == Type::kVector && given.type == Type::kRange) {
    return "put rate, increase or another function of a range around it, or drop the range";
  }
  if (wanted == Type::kVector && given.type == Type::kScalar) return "write vector(...) around it";
  if (wanted == Type::kScalar && given.type == Type::kVector) return "write scalar(...) around it";
  if (wanted == Type::kString) return "write it in quotes";
  return "give " + std::string(NameOf(wanted));
}

Found Need(const SyntaxTree& tree, const Node& given, Type wanted, const std::string& of) {
  if (given.type == wanted) return std::nullopt;
  return TypeProblem{
      given.begin,
      With("gives " + of + " ", given.type, ", which takes ") + std::string(NameOf(wanted)),
      FixOf(tree, given, wanted)};
}

std::string Counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

Found OfCall(const SyntaxTree& tree, Node& node) {
  const Function& function = *FindFunction(node.word);
  node.type = function.result;
  const std::size_t given = node.children.size();
  if (given < function.least || given > function.most) {
    const bool few = given < function.least;
    const std::string bound = function.least == function.most ? "" : few ? "at least " : "at most ";
    return TypeProblem{node.begin, "gives " + node.word + " " + Counted(given),
                       "give it " + bound + Counted(few ? function.least : function.most)};
  }
  for (std::size_t i = 0; i < given; ++i) {
    const Type wanted = function.arguments[std::min(i, function.arguments.size() - 1)];
    if (auto found = Need(tree, tree.Child(node, i), wanted, node.word)) return found;
  }
  return std::nullopt;
}

Found OfAggregation(const SyntaxTree& tree, Node& node) {
  const Aggregation& aggregation = *FindAggregation(node.word);
  node.type = Type::kVector;
  const std::size_t wanted = aggregation.parameter ? 2 : 1;
  if (node.children.size() != wanted) {
    return TypeProblem{node.begin, "gives " + node.word + " " + Counted(node.children.size()),
                       "give it " + Counted(wanted)};
  }
  if (aggregation.parameter) {
    if (auto found = Need(tree, tree.Child(node, 0), *aggregation.parameter, node.word)) {
      return found;
    }
  }
  return Need(tree, tree.Child(node, wanted - 1), Type::kVector, node.word);
}

Found OfPairing(const Node& node, std::size_t place, bool vectors) {
  const bool set = IsOne(node.word, kSetOperators);
  if (!vectors) {
    if (!node.labels.empty()) {
      return TypeProblem{place, "pairs series by labels where one side is a scalar",
                         "remove on(...) or ignoring(...)"};
    }
    if (set) {
      return TypeProblem{place, "has " + node.word + " beside a scalar",
                         "give it instant vectors on both sides, such as vector(0)"};
    }
    return std::nullopt;
  }
  if (set && node.many_to_one) {
    return TypeProblem{place, "has group_left or group_right of " + node.word,
                       "remove it: " + node.word + " pairs many with many"};
  }
  return std::nullopt;
}

Found OfBinary(const SyntaxTree& tree, Node& node) {
  const Node& left = tree.Child(node, 0);
  const Node& right = tree.Child(node, 1);
  const bool comparison = IsOne(node.word, kComparisons);
  const bool scalars = left.type == Type::kScalar && right.type == Type::kScalar;
  node.type = scalars ? Type::kScalar : Type::kVector;
  if (node.returns_bool && !comparison) {
    return TypeProblem{right.begin, "has bool behind " + node.word, "keep bool for comparisons"};
  }
  if (comparison && scalars && !node.returns_bool) {
    return TypeProblem{right.begin, "compares two scalars without bool",
                       "write " + node.word + " bool"};
  }
  for (const Node* side : {&left, &right}) {
    if (IsValue(side->type)) continue;
    return TypeProblem{side->begin, With("has ", side->type, " beside the operator " + node.word),
                       FixOf(tree, *side, Type::kVector)};
  }
  for (const std::string& label : node.included) {
    if (node.grouping != Node::Grouping::kNamed) break;
    if (std::ranges::find(node.labels, label) == node.labels.end()) continue;
    return TypeProblem{
        right.begin,
        "has label " + spec::BoundedUtf8(label, 60) + " both in on(...) and in the group",
        "remove it from one of them"};
  }
  return OfPairing(node, right.begin, left.type == Type::kVector && right.type == Type::kVector);
}

Found OfSelector(Node& node) {
  node.type = Type::kVector;
  core::Selector& selector = node.selector;
  const bool named = std::ranges::any_of(
      selector.matchers, [](const core::LabelMatcher& one) { return one.name == "__name__"; });
  if (!selector.metric.empty() && named) {
    return TypeProblem{node.begin, "names the metric twice",
                       "keep the name before the brace or the one within"};
  }
  if (selector.metric.empty() && AcceptsNothing(selector.matchers)) {
    return TypeProblem{node.begin, "selects every series",
                       "name a metric, or match a label with a value that is not empty"};
  }
  MoveName(selector);
  return std::nullopt;
}

}  // namespace

std::optional<TypeProblem> GiveType(const SyntaxTree& tree, Node& node) {
  switch (node.kind) {
    case Node::Kind::kNumber:
      node.type = Type::kScalar;
      return std::nullopt;
    case Node::Kind::kString:
      node.type = Type::kString;
      return std::nullopt;
    case Node::Kind::kSelector:
      return OfSelector(node);
    case Node::Kind::kRange:
      node.type = Type::kRange;
      return std::nullopt;
    case Node::Kind::kSubquery:
      node.type = Type::kRange;
      return Need(tree, tree.Child(node, 0), Type::kVector, "a subquery");
    case Node::Kind::kUnary:
      node.type = tree.Child(node, 0).type;
      if (IsValue(node.type)) return std::nullopt;
      return TypeProblem{node.begin, With("has a sign before ", node.type, ""),
                         "remove the " + node.word};
    case Node::Kind::kBinary:
      return OfBinary(tree, node);
    case Node::Kind::kCall:
      return OfCall(tree, node);
    case Node::Kind::kAggregation:
      return OfAggregation(tree, node);
    case Node::Kind::kParentheses:
      node.type = tree.Child(node, 0).type;
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace slogate::promql
