#include "promql/balance.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "promql/lexer.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

constexpr std::string_view kOpening = "([{";
constexpr std::string_view kClosing = ")]}";
constexpr std::size_t kShown = 24;  // of the text, from the sign

std::string Quoted(char c) { return std::string("'") + c + "'"; }

// The text from there, in a few words.
std::string From(std::string_view rest) {
  std::string text(rest.substr(0, rest.find('\n')));
  const bool cut = text.size() > kShown;
  text.resize(std::min(text.size(), kShown));
  // It may have been cut in the middle of a letter.
  while (!text.empty() && !spec::IsUtf8(text)) text.pop_back();
  return ": " + text + (cut ? "..." : "");
}

}  // namespace

std::optional<Unbalanced> FindUnbalanced(std::string_view promql) {
  const auto found = [&](std::string_view place, std::string message, std::string fix) {
    const std::string_view before(promql.data(),
                                  static_cast<std::size_t>(place.data() - promql.data()));
    const std::size_t begin = before.rfind('\n') + 1;  // of the line; 0 where there is none
    const auto lines = std::count(before.begin(), before.end(), '\n');
    return Unbalanced{static_cast<int>(lines) + 1, static_cast<int>(before.size() - begin) + 1,
                      std::move(message), std::move(fix)};
  };
  const auto rest = [&](std::string_view place) {
    return promql.substr(static_cast<std::size_t>(place.data() - promql.data()));
  };
  std::vector<std::string_view> open;
  for (const Token& token : Lex(promql)) {
    if (!token.closed) {
      return found(token.text, "has a quote that is never closed" + From(token.text),
                   std::string("close it with ") + token.text[0]);
    }
    if (token.kind != Token::Kind::kSign) continue;
    const char c = token.text[0];
    if (kOpening.find(c) != std::string_view::npos) open.push_back(token.text);
    const std::size_t kind = kClosing.find(c);
    if (kind == std::string_view::npos) continue;
    if (open.empty()) {
      return found(token.text, "has a " + Quoted(c) + " that closes nothing",
                   "remove it, or open it with " + Quoted(kOpening[kind]));
    }
    const char last = open.back()[0];
    if (last != kOpening[kind]) {
      return found(token.text, "has a " + Quoted(c) + " where " + Quoted(last) + " is open",
                   "close that with " + Quoted(kClosing[kOpening.find(last)]) + " first");
    }
    open.pop_back();
  }
  if (open.empty()) return std::nullopt;
  const char last = open.back()[0];
  return found(open.back(),
               "has a " + Quoted(last) + " that is never closed" + From(rest(open.back())),
               "close it with " + Quoted(kClosing[kOpening.find(last)]));
}

void RefuseUnbalanced(spec::ObjectReader& owner, std::string_view field, std::string_view promql) {
  auto found = FindUnbalanced(promql);
  if (!found) return;
  const std::string line = promql.find('\n') == std::string_view::npos
                               ? ""
                               : "line " + std::to_string(found->line) + ", ";
  owner.Report(field,
               "at " + line + "character " + std::to_string(found->column) + " " + found->message,
               std::move(found->fix));
}

}  // namespace slogate::promql
