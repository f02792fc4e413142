#include "promql/expression.h"

#include <algorithm>
#include <utility>

#include "promql/grammar/parser.h"
#include "promql/grammar/placeholders.h"
#include "promql/grammar/tokens.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

constexpr std::size_t kLongestShownText = 4096;

// Strings of PromQL may hold any bytes, texts of findings may not. What stands for {{.track}} is
// none of the query's own.
core::Selector Shown(core::Selector selector) {
  std::erase_if(selector.matchers,
                [](const core::LabelMatcher& one) { return one.name == kAnyLabel; });
  const auto show = [](std::string& text) {
    if (!spec::IsUtf8(text)) text = spec::BoundedUtf8(text, kLongestShownText);
  };
  show(selector.metric);
  for (core::LabelMatcher& matcher : selector.matchers) {
    show(matcher.name);
    show(matcher.value);
  }
  return selector;
}

SelectorUse UseOf(const SyntaxTree& tree, const Node& node) {
  SelectorUse use;
  use.selector = Shown(node.selector);
  for (const Node* around = &node; around->parent != Node::kNoParent;) {
    around = &tree.nodes[around->parent];
    const bool ranges = around->kind == Node::Kind::kRange || around->kind == Node::Kind::kSubquery;
    if (ranges && use.range.empty()) use.range = around->range;
    if (around->kind != Node::Kind::kCall && around->kind != Node::Kind::kAggregation) continue;
    use.function = around->word;
    break;
  }
  return use;
}

// The last operand stands right behind the operator.
std::size_t SelectorsBefore(const SyntaxTree& tree, const Node& node) {
  const std::size_t behind = tree.nodes[node.children.back()].begin;
  return static_cast<std::size_t>(std::ranges::count_if(tree.nodes, [&](const Node& one) {
    return one.kind == Node::Kind::kSelector && one.begin < behind;
  }));
}

}  // namespace

Expression ReadExpression(std::string_view text) {
  const auto tree = Parse(text, Placeholders::kFill);
  return tree ? ReadExpression(*tree) : Expression();
}

Expression ReadExpression(const SyntaxTree& query) {
  Expression read;
  std::vector<const Node*> groups;
  for (const Node& node : query.nodes) {
    if (node.kind == Node::Kind::kSelector) read.uses.push_back(UseOf(query, node));
    if (node.kind == Node::Kind::kBinary || node.kind == Node::Kind::kUnary) {
      read.operators.push_back({node.word, SelectorsBefore(query, node)});
      read.matches_on = read.matches_on || node.grouping != Node::Grouping::kNone;
    }
    if (node.kind != Node::Kind::kAggregation) continue;
    read.aggregates = true;
    if (node.grouping == Node::Grouping::kNamed) groups.push_back(&node);
  }
  std::ranges::stable_sort(groups, {}, &Node::begin);
  for (const Node* node : groups) {
    std::vector<std::string> labels = node->labels;
    std::ranges::sort(labels);
    read.by.push_back(std::move(labels));
  }
  return read;
}

bool HasQuotedNames(std::string_view query) {
  const auto quoted = [](const Token& name, const Token& next) {
    if (name.kind != Token::Kind::kString) return false;
    return next.Is("=") || next.Is("!=") || next.Is("=~") || next.Is("!~");
  };
  const std::vector<Token> tokens = Lex(query);
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    const bool first = tokens[i - 1].Is("{") && tokens[i].kind == Token::Kind::kString;
    if (first || quoted(tokens[i], tokens[i + 1])) return true;
  }
  return false;
}

}  // namespace slogate::promql
