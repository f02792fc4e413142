#include "integration/promql/query_mutator.h"

#include <array>
#include <string_view>
#include <utility>

#include "promql/grammar/tokens.h"

namespace slogate::testing {
namespace {

constexpr std::array kPieces = {
    "(",        ")",      "[",         "]",       "{",      "}",           ",",        ":",
    "+",        "-",      "*",         "/",       "^",      "%",           "==",       "!=",
    "<",        ">=",     "</",        "=",       "=~",     "!~",          "@",        "\"",
    "'",        "`",      "\\",        "#",       "\n",     " ",           "0",        "1",
    "0x1e",     "5m",     "1h30m",     "1e3",     ".5",     "_",           "inf",      "nan",
    "foo",      "sum",    "by",        "without", "(a)",    "on",          "ignoring", "group_left",
    "bool",     "offset", "and",       "or",      "unless", "atan2",       "start()",  "step()",
    "[5m]",     "[5m:]",  "{a=\"b\"}", "{\"x\"}", "rate(",  "topk(",       "vector(",  "scalar(",
    "\"a\"",    "\xFF",   "\xC3\xA9",  "max_of",  "fill",   "anchored",    "__name__", "=~\"(\"",
    "=~\".*\"", "{{",     "}}",        "\\x41",   "\\d",    "label_join(", "time()",   "1_0"};

// The parts of a query that its tokens are, with the blanks before them.
std::vector<std::string> PartsOf(const std::string& query) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (const promql::Token& token : promql::Lex(query)) {
    const std::size_t end =
        static_cast<std::size_t>(token.text.data() - query.data()) + token.text.size();
    if (end > begin) parts.push_back(query.substr(begin, end - begin));
    begin = end;
  }
  return parts;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string query;
  for (const std::string& part : parts) query += part;
  return query;
}

}  // namespace

QueryMutator::QueryMutator(std::vector<std::string> seeds, std::uint32_t seed)
    : seeds_(std::move(seeds)), random_(seed) {}

std::string QueryMutator::Next() {
  std::string query = AnySeed();
  for (std::size_t changes = 1 + Below(3); changes > 0; --changes) query = Change(std::move(query));
  return query;
}

std::string QueryMutator::Change(std::string query) {
  const std::size_t kind = Below(10);
  if (kind == 0 && !query.empty()) {
    query.erase(Below(query.size()), 1);
    return query;
  }
  if (kind == 1) {
    query.insert(Below(query.size() + 1), 1, static_cast<char>(Below(128)));
    return query;
  }
  if (kind == 2) {
    query.insert(Below(query.size() + 1), kPieces[Below(kPieces.size())]);
    return query;
  }
  std::vector<std::string> parts = PartsOf(query);
  if (parts.empty()) return AnySeed();
  const std::size_t at = Below(parts.size());
  const std::vector<std::string> others = PartsOf(AnySeed());
  const std::string& other = others.empty() ? query : others[Below(others.size())];
  switch (kind) {
    case 3:
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 4:
      parts[at] = other;
      break;
    case 5:
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(at), " " + other);
      break;
    case 6:
      std::swap(parts[at], parts[Below(parts.size())]);
      break;
    case 7:
      parts[at] = " " + AnySeed() + " ";
      break;
    case 8:
      parts[at] = kPieces[Below(kPieces.size())];
      break;
    default:
      parts.push_back(" " + other + " ");
      parts.push_back(AnySeed());
  }
  return Joined(parts);
}

}  // namespace slogate::testing
