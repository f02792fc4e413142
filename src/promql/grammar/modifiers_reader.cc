#include "promql/grammar/modifiers_reader.h"

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "promql/grammar/durations_reader.h"
#include "promql/grammar/literals.h"

namespace slogate::promql {
namespace {

using MaybeNode = TreeBuilder::At;

constexpr double kLatestTime = 9.2e18;  // what Prometheus holds in milliseconds

std::string Trimmed(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

class ModifierReader {
 public:
  explicit ModifierReader(TreeBuilder& builder) : builder_(builder), walk_(builder.walk()) {}

  MaybeNode Range(std::size_t of) {
    const Node& inner = builder_.at(of);
    const std::size_t place = walk_.Place();
    walk_.Skip();
    const std::size_t begin = walk_.Place();
    const auto range = ReadRange(walk_);
    if (!range) return std::nullopt;
    if (!range->subquery && inner.kind != Node::Kind::kSelector) {
      walk_.FailAt(place, "has a range behind what is no selector",
                   "put the range behind the selector, as in rate(x[5m]), or write a subquery such "
                   "as [5m:1m]");
    } else if (!range->subquery && (inner.has_offset || inner.has_time)) {
      walk_.FailAt(place, "has a range behind offset or @", "put the range before them");
    }
    Node node;
    node.kind = range->subquery ? Node::Kind::kSubquery : Node::Kind::kRange;
    node.begin = inner.begin;
    node.range = Trimmed(walk_.query().substr(begin, walk_.PlaceBehind() - 1 - begin));
    node.children = {of};
    return builder_.Add(std::move(node));
  }

  // The selector or subquery that offset, @ and their like change, or none.
  Node* Changed(std::size_t at) {
    Node& node = builder_.at(at);
    if (node.kind == Node::Kind::kRange) return &builder_.at(node.children[0]);
    const bool may = node.kind == Node::Kind::kSelector || node.kind == Node::Kind::kSubquery;
    if (!may) {
      walk_.Fail("has " + Excerpt(walk_.Next().text) + " behind what is no selector",
                 "put it behind a metric, its range or a subquery");
    }
    return may ? &node : nullptr;
  }

  MaybeNode Shifted(std::size_t at) {
    Node* const changed = Changed(at);
    if (changed == nullptr) return std::nullopt;
    const std::size_t place = walk_.Place();
    walk_.Skip();
    const auto offset = ReadOffset(walk_);
    if (!offset) return std::nullopt;
    if (changed->has_offset) {
      walk_.FailAt(place, "has a second offset", "keep one of them");
      return std::nullopt;
    }
    // What rounds to no nanosecond is no offset for Prometheus.
    changed->has_offset = !offset->literal || std::round(offset->seconds * 1e9) != 0;
    return at;
  }

  MaybeNode Timed(std::size_t at) {
    Node* const changed = Changed(at);
    if (changed == nullptr) return std::nullopt;
    const std::size_t place = walk_.Place();
    walk_.Skip();
    if (changed->has_time) {
      walk_.FailAt(place, "has a second @", "keep one of them");
      return std::nullopt;
    }
    changed->has_time = true;
    if (walk_.TakeWord("start") || walk_.TakeWord("end")) {
      return walk_.Need("(", "()") && walk_.Need(")", ")") ? MaybeNode(at) : std::nullopt;
    }
    if (!walk_.Take("+")) walk_.Take("-");
    const Token& token = walk_.Next();
    std::optional<double> time;
    if (token.kind == Token::Kind::kNumber) time = NumberValue(token.text);
    if (token.kind == Token::Kind::kDuration) time = DurationSeconds(token.text);
    if (!time || !(*time < kLatestTime)) {
      walk_.FailExpected("a time in seconds", "write one such as 1700000000, start() or end()");
      return std::nullopt;
    }
    walk_.Skip();
    return at;
  }

  MaybeNode Extended(std::size_t at) {
    const std::string word = LowerWord(walk_.Next().text);
    Node* const changed = Changed(at);
    if (changed == nullptr) return std::nullopt;
    (word == "anchored" ? changed->anchored : changed->smoothed) = true;
    if (changed->kind == Node::Kind::kSubquery) {
      walk_.Fail("has " + word + " behind a subquery", "remove it");
    } else if (changed->anchored && changed->smoothed) {
      walk_.Fail("has both anchored and smoothed", "keep one of them");
    }
    walk_.Skip();
    return at;
  }

  TreeBuilder& builder_;
  TokenWalk& walk_;
};

}  // namespace

std::optional<TreeBuilder::At> ReadModifier(TreeBuilder& builder, std::size_t behind) {
  const Token& next = builder.walk().Next();
  ModifierReader reader(builder);
  if (next.Is("[")) return reader.Range(behind);
  if (next.Is("@")) return reader.Timed(behind);
  if (TokenWalk::IsWord(next, "offset")) return reader.Shifted(behind);
  if (TokenWalk::IsWord(next, "anchored") || TokenWalk::IsWord(next, "smoothed")) {
    return reader.Extended(behind);
  }
  return std::nullopt;
}

}  // namespace slogate::promql
