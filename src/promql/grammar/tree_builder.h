// A tree as it grows, each node typed when it is added.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "promql/grammar/syntax_tree.h"
#include "promql/grammar/token_walk.h"
#include "promql/grammar/typing.h"

namespace slogate::promql {

// Keeps a reference to the walk, which keeps the problems.
class TreeBuilder {
 public:
  using At = std::optional<std::size_t>;  // of a node; none: the walk has a problem

  explicit TreeBuilder(TokenWalk& walk) : walk_(walk) {}

  TokenWalk& walk() { return walk_; }
  Node& at(std::size_t place) { return tree_.nodes[place]; }
  SyntaxTree TakeTree() { return std::move(tree_); }

  // A node that begins with the next token.
  Node Begun(Node::Kind kind) const {
    Node node;
    node.kind = kind;
    node.begin = walk_.Place();
    return node;
  }

  // Types the node, which ends with the last token, and puts it behind its children.
  At Add(Node node) {
    node.end = walk_.PlaceBehind();
    if (auto problem = GiveType(tree_, node)) {
      walk_.FailAt(problem->place, std::move(problem->message), std::move(problem->fix));
    }
    if (walk_.problem()) return std::nullopt;
    const std::size_t place = tree_.nodes.size();
    for (const std::size_t child : node.children) tree_.nodes[child].parent = place;
    tree_.nodes.push_back(std::move(node));
    return place;
  }

 private:
  TokenWalk& walk_;
  SyntaxTree tree_;
};

}  // namespace slogate::promql
