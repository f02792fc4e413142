#include "promql/grammar/placeholders.h"

#include <algorithm>

namespace slogate::promql {
namespace {

constexpr std::string_view kBlanksInside = " \t\r\n";

bool IsPlaceholderLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsWindow(std::string_view name) { return name == ".window" || name == ".Window"; }

// Calls `take` with the text before each placeholder and with the placeholder itself; at the end
// with the rest and nothing.
template <typename Take>
void EachPlaceholder(std::string_view text, const Take& take) {
  std::size_t begin = 0;
  std::size_t at = 0;
  while ((at = text.find("{{", at)) != std::string_view::npos) {
    const auto found = TakePlaceholder(text.substr(at));
    if (!found) {
      ++at;  // before it may stand the brace of its selector, as in m{{{.track}}}
      continue;
    }
    take(text.substr(begin, at - begin), found);
    at += found->length;
    begin = at;
  }
  take(text.substr(begin), std::optional<Placeholder>());
}

}  // namespace

std::optional<Placeholder> TakePlaceholder(std::string_view text) {
  if (!text.starts_with("{{")) return std::nullopt;
  const std::size_t close = text.find("}}");
  const std::size_t begin = text.find_first_not_of(kBlanksInside, 2);
  if (close == std::string_view::npos || begin >= close || text[begin] != '.') return std::nullopt;
  const std::size_t end = text.find_last_not_of(kBlanksInside, close - 1) + 1;
  const std::string_view name = text.substr(begin, end - begin);
  if (name.size() < 2 || !std::all_of(name.begin() + 1, name.end(), IsPlaceholderLetter)) {
    return std::nullopt;
  }
  return Placeholder{name, close + 2};
}

bool HasWindow(std::string_view text) {
  bool has = false;
  EachPlaceholder(text, [&](std::string_view, const std::optional<Placeholder>& found) {
    has = has || (found && found->name == ".window");
  });
  return has;
}

std::string WithPlainWindow(std::string_view text) {
  std::string plain;
  std::size_t at = 0;
  EachPlaceholder(text, [&](std::string_view before, const std::optional<Placeholder>& found) {
    plain += before;
    at += before.size();
    if (!found) return;
    plain += IsWindow(found->name) ? "{{.window}}" : text.substr(at, found->length);
    at += found->length;
  });
  return plain;
}

FilledQuery::FilledQuery(std::string_view query) {
  std::size_t at = 0;
  EachPlaceholder(query, [&](std::string_view before, const std::optional<Placeholder>& found) {
    text_ += before;
    at += before.size();
    if (!found) return;
    const std::size_t begin = text_.size();
    text_ += IsWindow(found->name)     ? "5m"
             : found->name == ".track" ? kAnySeries
                                       : query.substr(at, found->length);
    filled_.push_back({begin, text_.size(), at, at + found->length});
    at += found->length;
  });
}

FilledQuery FilledQuery::Plain(std::string_view query) {
  FilledQuery plain;
  plain.text_ = query;
  return plain;
}

std::size_t FilledQuery::PlaceInQuery(std::size_t place) const {
  const auto after = std::ranges::upper_bound(filled_, place, {}, &Filled::begin);
  if (after == filled_.begin()) return place;
  const Filled& last = *std::prev(after);
  return place < last.end ? last.query_begin : place - last.end + last.query_end;
}

}  // namespace slogate::promql
