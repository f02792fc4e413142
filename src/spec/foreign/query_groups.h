// Which series a query gives: one number, or one for each group of labels. Pure; the text is
// untrusted.
#pragma once

#include <string>
#include <vector>

#include "promql/grammar/syntax_tree.h"

namespace slogate::spec {

// What tells the series of a query's result apart.
struct QueryGroups {
  std::vector<std::string> by;  // labels of sum by (...) and the like, sorted, each once
  bool without = false;         // sum without (...): all labels but some
  bool unsummed = false;        // series come as they are, without an aggregation around them

  bool Grouped() const { return without || !by.empty(); }
};

// Of the whole query: an aggregation within another one does not count.
QueryGroups GroupsOf(const promql::SyntaxTree& query);

// Series that are read as a rate or a gauge, by avg_over_time and the like, so that no sum of them
// is a number of events. The first selector with its function, such as "avg_over_time of
// job:requests:rate5m"; empty: there is none.
std::string ValueReadBy(const promql::SyntaxTree& query);

}  // namespace slogate::spec
