// Any text as PromQL: a tree whose places are within the text, or a problem with words; and what is
// a selector is written so that it reads as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "promql/expression.h"
#include "promql/grammar/parser.h"
#include "promql/selector.h"
#include "promql/writer.h"

namespace {

using namespace slogate::promql;

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckProblem(const Problem& problem, std::string_view text) {
  Require(!problem.message.empty() && !problem.fix.empty());
  Require(problem.offset <= text.size() && problem.line > 0 && problem.column > 0);
  nlohmann::json(problem.message + problem.fix).dump();
}

void CheckTree(const SyntaxTree& tree, std::string_view text) {
  Require(!tree.nodes.empty());
  for (std::size_t at = 0; at < tree.nodes.size(); ++at) {
    const Node& node = tree.nodes[at];
    Require(node.begin <= node.end && node.end <= text.size());
    Require((node.parent == Node::kNoParent) == (&node == &tree.root()));
    for (const std::size_t child : node.children) {
      Require(child < at && tree.nodes[child].parent == at);
    }
  }
}

void Read(std::string_view text, Placeholders placeholders) {
  const auto tree = Parse(text, placeholders);
  if (tree) {
    CheckTree(*tree, text);
  } else {
    CheckProblem(tree.error(), text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Read(text, Placeholders::kRefuse);
  Read(text, Placeholders::kFill);
  ReadExpression(text);
  // What a query says does not depend on how many lines it has.
  const std::string line = OneLine(text);
  if (Parse(text, Placeholders::kFill)) Require(Parse(line, Placeholders::kFill).has_value());
  if (const auto selector = ParseSelector(text)) {
    Require(ParseSelector(ToText(*selector)) == *selector);
  } else {
    CheckProblem(selector.error(), text);
  }
  if (const auto matchers = ParseMatchers(text)) {
    Require(ParseMatchers(ToText(*matchers)) == *matchers);
  } else {
    CheckProblem(matchers.error(), text);
  }
  return 0;
}
