#include "adapters/prometheus/api/query_text.h"

#include <cstdint>
#include <vector>

namespace slogate::adapters::prometheus {
namespace {

// Every matcher of an indicator's selectors.
struct AllMatchers {
  std::vector<core::LabelMatcher> operator()(const core::CounterIndicator& counters) const {
    return Of({&counters.total, &counters.part});
  }
  std::vector<core::LabelMatcher> operator()(const core::HistogramIndicator& histogram) const {
    return Of({&histogram.histogram});
  }
  std::vector<core::LabelMatcher> operator()(const core::PromqlIndicator&) const { return {}; }
  std::vector<core::LabelMatcher> operator()(const core::ScoreIndicator& scores) const {
    return Of({&scores.total, &scores.sum, scores.squares ? &*scores.squares : &scores.sum});
  }
  std::vector<core::LabelMatcher> operator()(const core::ScoreHistogramIndicator& scores) const {
    return Of({&scores.histogram});
  }

 private:
  static std::vector<core::LabelMatcher> Of(const std::vector<const core::Selector*>& selectors) {
    std::vector<core::LabelMatcher> all;
    for (const core::Selector* selector : selectors) {
      all.insert(all.end(), selector->matchers.begin(), selector->matchers.end());
    }
    return all;
  }
};

}  // namespace

std::optional<std::string> FirstBadLabelName(const core::ReadingPlan& plan) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<core::LabelMatcher>& matchers) {
    for (const core::LabelMatcher& matcher : matchers) names.push_back(matcher.name);
  };
  add(plan.canary);
  add(plan.baseline);
  for (const core::Indicator& indicator : plan.indicators)
    add(std::visit(AllMatchers(), indicator));
  for (const core::Slices& slices : plan.slices) {
    if (!slices.cohort_label.empty()) names.push_back(slices.cohort_label);
  }
  for (std::string& name : names) {
    if (!IsLabelName(name)) return std::move(name);
  }
  return std::nullopt;
}

namespace {

constexpr std::size_t kLongestMessage = 300;

// Not a matcher of the name: a selector has one already, and Prometheus refuses a second. A label
// that no series has costs Prometheus nothing.
constexpr std::string_view kAnySeries = "slogate_any=~\".*\"";

std::string_view OperatorOf(core::LabelMatcher::Op op) {
  switch (op) {
    case core::LabelMatcher::Op::kEqual:
      return "=";
    case core::LabelMatcher::Op::kNotEqual:
      return "!=";
    case core::LabelMatcher::Op::kMatch:
      return "=~";
    case core::LabelMatcher::Op::kNotMatch:
      return "!~";
  }
  return "=";
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string Quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (IsControl(c)) {
      const auto byte = static_cast<unsigned char>(c);
      quoted += "\\x";
      quoted += kHex[byte >> 4U];
      quoted += kHex[byte & 0xfU];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
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

bool IsLabelName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

std::string RenderMatchers(const std::vector<core::LabelMatcher>& matchers) {
  std::string text;
  for (const core::LabelMatcher& matcher : matchers) {
    if (!text.empty()) text += ',';
    text += matcher.name;
    text += OperatorOf(matcher.op);
    text += Quote(matcher.value);
  }
  return text;
}

std::string RenderSelector(const std::vector<std::string>& metrics,
                           const std::vector<core::LabelMatcher>& matchers) {
  std::string text = "{__name__";
  text += metrics.size() == 1 ? "=" + Quote(metrics.front()) : "=~" + Quote(RegexOfAny(metrics));
  const std::string rest = RenderMatchers(matchers);
  if (!rest.empty()) text += "," + rest;
  return text + "}";
}

std::string RenderDuration(core::Duration duration) {
  const std::int64_t milliseconds = duration.count();
  if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000) + "s";
  return std::to_string(milliseconds) + "ms";
}

std::string RenderTime(core::TimePoint time) {
  const std::int64_t milliseconds = time.time_since_epoch().count();
  std::string fraction = std::to_string(milliseconds % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(milliseconds / 1000) + "." + fraction;
}

std::string FillTemplate(std::string_view text, core::Duration window,
                         const std::vector<core::LabelMatcher>& track) {
  std::string filled;
  while (!text.empty()) {
    std::size_t open = text.find("{{");
    // Before it may stand the brace of its selector: m{{{.track}}}.
    while (open != std::string_view::npos && text.substr(open).starts_with("{{{")) ++open;
    const std::size_t close = text.find("}}", open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    filled += text.substr(0, open);
    std::string name;
    for (const char c : text.substr(open + 2, close - open - 2)) {
      if (c != ' ') name += c;
    }
    if (name == ".window") {
      filled += RenderDuration(window);
    } else if (name == ".track") {
      filled += track.empty() ? std::string(kAnySeries) : RenderMatchers(track);
    } else {
      filled += text.substr(open, close + 2 - open);
    }
    text.remove_prefix(close + 2);
  }
  filled += text;
  return filled;
}

std::string Shorten(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (line.size() >= kLongestMessage) {
      // Cutting must not leave half of a UTF-8 character behind.
      while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) {
        line.pop_back();
      }
      return line + "...";
    }
    line += IsControl(c) ? ' ' : c;
  }
  return line;
}

}  // namespace slogate::adapters::prometheus
