// A walk through the tokens of a query, which keeps the first problem.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/grammar/placeholders.h"
#include "promql/grammar/tokens.h"

namespace slogate::promql {

// Keeps a reference to the query, whose places it gives.
class TokenWalk {
 public:
  TokenWalk(std::string_view query, FilledQuery filled);
  TokenWalk(const TokenWalk&) = delete;
  TokenWalk& operator=(const TokenWalk&) = delete;

  const Token& Next() const { return tokens_[at_]; }
  const Token& AfterNext() const { return tokens_[at_ + (AtEnd() ? 0 : 1)]; }
  bool AtEnd() const { return at_ + 1 == tokens_.size(); }
  void Skip() { at_ += AtEnd() ? 0 : 1; }
  // Passes over the next token when it is this sign.
  bool Take(std::string_view sign);
  // Whether a token is this keyword, in capitals or not.
  static bool IsWord(const Token& token, std::string_view keyword);
  bool TakeWord(std::string_view keyword);

  // In the query: where the next token begins, and where the last one that was passed ended.
  std::size_t Place() const { return filled_.PlaceInQuery(Next().offset); }
  std::size_t PlaceBehind() const;

  // Keeps the problem unless there is one already. Always false.
  bool FailAt(std::size_t place_in_query, std::string message, std::string fix);
  bool Fail(std::string message, std::string fix) {
    return FailAt(Place(), std::move(message), std::move(fix));
  }
  // What comes next is not what had to come: "an expression". A broken token has its own words.
  bool FailExpected(std::string_view expected, std::string fix);
  // A sign that must come next.
  bool Need(std::string_view sign, std::string_view expected);

  const std::optional<Problem>& problem() const { return problem_; }
  std::string_view query() const { return query_; }

 private:
  std::string_view query_;
  FilledQuery filled_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::optional<Problem> problem_;
};

// The first bracket or quote without a partner, as a problem. What is in strings and comments does
// not count.
std::optional<Problem> FindUnbalanced(std::string_view query);

// At most 24 bytes of the text, up to the end of its line.
std::string Excerpt(std::string_view text);

}  // namespace slogate::promql
