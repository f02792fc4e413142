// What a query takes, as far as linting needs: which series, over which range, under which
// function, and how it puts them together.
//
// The text is untrusted; no exception leaves. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"

namespace slogate::promql {

struct SyntaxTree;

// One selector of an expression.
struct SelectorUse {
  core::Selector selector;  // the metric is empty when it is not one name; texts are UTF-8
  std::string range;        // between the brackets; empty: an instant value
  std::string function;     // the innermost call around it, such as rate; empty: none
};

// An operator, and how many selectors come before it.
struct Operator {
  std::string name;
  std::size_t before = 0;
};

struct Expression {
  std::vector<SelectorUse> uses;  // in the order of the text
  std::vector<Operator> operators;
  std::vector<std::vector<std::string>> by;  // labels of each by (...), ordered; outer ones first
  bool aggregates = false;                   // there is an aggregation such as sum
  bool matches_on = false;                   // on (...) or ignoring (...) says how operands pair
};

// Placeholders such as {{.window}} stay in ranges. What is no PromQL takes nothing.
Expression ReadExpression(std::string_view text);
Expression ReadExpression(const SyntaxTree& query);

// Whether a query names a metric or a label in quotes, which Prometheus knows from version 3 on.
bool HasQuotedNames(std::string_view query);

}  // namespace slogate::promql
