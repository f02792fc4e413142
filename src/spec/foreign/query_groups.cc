#include "spec/foreign/query_groups.h"

#include <algorithm>
#include <array>

#include "promql/expression.h"
#include "promql/writer.h"

namespace slogate::spec {
namespace {

using promql::Node;
using promql::SyntaxTree;

// What gives one series without labels, whatever it is given.
constexpr std::array<std::string_view, 5> kNumbers = {"vector", "scalar", "time", "absent",
                                                      "absent_over_time"};

// Functions of a range that give a value of that time and no number of events.
constexpr std::array<std::string_view, 9> kOfValues = {
    "avg_over_time",    "min_over_time", "max_over_time",    "last_over_time",    "first_over_time",
    "stddev_over_time", "mad_over_time", "stdvar_over_time", "quantile_over_time"};

template <std::size_t N>
bool Among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// Adds what `node` gives to `groups`. Trees are at most 100 deep.
void Add(const SyntaxTree& tree, const Node& node, QueryGroups& groups) {
  switch (node.kind) {
    case Node::Kind::kNumber:
    case Node::Kind::kString:
      return;
    case Node::Kind::kSelector:
      groups.unsummed = true;
      return;
    case Node::Kind::kAggregation:
      if (node.grouping == Node::Grouping::kOthers) groups.without = true;
      if (node.grouping == Node::Grouping::kNamed) {
        groups.by.insert(groups.by.end(), node.labels.begin(), node.labels.end());
      }
      return;
    case Node::Kind::kCall:
      if (Among(node.word, kNumbers)) return;
      break;
    case Node::Kind::kRange:
    case Node::Kind::kSubquery:
    case Node::Kind::kUnary:
    case Node::Kind::kBinary:
    case Node::Kind::kParentheses:
      break;
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) Add(tree, tree.Child(node, i), groups);
}

}  // namespace

QueryGroups GroupsOf(const SyntaxTree& query) {
  QueryGroups groups;
  Add(query, query.root(), groups);
  std::ranges::sort(groups.by);
  groups.by.erase(std::unique(groups.by.begin(), groups.by.end()), groups.by.end());
  return groups;
}

std::string ValueReadBy(const SyntaxTree& query) {
  for (const promql::SelectorUse& use : promql::ReadExpression(query).uses) {
    if (Among(use.function, kOfValues)) return use.function + " of " + promql::ToText(use.selector);
  }
  return "";
}

}  // namespace slogate::spec
