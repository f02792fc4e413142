// A query of PromQL as a tree. Plain values; every text in them is untrusted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "promql/grammar/functions.h"
#include "slogate/core/policy.h"

namespace slogate::promql {

struct Node {
  enum class Kind {
    kNumber,       // a duration as well, in seconds
    kString,       // `word` is its value
    kSelector,     // `selector`
    kRange,        // [5m] behind its only child, a selector
    kSubquery,     // [5m:1m] behind its only child
    kUnary,        // `word` is + or -
    kBinary,       // `word` is the operator; two children
    kCall,         // `word` is the function; its arguments
    kAggregation,  // `word` in small letters; a parameter where it takes one, then the vector
    kParentheses,  // around its only child
  };
  // by and on name `labels`, without and ignoring leave them out.
  enum class Grouping { kNone, kNamed, kOthers };
  static constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);

  Kind kind = Kind::kNumber;
  Type type = Type::kScalar;
  std::size_t begin = 0;  // in the query as it was written
  std::size_t end = 0;
  std::size_t parent = kNoParent;
  std::vector<std::size_t> children;

  std::string word;
  double number = 0;
  // Its metric is empty unless exactly one name is given, by whatever spelling. Matchers of
  // __name__ are those that say more than one name.
  core::Selector selector;
  std::string range;  // of kRange and kSubquery: what the brackets hold, placeholders and all
  Grouping grouping = Grouping::kNone;
  std::vector<std::string> labels;
  bool many_to_one = false;  // group_left or group_right
  std::vector<std::string> included;
  bool returns_bool = false;
  bool has_offset = false;  // offset, and @
  bool has_time = false;
  bool anchored = false;  // modifiers of Prometheus 3.16
  bool smoothed = false;
};

// Children stand before their parents; selectors in the order of the text. Never empty.
struct SyntaxTree {
  std::vector<Node> nodes;

  const Node& root() const { return nodes.back(); }
  const Node& Child(const Node& node, std::size_t which) const {
    return nodes[node.children[which]];
  }
  // Without the parentheses around it.
  const Node& Bare(const Node& node) const {
    const Node* bare = &node;
    while (bare->kind == Node::Kind::kParentheses) bare = &Child(*bare, 0);
    return *bare;
  }
};

}  // namespace slogate::promql
