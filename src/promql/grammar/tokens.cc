#include "promql/grammar/tokens.h"

#include <algorithm>
#include <array>
#include <utility>

#include "promql/grammar/literals.h"

namespace slogate::promql {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsInName(char c) { return IsWordLetter(c) || IsDigit(c) || c == ':'; }
bool IsInRangeWord(char c) { return IsWordLetter(c); }

constexpr std::array<std::string_view, 8> kLongSigns = {
    "=~", "!~", "==", "!=", ">=", "<=", "</", ">/"};
constexpr std::string_view kShortSigns = "+-*/%^<>=()[]{},@:";

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Read() {
    while (SkipBlanks()) tokens_.push_back(Take());
    tokens_.push_back(Made(Token::Kind::kEnd, 0));
    return std::move(tokens_);
  }

 private:
  // False at the end of the text.
  bool SkipBlanks() {
    spaced_ = false;
    for (; at_ < text_.size(); spaced_ = true) {
      if (text_[at_] == '#') {
        if (before_duration_) return true;
        at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      } else if (IsBlank(text_[at_])) {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  Token Take() {
    const char c = text_[at_];
    if (c == '{') before_duration_ = false;  // a placeholder, which stands for a duration
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '"' || c == '\'' || c == '`') return TakeString();
    if (IsDigit(c) || (c == '.' && IsDigit(next))) return TakeNumber();
    if (IsWordLetter(c) || (c == ':' && !in_range_)) {
      const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(at_);
      const auto end = std::find_if_not(begin, text_.end(), in_range_ ? IsInRangeWord : IsInName);
      return Made(Token::Kind::kName, static_cast<std::size_t>(end - begin));
    }
    for (const std::string_view sign : kLongSigns) {
      if (text_.substr(at_).starts_with(sign)) return Made(Token::Kind::kSign, sign.size());
    }
    if (kShortSigns.find(c) != std::string_view::npos) {
      if (c == '[' || c == ']') in_range_ = before_duration_ = c == '[';
      return Made(Token::Kind::kSign, 1);
    }
    if (c == '#') return Broken(1, "has a comment within a range", "move it out of [ ]");
    std::size_t length = 1;  // a whole letter of UTF-8
    while (at_ + length < text_.size() && (text_[at_ + length] & '\xC0') == '\x80') ++length;
    return Broken(length, "has a character that means nothing in PromQL",
                  "names with such characters go in quotes: {\"name\", \"label\"=\"value\"}");
  }

  Token TakeString() {
    const StringLiteral literal = ReadString(text_.substr(at_));
    if (literal.message.empty()) return Made(Token::Kind::kString, literal.length);
    Token token = Broken(literal.length, literal.message, literal.fix);
    token.offset += literal.problem_at;
    token.unclosed = !literal.closed;
    return token;
  }

  Token TakeNumber() {
    const NumberLiteral literal = ReadNumber(text_.substr(at_));
    before_duration_ = false;
    if (literal.kind == NumberLiteral::Kind::kNumber) {
      return Made(Token::Kind::kNumber, literal.length);
    }
    if (literal.kind == NumberLiteral::Kind::kDuration) {
      return Made(Token::Kind::kDuration, literal.length);
    }
    const std::string text(text_.substr(at_, literal.length));
    return Broken(literal.length, text + " is neither a number nor a duration",
                  "write a number such as 0.5, or a duration such as 5m or 1h30m");
  }

  Token Made(Token::Kind kind, std::size_t length) {
    Token token{kind, text_.substr(at_, length), at_, spaced_};
    at_ += length;
    return token;
  }

  Token Broken(std::size_t length, std::string message, std::string fix) {
    Token token = Made(Token::Kind::kBroken, length);
    token.message = std::move(message);
    token.fix = std::move(fix);
    return token;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  bool in_range_ = false;  // within [ ]: a colon is a sign
  // Between [ and its first number, where Prometheus knows no comments.
  bool before_duration_ = false;
  bool spaced_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Lex(std::string_view text) { return Lexer(text).Read(); }

std::string LowerWord(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

}  // namespace slogate::promql
