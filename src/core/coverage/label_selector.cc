#include <algorithm>
#include <array>
#include <cctype>

#include "slogate/core/coverage.h"
#include "slogate/core/words.h"

namespace slogate::core {
namespace {

using Operator = LabelRequirement::Op;

bool Names(const LabelRequirement& requirement, const std::string& value) {
  return std::ranges::find(requirement.values, value) != requirement.values.end();
}

bool Holds(const LabelRequirement& requirement, const LabelMap& labels) {
  const auto label = labels.find(requirement.key);
  const bool there = label != labels.end();
  switch (requirement.op) {
    case Operator::kIn:
      return there && Names(requirement, label->second);
    case Operator::kNotIn:
      return !there || !Names(requirement, label->second);
    case Operator::kExists:
      return there;
    case Operator::kDoesNotExist:
      return !there;
  }
  return false;
}

bool IsPair(const LabelRequirement& requirement) {
  return requirement.op == Operator::kIn && requirement.values.size() == 1;
}

// What YAML would not read as this text is quoted.
std::string Scalar(const std::string& text) {
  constexpr std::array kWords = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  const bool plain = !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
                     std::ranges::find(kWords, lower) == kWords.end();
  return plain ? text : '"' + text + '"';
}

void Append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

std::string_view Word(Operator op) {
  return WordOf<Operator::kDoesNotExist>(op, {"In", "NotIn", "Exists", "DoesNotExist"});
}

std::string ExpressionYaml(const LabelRequirement& requirement) {
  std::string text =
      "{key: " + requirement.key + ", operator: " + std::string(Word(requirement.op));
  std::string values;
  for (const std::string& value : requirement.values) Append(values, Scalar(value));
  if (!values.empty()) text += ", values: [" + values + "]";
  return text + "}";
}

}  // namespace

bool Selects(const LabelSelector& selector, const LabelMap& labels) {
  return std::ranges::all_of(
      selector, [&](const LabelRequirement& requirement) { return Holds(requirement, labels); });
}

LabelSelector Widened(const LabelSelector& selector, const LabelMap& also) {
  LabelSelector wide;
  for (LabelRequirement requirement : selector) {
    if (!Holds(requirement, also)) {
      const auto label = also.find(requirement.key);
      if (label == also.end()) continue;
      if (requirement.op == Operator::kIn) {
        requirement.values.push_back(label->second);
      } else {
        std::erase(requirement.values, label->second);
        if (requirement.values.empty()) continue;
      }
    }
    wide.push_back(std::move(requirement));
  }
  return wide;
}

std::string ToYaml(const LabelSelector& selector) {
  std::string pairs;
  std::string expressions;
  for (const LabelRequirement& requirement : selector) {
    if (IsPair(requirement)) {
      Append(pairs, requirement.key + ": " + Scalar(requirement.values.front()));
    } else {
      Append(expressions, ExpressionYaml(requirement));
    }
  }
  std::string text;
  if (!pairs.empty()) Append(text, "matchLabels: {" + pairs + "}");
  if (!expressions.empty()) Append(text, "matchExpressions: [" + expressions + "]");
  return "{" + text + "}";
}

std::string ToText(const LabelMap& labels) {
  std::string text;
  for (const auto& [key, value] : labels) text += (text.empty() ? "" : ",") + key + "=" + value;
  return text;
}

}  // namespace slogate::core
