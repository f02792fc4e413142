#include "rules/rule_yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "spec/slo/sli_promql.h"

namespace slogate::rules {

std::string NumberText(double value) {
  constexpr int kDigits = 15;  // below that many, a decimal is nearer than two units
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value,
                                     std::chars_format::general, kDigits);
  double read = 0;
  std::from_chars(text.data(), written.ptr, read);
  if (std::abs(read - value) > 2 * std::numeric_limits<double>::epsilon() * std::abs(value)) {
    const auto exact = std::to_chars(text.data(), text.data() + text.size(), value);
    return std::string(text.data(), exact.ptr);
  }
  return std::string(text.data(), written.ptr);
}

namespace {

bool IsOrdinary(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f;
}

// Beyond ASCII, what ends a line in YAML or may not stand in it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEscapes = {
    {{"\xe2\x80\xa8", "\\u2028"},
     {"\xe2\x80\xa9", "\\u2029"},
     {"\xef\xbb\xbf", "\\ufeff"},
     {"\xef\xbf\xbe", "\\ufffe"},
     {"\xef\xbf\xbf", "\\uffff"}}};

// A comment ends with its line, and YAML knows more ends of lines than one.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return !IsOrdinary(c); }, '?');
  return text;
}

std::string Hex(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

// Takes what one escape stands for, or one byte.
std::string TakeEscaped(std::string_view& text) {
  for (const auto& [bytes, escape] : kEscapes) {
    if (text.starts_with(bytes)) {
      text.remove_prefix(bytes.size());
      return std::string(escape);
    }
  }
  const char c = text.front();
  const auto byte = static_cast<unsigned char>(c);
  text.remove_prefix(1);
  // Control characters from U+0080 on are two bytes of UTF-8.
  if (byte == 0xc2 && !text.empty() && static_cast<unsigned char>(text.front()) < 0xa0) {
    const auto second = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    return Hex(second);
  }
  if (c == '"' || c == '\\') return {'\\', c};
  if (c == '\n') return "\\n";
  if (byte < 0x20 || byte == 0x7f) return Hex(byte);
  return {c};
}

std::string DoubleQuoted(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) quoted += TakeEscaped(text);
  return quoted + "\"";
}

void AppendSingleQuoted(std::string_view value, std::string& text) {
  text += '\'';
  for (std::size_t quote; (quote = value.find('\'')) != std::string_view::npos;) {
    text.append(value.substr(0, quote + 1)) += '\'';
    value.remove_prefix(quote + 1);
  }
  text.append(value) += '\'';
}

void AppendQuoted(std::string_view value, std::string& text) {
  if (std::all_of(value.begin(), value.end(), IsOrdinary)) {
    AppendSingleQuoted(value, text);
  } else {
    text += DoubleQuoted(value);
  }
}

// An expression of several ordinary lines stays that.
void AppendExpression(std::string_view value, const std::string& indent, std::string& text) {
  const bool lines =
      value.find('\n') != std::string_view::npos && value.front() == '(' && value.back() == ')' &&
      std::all_of(value.begin(), value.end(), [](char c) { return c == '\n' || IsOrdinary(c); });
  if (!lines) return AppendQuoted(value, text);
  text.append("|-\n").append(indent);
  for (const char c : value) {
    text += c;
    if (c == '\n') text += indent;
  }
}

// Names of labels that YAML would take for a boolean or nothing.
void AppendKey(const std::string& name, std::string& text) {
  constexpr std::array<std::string_view, 10> kWords = {"y",   "n",    "yes",   "no",   "on",
                                                       "off", "true", "false", "null", "nan"};
  std::string lower = name;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::find(kWords.begin(), kWords.end(), lower) == kWords.end()) {
    text += name;
  } else {
    AppendSingleQuoted(name, text);
  }
}

void AppendLabels(const char* field, const core::Labels& labels, const std::string& indent,
                  std::string& text) {
  if (labels.empty()) return;
  text.append(indent).append(field).append(":\n");
  for (const auto& [name, value] : labels) {
    text.append(indent).append("  ");
    AppendKey(name, text);
    text.append(": ");
    AppendQuoted(value, text);
    text += '\n';
  }
}

void AppendRule(const Rule& rule, const std::string& indent, std::string& text) {
  const std::string inner = indent + "  ";
  text.append(indent);
  if (rule.alert.empty()) {
    text.append("- record: ").append(rule.record);
  } else {
    text.append("- alert: ");
    AppendQuoted(rule.alert, text);
  }
  text.append("\n").append(inner).append("expr: ");
  AppendExpression(rule.expression, inner + "  ", text);
  text += '\n';
  AppendLabels("labels", rule.labels, inner, text);
  AppendLabels("annotations", rule.annotations, inner, text);
}

void AppendGroups(const std::vector<RuleGroup>& groups, const std::string& indent,
                  std::string& text) {
  text += indent + (groups.empty() ? "groups: []\n" : "groups:\n");
  for (const RuleGroup& group : groups) {
    for (const std::string& remark : group.remarks) {
      text += indent + "  # " + OneLine(remark) + "\n";
    }
    text += indent + "  - name: ";
    AppendQuoted(group.name, text);
    if (group.interval.count() > 0) {
      text += "\n" + indent + "    interval: " + spec::PromqlDuration(group.interval);
    }
    text += "\n" + indent + "    rules:\n";
    for (const Rule& rule : group.rules) AppendRule(rule, indent + "      ", text);
  }
}

constexpr std::string_view kHeader = "# Written by gate rules; edits will be lost.\n";

}  // namespace

std::string ToRulesFile(const std::vector<RuleGroup>& groups) {
  std::string text(kHeader);
  AppendGroups(groups, "", text);
  return text;
}

std::string ToPrometheusRule(const std::vector<RuleGroup>& groups, const std::string& name,
                             const std::string& ns, const core::Labels& labels) {
  std::string text(kHeader);
  text += "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ";
  AppendQuoted(name, text);
  if (!ns.empty()) {
    text += "\n  namespace: ";
    AppendQuoted(ns, text);
  }
  text += labels.empty() ? "\n" : "\n  labels:\n";
  for (const auto& [label, value] : labels) {
    text += "    ";
    AppendQuoted(label, text);
    text += ": ";
    AppendQuoted(value, text);
    text += '\n';
  }
  text += "spec:\n";
  AppendGroups(groups, "  ", text);
  return text;
}

}  // namespace slogate::rules
