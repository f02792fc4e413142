#include "promql/lexer.h"

#include <algorithm>
#include <utility>

#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kQuotes = "\"'`";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool BeginsName(char c) { return IsLetter(c) || c == '_' || c == ':'; }
bool IsInName(char c) { return BeginsName(c) || IsDigit(c); }

std::size_t NumberLength(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    const char before = text[at - 1];
    const bool exponent =
        !hexadecimal && (before == 'e' || before == 'E') && (text[at] == '-' || text[at] == '+');
    if (!IsInName(text[at]) && text[at] != '.' && !exponent) break;
  }
  return at;
}

Token TakeString(std::string_view text) {
  const char quote = text[0];
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == quote) return {Token::Kind::kString, text.substr(0, at + 1)};
    if (text[at] == '\\' && quote != '`') ++at;
  }
  return {Token::Kind::kString, text, false};
}

Token TakeToken(std::string_view text) {
  const char c = text[0];
  if (kQuotes.find(c) != std::string_view::npos) return TakeString(text);
  if (const auto placeholder = TakePlaceholder(text)) {
    return {Token::Kind::kPlaceholder, text.substr(0, placeholder->length)};
  }
  if (BeginsName(c)) {
    const auto end = std::ranges::find_if_not(text, IsInName);
    return {Token::Kind::kName, {text.begin(), end}};
  }
  if (IsDigit(c) || (c == '.' && text.size() > 1 && IsDigit(text[1]))) {
    return {Token::Kind::kNumber, text.substr(0, NumberLength(text))};
  }
  for (const std::string_view sign : {"=~", "!~", "==", "!=", ">=", "<="}) {
    if (text.starts_with(sign)) return {Token::Kind::kSign, text.substr(0, 2)};
  }
  return {Token::Kind::kSign, text.substr(0, 1)};
}

std::optional<unsigned> DigitValue(char digit) {
  if (IsDigit(digit)) return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

std::optional<unsigned> Number(std::string_view digits, std::size_t count, unsigned base) {
  if (digits.size() < count) return std::nullopt;
  unsigned number = 0;
  for (const char digit : digits.substr(0, count)) {
    const auto value = DigitValue(digit);
    if (!value || *value >= base) return std::nullopt;
    number = number * base + *value;
  }
  return number;
}

// Appends what the escape after a backslash stands for; its length, or 0 when it is not one.
std::size_t TakeEscape(std::string_view text, std::string& value) {
  constexpr std::string_view kLetters = "abfnrtv\\\"'";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
  if (text.empty()) return 0;
  const char kind = text[0];
  if (const std::size_t at = kLetters.find(kind); at != std::string_view::npos) {
    value += kMeanings[at];
    return 1;
  }
  if (kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'u' ? 4 : 8;
    const auto code_point = Number(text.substr(1), digits, 16);
    return code_point && spec::AppendUtf8(value, *code_point) ? 1 + digits : 0;
  }
  const auto byte = kind == 'x' ? Number(text.substr(1), 2, 16) : Number(text, 3, 8);
  if (!byte || *byte > 0xFF) return 0;
  value += static_cast<char>(*byte);
  return 3;
}

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

std::vector<Token> Lex(std::string_view text) {
  std::vector<Token> tokens;
  bool spaced = false;
  while (!text.empty()) {
    const bool comment = text[0] == '#';
    if (comment || kBlanks.find(text[0]) != std::string_view::npos) {
      text.remove_prefix(comment ? std::min(text.find('\n'), text.size()) : 1);
      spaced = true;
      continue;
    }
    tokens.push_back(TakeToken(text));
    tokens.back().spaced = spaced;
    text.remove_prefix(tokens.back().text.size());
    spaced = false;
  }
  return tokens;
}

std::optional<std::string> StringValue(std::string_view literal) {
  if (literal.size() < 2 || kQuotes.find(literal[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  const bool raw = literal[0] == '`';
  std::string value;
  std::size_t at = 1;
  while (at < literal.size() && literal[at] != literal[0]) {
    if (literal[at] == '\n' && !raw) return std::nullopt;
    if (literal[at] == '\\' && !raw) {
      const std::size_t length = TakeEscape(literal.substr(at + 1), value);
      if (length == 0) return std::nullopt;
      at += 1 + length;
    } else {
      value += literal[at++];
    }
  }
  if (at + 1 != literal.size() || !spec::IsUtf8(value)) return std::nullopt;
  return value;
}

std::optional<Placeholder> TakePlaceholder(std::string_view text) {
  if (!text.starts_with("{{")) return std::nullopt;
  const std::size_t close = text.find("}}");
  const std::size_t begin = text.find_first_not_of(kBlanks, 2);
  if (close == std::string_view::npos || begin >= close || text[begin] != '.') return std::nullopt;
  const std::size_t end = text.find_last_not_of(kBlanks, close - 1) + 1;
  const std::string_view name = text.substr(begin, end - begin);
  if (name.size() < 2 || !std::all_of(name.begin() + 1, name.end(), IsLetter)) return std::nullopt;
  return Placeholder{name, close + 2};
}

std::optional<Unbalanced> FindUnbalanced(std::string_view promql) {
  const auto found = [&](std::string_view place, std::string message, std::string fix) {
    const std::string_view before(promql.data(),
                                  static_cast<std::size_t>(place.data() - promql.data()));
    const std::size_t begin = before.rfind('\n') + 1;  // of the line; 0 where there is none
    const auto lines = std::ranges::count(before, '\n');
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
