#include "rules/rule_yaml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "spec/slo/sli_promql.h"
#include "spec/text/yaml_text.h"

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

bool IsOrdinary(char c) { return c >= ' ' && c <= '~'; }

// A comment ends with its line, and YAML knows more ends of lines than one.
std::string OneLine(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return !IsOrdinary(c); }, '?');
  return text;
}

// An expression of several ordinary lines stays that.
void AppendExpression(const std::string& value, const std::string& indent, std::string& text) {
  const bool lines = value.find('\n') != std::string_view::npos && value.front() == '(' &&
                     value.back() == ')' &&
                     std::ranges::all_of(value, [](char c) { return c == '\n' || IsOrdinary(c); });
  if (!lines) {
    text += spec::QuotedYaml(value);
    return;
  }
  text.append("|-\n").append(indent);
  for (const char c : value) {
    text += c;
    if (c == '\n') text += indent;
  }
}

void AppendLabels(const char* field, const core::Labels& labels, const std::string& indent,
                  std::string& text) {
  if (labels.empty()) return;
  text.append(indent).append(field).append(":\n");
  for (const auto& [name, value] : labels) {
    text.append(indent).append("  ");
    text.append(spec::IsPlainYaml(name) ? name : spec::QuotedYaml(name)).append(": ");
    text.append(spec::QuotedYaml(value)).append("\n");
  }
}

void AppendRule(const Rule& rule, const std::string& indent, std::string& text) {
  const std::string inner = indent + "  ";
  text.append(indent);
  if (rule.alert.empty()) {
    text.append("- record: ").append(rule.record);
  } else {
    text.append("- alert: ").append(spec::QuotedYaml(rule.alert));
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
    text += indent + "  - name: " + spec::QuotedYaml(group.name);
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

std::string ToPrometheusRule(const std::vector<RuleGroup>& groups, const RuleObject& object) {
  std::string text(kHeader);
  text += "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ";
  text += spec::QuotedYaml(object.name) + "\n";
  if (!object.ns.empty()) text += "  namespace: " + spec::QuotedYaml(object.ns) + "\n";
  for (const auto& [field, texts] :
       {std::pair{"labels", &object.labels}, std::pair{"annotations", &object.annotations}}) {
    if (!texts->empty()) text += std::string("  ") + field + ":\n";
    for (const auto& [name, value] : *texts) {
      text += "    " + spec::QuotedYaml(name) + ": " + spec::QuotedYaml(value) + "\n";
    }
  }
  text += "spec:\n";
  AppendGroups(groups, "  ", text);
  return text;
}

}  // namespace slogate::rules
