#include "promql/value_pattern.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsPunctuation(char c) { return IsAscii(c) && std::ispunct(static_cast<unsigned char>(c)); }

// The character that the pattern begins with, if it stands for itself, and what is behind it.
std::optional<char> TakeCharacter(std::string_view& pattern) {
  if (pattern.empty()) return std::nullopt;
  const bool escaped = pattern.front() == '\\';
  if (escaped && (pattern.size() < 2 || !IsPunctuation(pattern[1]))) return std::nullopt;
  if (!escaped && kSpecial.find(pattern.front()) != std::string_view::npos) return std::nullopt;
  const char character = escaped ? pattern[1] : pattern.front();
  pattern.remove_prefix(escaped ? 2 : 1);
  return character;
}

// The words of a pattern that is nothing else: `a|b\.c`.
std::optional<std::vector<std::string>> WordsOf(std::string_view pattern) {
  std::vector<std::string> words(1);
  while (!pattern.empty()) {
    if (pattern.front() == '|') {
      words.emplace_back();
      pattern.remove_prefix(1);
    } else if (const auto character = TakeCharacter(pattern)) {
      words.back() += *character;
    } else {
      return std::nullopt;
    }
  }
  std::sort(words.begin(), words.end());
  return words;
}

// What every match begins with, leaving the rest of the pattern.
std::string TakePrefix(std::string_view& pattern) {
  if (pattern.find('|') != std::string_view::npos) return "";
  std::string prefix;
  std::string_view rest = pattern;
  while (!rest.empty() && IsAscii(rest.front())) {
    const auto character = TakeCharacter(rest);
    if (!character) break;
    if (!rest.empty() && std::string_view("*+?{").find(rest.front()) != std::string_view::npos) {
      break;
    }
    prefix += *character;
    pattern = rest;
  }
  return prefix;
}

}  // namespace

bool IsPlainValue(std::string_view value) {
  return spec::IsUtf8(value) && std::none_of(value.begin(), value.end(), [](char c) {
           return IsAscii(c) && std::iscntrl(static_cast<unsigned char>(c)) != 0;
         });
}

bool IsPlainPattern(std::string_view pattern) {
  if (!IsPlainValue(pattern)) return false;
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest.starts_with("(?") && !rest.starts_with("(?:")) return false;
    if (pattern[i] != '\\') continue;
    ++i;
    if (!IsPunctuation(pattern[i]) &&
        std::string_view("dDwWsS").find(pattern[i]) == std::string_view::npos) {
      return false;
    }
  }
  return WordsOf(pattern) || !PatternProblem(pattern);
}

ValuePattern::ValuePattern(std::string pattern) : pattern_(std::move(pattern)) {
  if (auto words = WordsOf(pattern_)) {
    words_ = std::move(*words);
    rest_ = Rest::kWords;
    return;
  }
  std::string_view rest = pattern_;
  prefix_ = TakePrefix(rest);
  if (rest == ".*") rest_ = Rest::kAnything;
}

bool ValuePattern::Matches(std::string_view value) {
  if (rest_ == Rest::kWords) return std::binary_search(words_.begin(), words_.end(), value);
  if (!value.starts_with(prefix_)) return false;
  if (rest_ == Rest::kAnything) return true;
  if (!compiled_) compiled_ = std::make_unique<CompiledPattern>(pattern_);
  return compiled_->Matches(value);
}

}  // namespace slogate::promql
