#include "promql/grammar/parser.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "promql/grammar/literals.h"
#include "promql/grammar/matchers_reader.h"
#include "promql/grammar/modifiers_reader.h"
#include "promql/grammar/token_walk.h"
#include "promql/grammar/tree_builder.h"

namespace slogate::promql {
namespace {

constexpr std::size_t kLongestQuery = 16384;
constexpr int kDeepest = 100;
constexpr std::string_view kExpression = "an expression";
constexpr std::string_view kHowToExpress =
    "write a metric, a number, a call such as rate(x[5m]), or parentheses";

// From the weakest.
constexpr int kSignLevel = 5;  // of a sign before an expression, as of a product
constexpr int kPowerLevel = 6;

int LevelOf(const Token& token) {
  constexpr std::array<std::string_view, 8> kCompared = {"==", "!=", "<",  ">",
                                                         "<=", ">=", "</", ">/"};
  if (token.kind == Token::Kind::kName) {
    const std::string word = LowerWord(token.text);
    if (word == "or") return 1;
    if (word == "and" || word == "unless") return 2;
    return word == "atan2" ? kSignLevel : 0;
  }
  if (token.kind != Token::Kind::kSign) return 0;
  if (std::ranges::find(kCompared, token.text) != kCompared.end()) return 3;
  if (token.Is("+") || token.Is("-")) return 4;
  if (token.Is("*") || token.Is("/") || token.Is("%")) return kSignLevel;
  return token.Is("^") ? kPowerLevel : 0;
}

bool IsAmong(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

using At = TreeBuilder::At;

class Parser {
 public:
  Parser(std::string_view query, FilledQuery filled, Patterns patterns)
      : walk_(query, std::move(filled)), patterns_(patterns) {}

  tl::expected<SyntaxTree, Problem> Read() {
    if (Expression(1, 0) && !walk_.AtEnd()) {
      walk_.FailExpected("an operator or the end", "remove it, or write an operator before it");
    }
    if (!walk_.problem()) return builder_.TakeTree();
    // The cause of many other problems.
    if (auto unbalanced = FindUnbalanced(walk_.query())) {
      return tl::unexpected(std::move(*unbalanced));
    }
    return tl::unexpected(*walk_.problem());
  }

 private:
  At Expression(int level, int depth) {
    if (depth > kDeepest) {
      walk_.Fail("is nested more than 100 deep", "split it into recording rules");
      return std::nullopt;
    }
    At left = Signed(depth);
    for (int found = LevelOf(walk_.Next()); left && found >= level && found > 0;
         found = LevelOf(walk_.Next())) {
      left = Binary(*left, found, depth);
    }
    return left;
  }

  At Signed(int depth) {
    const Token next = walk_.Next();
    if (!next.Is("+") && !next.Is("-")) return Primary(depth);
    Node node = Begun(Node::Kind::kUnary);
    node.word = next.text;
    walk_.Skip();
    const At operand = Expression(kPowerLevel, depth + 1);
    if (!operand) return operand;
    node.children = {*operand};
    return Add(std::move(node));
  }

  At Binary(std::size_t left, int level, int depth) {
    Node node;
    node.kind = Node::Kind::kBinary;
    node.begin = builder_.at(left).begin;
    node.word = LowerWord(walk_.Next().text);
    walk_.Skip();
    if (!Pairing(node)) return std::nullopt;
    const At right = Expression(level == kPowerLevel ? level : level + 1, depth + 1);
    if (!right) return right;
    node.children = {left, *right};
    return Add(std::move(node));
  }

  // bool, on(...), group_left(...)
  bool Pairing(Node& node) {
    node.returns_bool = walk_.TakeWord("bool");
    const bool on = walk_.TakeWord("on");
    if (on || walk_.TakeWord("ignoring")) {
      node.grouping = on ? Node::Grouping::kNamed : Node::Grouping::kOthers;
      if (!ReadLabels(walk_, node.labels)) return false;
      node.many_to_one = walk_.TakeWord("group_left") || walk_.TakeWord("group_right");
      if (node.many_to_one && walk_.Next().Is("(") && !ReadLabels(walk_, node.included)) {
        return false;
      }
    }
    const std::string word = LowerWord(walk_.Next().text);
    if (IsAmong(word, {"fill", "fill_left", "fill_right"}) && walk_.AfterNext().Is("(")) {
      return walk_.Fail("has " + word +
                            ", which Prometheus refuses unless its experimental "
                            "features are on",
                        "write or vector(0), or another default");
    }
    if (IsAmong(word, {"group_left", "group_right"})) {
      return walk_.Fail("has " + word + " without on or ignoring",
                        "write on(...) or ignoring(...) before it");
    }
    return true;
  }

  At Primary(int depth) {
    At node = Bare(depth);
    while (node) {
      const auto modified = ReadModifier(builder_, *node);
      if (!modified) return node;
      node = *modified;
    }
    return node;
  }

  At Bare(int depth) {
    const Token& next = walk_.Next();
    switch (next.kind) {
      case Token::Kind::kNumber:
      case Token::Kind::kDuration:
        return Number();
      case Token::Kind::kString:
        return String();
      case Token::Kind::kName:
        return Word(depth);
      case Token::Kind::kSign:
        if (next.Is("(")) return Parentheses(depth);
        if (next.Is("{")) return Selector();
        break;
      case Token::Kind::kBroken:
      case Token::Kind::kEnd:
        break;
    }
    walk_.FailExpected(kExpression, std::string(kHowToExpress));
    return std::nullopt;
  }

  At Number() {
    const Token& token = walk_.Next();
    Node node = Begun(Node::Kind::kNumber);
    const bool duration = token.kind == Token::Kind::kDuration;
    const auto value = duration ? DurationSeconds(token.text) : NumberValue(token.text);
    if (!value) {
      walk_.Fail(
          "has " + Excerpt(token.text) + ", which is no " + (duration ? "duration" : "number"),
          duration ? "write one such as 5m or 1h30m, the longest unit first"
                   : "write one such as 0.5 or 1e3");
      return std::nullopt;
    }
    node.number = *value;
    walk_.Skip();
    return Add(std::move(node));
  }

  At String() {
    Node node = Begun(Node::Kind::kString);
    node.word = StringValue(walk_.Next().text).value_or("");
    walk_.Skip();
    return Add(std::move(node));
  }

  At Parentheses(int depth) {
    Node node = Begun(Node::Kind::kParentheses);
    walk_.Skip();
    const At inner = Expression(1, depth + 1);
    if (!inner || !walk_.Need(")", ") or an operator")) return std::nullopt;
    node.children = {*inner};
    return Add(std::move(node));
  }

  At Word(int depth) {
    const Token& token = walk_.Next();
    const std::string word = LowerWord(token.text);
    const bool called = walk_.AfterNext().Is("(");
    if (word == "inf" || word == "nan") return Number();
    if (FindAggregation(word) != nullptr && (called || TokenWalk::IsWord(walk_.AfterNext(), "by") ||
                                             TokenWalk::IsWord(walk_.AfterNext(), "without"))) {
      return Aggregated(word, depth);
    }
    if (IsAmong(word, {"on", "ignoring", "group_left", "group_right", "bool", "atan2"})) {
      walk_.FailExpected(kExpression, "a metric of such a name goes in quotes: {\"" + word + "\"}");
      return std::nullopt;
    }
    return called ? Call(std::string(token.text), depth) : Selector();
  }

  At Call(std::string name, int depth) {
    Node node = Begun(Node::Kind::kCall);
    if (FindFunction(name) == nullptr) {
      if (IsExperimental(name)) {
        FailExperimental(name);
      } else {
        const auto near = FunctionLike(name);
        walk_.Fail("calls an unknown function " + Excerpt(name),
                   near ? "did you mean " + *near + "?"
                        : "use a function of Prometheus, such as rate or increase");
      }
      return std::nullopt;
    }
    node.word = std::move(name);
    walk_.Skip();
    if (!Arguments(node, depth)) return std::nullopt;
    return Add(std::move(node));
  }

  void FailExperimental(const std::string& name) {
    walk_.Fail("calls " + name +
                   ", which Prometheus refuses unless it is started with "
                   "--enable-feature=promql-experimental-functions",
               "write it with functions that every Prometheus has");
  }

  At Aggregated(std::string word, int depth) {
    Node node = Begun(Node::Kind::kAggregation);
    if (IsExperimental(word)) {
      FailExperimental(word);
      return std::nullopt;
    }
    node.word = std::move(word);
    walk_.Skip();
    if (!Grouping(node)) return std::nullopt;
    if (!walk_.Next().Is("(")) {
      walk_.FailExpected("( of " + node.word, "write what it aggregates in parentheses");
      return std::nullopt;
    }
    if (!Arguments(node, depth)) return std::nullopt;
    if (node.grouping == Node::Grouping::kNone && !Grouping(node)) return std::nullopt;
    return Add(std::move(node));
  }

  // by (...) or without (...), when that comes next.
  bool Grouping(Node& node) {
    const bool by = walk_.TakeWord("by");
    if (!by && !walk_.TakeWord("without")) return true;
    node.grouping = by ? Node::Grouping::kNamed : Node::Grouping::kOthers;
    return ReadLabels(walk_, node.labels);
  }

  // In parentheses, both of them.
  bool Arguments(Node& node, int depth) {
    walk_.Skip();
    if (walk_.Take(")")) return true;
    do {
      const At argument = Expression(1, depth + 1);
      if (!argument) return false;
      node.children.push_back(*argument);
    } while (walk_.Take(","));
    return walk_.Need(")", "a comma or )");
  }

  At Selector() {
    Node node = Begun(Node::Kind::kSelector);
    if (walk_.Next().kind == Token::Kind::kName) {
      node.selector.metric = walk_.Next().text;
      walk_.Skip();
    }
    if (walk_.Take("{") && !ReadMatchers(walk_, true, patterns_, node.selector.matchers))
      return std::nullopt;
    return Add(std::move(node));
  }

  Node Begun(Node::Kind kind) const { return builder_.Begun(kind); }
  At Add(Node node) { return builder_.Add(std::move(node)); }

  TokenWalk walk_;
  TreeBuilder builder_{walk_};
  const Patterns patterns_;
};

Problem TooLong(std::size_t size) {
  return {0, 1, 1, "has " + std::to_string(size) + " bytes",
          "write at most " + std::to_string(kLongestQuery)};
}

}  // namespace

tl::expected<SyntaxTree, Problem> Parse(std::string_view query, Placeholders placeholders,
                                        Patterns patterns) {
  if (query.size() > kLongestQuery) return tl::unexpected(TooLong(query.size()));
  const bool fill = placeholders == Placeholders::kFill;
  return Parser(query, fill ? FilledQuery(query) : FilledQuery::Plain(query), patterns).Read();
}

tl::expected<std::vector<core::LabelMatcher>, Problem> ParseMatcherList(std::string_view text,
                                                                        Patterns patterns) {
  if (text.size() > kLongestQuery) return tl::unexpected(TooLong(text.size()));
  if (auto unbalanced = FindUnbalanced(text)) return tl::unexpected(std::move(*unbalanced));
  TokenWalk walk(text, FilledQuery::Plain(text));
  std::vector<core::LabelMatcher> matchers;
  const bool braced = walk.Take("{");
  if (ReadMatchers(walk, braced, patterns, matchers) && !walk.AtEnd()) {
    walk.FailExpected("the end", "write nothing but label matchers, such as service=\"shop\"");
  }
  if (walk.problem()) return tl::unexpected(*walk.problem());
  return matchers;
}

}  // namespace slogate::promql
