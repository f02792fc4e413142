#include "promql/grammar/token_walk.h"

#include <algorithm>
#include <utility>

#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

constexpr std::string_view kOpening = "([{";
constexpr std::string_view kClosing = ")]}";
constexpr std::size_t kLongestExcerpt = 24;

std::string SignText(char c) { return std::string("'") + c + "'"; }

Problem ProblemAt(std::string_view query, std::size_t place, std::string message, std::string fix) {
  const std::string_view before = query.substr(0, place);
  const std::size_t begin = before.rfind('\n') + 1;  // of the line; 0 where there is none
  return {place, static_cast<int>(std::ranges::count(before, '\n')) + 1,
          static_cast<int>(before.size() - begin) + 1, std::move(message), std::move(fix)};
}

}  // namespace

std::string Excerpt(std::string_view rest) {
  std::string text(rest.substr(0, rest.find('\n')));
  const bool cut = text.size() > kLongestExcerpt;
  text.resize(std::min(text.size(), kLongestExcerpt));
  // It may have been cut in the middle of a letter.
  for (int i = 0; i < 3 && !spec::IsUtf8(text); ++i) text.pop_back();
  return spec::BoundedUtf8(text, kLongestExcerpt) + (cut ? "..." : "");
}

TokenWalk::TokenWalk(std::string_view query, FilledQuery filled)
    : query_(query), filled_(std::move(filled)), tokens_(Lex(filled_.text())) {}

bool TokenWalk::Take(std::string_view sign) {
  const bool is = Next().Is(sign);
  if (is) Skip();
  return is;
}

bool TokenWalk::IsWord(const Token& token, std::string_view keyword) {
  return token.kind == Token::Kind::kName && LowerWord(token.text) == keyword;
}

bool TokenWalk::TakeWord(std::string_view keyword) {
  const bool is = IsWord(Next(), keyword);
  if (is) Skip();
  return is;
}

std::size_t TokenWalk::PlaceBehind() const {
  if (at_ == 0) return 0;
  const Token& last = tokens_[at_ - 1];
  return filled_.PlaceInQuery(last.offset + last.text.size());
}

bool TokenWalk::FailAt(std::size_t place_in_query, std::string message, std::string fix) {
  if (!problem_) {
    problem_ = ProblemAt(query_, place_in_query, std::move(message), std::move(fix));
  }
  return false;
}

bool TokenWalk::FailExpected(std::string_view expected, std::string fix) {
  const Token& next = Next();
  if (next.kind == Token::Kind::kBroken) return Fail(next.message, next.fix);
  if (next.kind == Token::Kind::kEnd) {
    return Fail("ends where " + std::string(expected) + " is expected", std::move(fix));
  }
  return Fail("has '" + Excerpt(next.text) + "' where " + std::string(expected) + " is expected",
              std::move(fix));
}

bool TokenWalk::Need(std::string_view sign, std::string_view expected) {
  if (Take(sign)) return true;
  return FailExpected(expected, "write " + std::string(sign) + " there");
}

std::optional<Problem> FindUnbalanced(std::string_view query) {
  std::vector<std::size_t> open;
  for (const Token& token : Lex(query)) {
    if (token.unclosed) {
      return ProblemAt(query, token.offset,
                       token.message + ": " + Excerpt(query.substr(token.offset)), token.fix);
    }
    if (token.kind != Token::Kind::kSign || token.text.size() != 1) continue;
    const char c = token.text[0];
    if (kOpening.find(c) != std::string_view::npos) open.push_back(token.offset);
    const std::size_t kind = kClosing.find(c);
    if (kind == std::string_view::npos) continue;
    if (open.empty()) {
      return ProblemAt(query, token.offset, "has a " + SignText(c) + " that closes nothing",
                       "remove it, or open it with " + SignText(kOpening[kind]));
    }
    const char last = query[open.back()];
    if (last != kOpening[kind]) {
      return ProblemAt(query, token.offset,
                       "has a " + SignText(c) + " where " + SignText(last) + " is open",
                       "close that with " + SignText(kClosing[kOpening.find(last)]) + " first");
    }
    open.pop_back();
  }
  if (open.empty()) return std::nullopt;
  const char last = query[open.back()];
  return ProblemAt(
      query, open.back(),
      "has a " + SignText(last) + " that is never closed: " + Excerpt(query.substr(open.back())),
      "close it with " + SignText(kClosing[kOpening.find(last)]));
}

}  // namespace slogate::promql
