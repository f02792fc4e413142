#include "promql/writer.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "promql/grammar/placeholders.h"
#include "promql/grammar/tokens.h"
#include "promql/selector.h"
#include "slogate/core/words.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

bool IsPlainMetricName(std::string_view name) {
  std::string without_colons(name);
  std::ranges::replace(without_colons, ':', '_');
  // What an expression may not begin with, or what is a number there.
  constexpr std::array<std::string_view, 8> kReserved = {
      "atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"};
  return IsLabelName(without_colons) &&
         std::ranges::find(kReserved, LowerWord(name)) == kReserved.end();
}

// `track` null: {{.track}} stays.
std::string Filled(std::string_view text, std::string_view window, const std::string* track) {
  std::string filled;
  while (true) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    filled += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) return filled;
    // Before it may stand the brace of its selector, as in m{{{.track}}}: one byte is passed over.
    const Placeholder found = TakePlaceholder(text).value_or(Placeholder{"", 1});
    filled += found.name == ".window"           ? window
              : track && found.name == ".track" ? *track
                                                : text.substr(0, found.length);
    text.remove_prefix(found.length);
  }
}

}  // namespace

std::string Quote(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // Prometheus takes it for no UTF-8
  const bool bytes = !spec::IsUtf8(value) || value.find(kReplacement) != std::string_view::npos;
  std::string text = "\"";
  for (const char letter : value) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\n') {
      text += "\\n";
    } else if (spec::IsControl(letter) || (bytes && byte >= 0x80)) {
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    } else {
      if (letter == '"' || letter == '\\') text += '\\';
      text += letter;
    }
  }
  return text + '"';
}

std::string LabelText(std::string_view name) {
  const std::string lower = LowerWord(name);
  const bool reserved = lower == "without" || lower == "inf" || lower == "nan";
  return IsLabelName(name) && !reserved ? std::string(name) : Quote(name);
}

std::string_view OperatorText(core::LabelMatcher::Op op) {
  return core::WordOf<core::LabelMatcher::Op::kNotMatch>(op, {"=", "!=", "=~", "!~"});
}

std::string ToText(const std::vector<core::LabelMatcher>& matchers) {
  std::string text;
  for (const core::LabelMatcher& matcher : matchers) {
    if (!text.empty()) text += ',';
    text.append(LabelText(matcher.name))
        .append(OperatorText(matcher.op))
        .append(Quote(matcher.value));
  }
  return text;
}

std::string ToText(const core::Selector& selector) {
  const bool plain = IsPlainMetricName(selector.metric);
  if (plain && selector.matchers.empty()) return selector.metric;
  std::string inside = plain || selector.metric.empty() ? "" : Quote(selector.metric);
  if (!inside.empty() && !selector.matchers.empty()) inside += ',';
  return (plain ? selector.metric : "") + '{' + inside + ToText(selector.matchers) + '}';
}

std::string NamedSelector(const std::vector<std::string>& metrics,
                          const std::vector<core::LabelMatcher>& matchers) {
  std::string text = "{__name__";
  text += metrics.size() == 1 ? "=" + Quote(metrics.front()) : "=~" + Quote(RegexOfAny(metrics));
  if (!matchers.empty()) text += "," + ToText(matchers);
  return text + "}";
}

std::string EscapeRegex(std::string_view text) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string escaped;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string RegexOfAny(const std::vector<std::string>& texts) {
  std::string regex;
  for (const std::string& text : texts) {
    if (&text != &texts.front()) regex += '|';
    regex += EscapeRegex(text);
  }
  return regex;
}

std::string DurationText(core::Duration duration) {
  const std::int64_t milliseconds = duration.count();
  if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000) + "s";
  return std::to_string(milliseconds) + "ms";
}

std::string TimeText(core::TimePoint time) {
  const std::int64_t milliseconds = time.time_since_epoch().count();
  std::string fraction = std::to_string(milliseconds % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(milliseconds / 1000) + "." + fraction;
}

std::string OneLine(std::string_view query) {
  std::string text;
  for (const Token& token : Lex(query)) {
    if (token.spaced && !text.empty() && token.kind != Token::Kind::kEnd) text += ' ';
    text += token.text;
  }
  return WithPlainWindow(text);
}

std::string FillWindow(std::string_view text, std::string_view window) {
  return Filled(text, window, nullptr);
}

std::string Fill(std::string_view text, std::string_view window,
                 const std::vector<core::LabelMatcher>& track) {
  const std::string any = track.empty() ? std::string(kAnySeries) : ToText(track);
  return Filled(text, window, &any);
}

}  // namespace slogate::promql
