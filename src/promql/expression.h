// PromQL read as far as linting needs: which series an expression takes, over which range, under
// which function, and how it puts them together. Not a parser: what it does not know it passes
// over.
//
// The text is untrusted; no exception leaves. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"

namespace slogate::promql {

// One selector of an expression.
struct SelectorUse {
  core::Selector selector;  // the metric is empty when it is chosen by __name__
  std::string range;        // between the brackets; empty: an instant value
  std::string function;     // the innermost call around it, such as rate; empty: none
};

// A binary operator, and how many selectors came before it.
struct Operator {
  std::string name;
  std::size_t before = 0;
};

struct Expression {
  std::vector<SelectorUse> uses;
  std::vector<Operator> operators;
  std::vector<std::vector<std::string>> by;  // labels of each by (...), ordered
  bool aggregates = false;                   // there is an aggregation such as sum
  bool matches_on = false;                   // on (...) or ignoring (...) says how operands pair
};

// Placeholders such as {{.window}} stay in ranges and are passed over elsewhere.
Expression ReadExpression(std::string_view text);

// True when the placeholder of the window stands anywhere in the text.
bool HasWindow(std::string_view text);

}  // namespace slogate::promql
