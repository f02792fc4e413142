// Queries that are asked as one, and the answer divided among them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/sharing/series_query.h"

namespace slogate::adapters::prometheus {

// Queries of one shape ask for the same metrics by the same labels, in one order. What may differ
// are the values of = and =~ that a series without the label does not meet; of the latter where all
// regular expression engines agree about it. Nothing: no other query has this one's shape.
std::optional<std::string> ShapeOf(const SeriesQuery& query);

// About how many bytes a series takes in an answer.
std::size_t BytesOf(const std::pair<Labels, Samples>& series);

// Of members of one shape. Refers to their queries, which must outlive it.
class SharedQuery {
 public:
  explicit SharedQuery(const SeriesQuery& first);

  // False, and nothing has changed, where the text would be longer than `max_bytes`.
  bool Add(const SeriesQuery& member, std::size_t max_bytes);

  // Every series that a member's query gives, and maybe others: where members differ in several
  // labels, any combination of their values.
  SeriesQuery Query() const;

  // A member's own share.
  struct Part {
    Reply reply;
    std::size_t bytes = 0;  // about, of its text
    // A value has a line break, which `.` matches in some servers: only the server can say.
    bool unsure = false;
  };
  struct Parts {
    std::vector<Part> of_members;  // in the order in which they were added
    std::size_t unwanted = 0;      // bytes of series that no member's query gives
  };

  // Exactly the series that each member's own query would have given. Labels in which the members
  // agree are not looked at: the server has done so. Nothing where the server's idea of what meets
  // the query is another: a series has a value that no member asks for, or has lost the label, as
  // labels of replicas are lost where replicas are merged.
  std::optional<Parts> Split(const Reply& reply) const;

 private:
  std::vector<const SeriesQuery*> members_;
  // By the number of a matcher, the regular expressions for the members' values; several where they
  // differ.
  std::vector<std::set<std::string>> values_;
  std::size_t bytes_ = 0;
};

}  // namespace slogate::adapters::prometheus
