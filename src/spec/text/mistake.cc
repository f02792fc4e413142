#include "spec/text/mistake.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestWord = 64;  // the distance costs the product of the lengths

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein's distance, capitals and small letters taken as equal.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = Distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::optional<std::string> NewName(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  static constexpr std::pair<std::string_view, std::string_view> kRenamed[] = {
      {"arms", "tracks"},
      {"leastDuration", "minDuration"},
      {"longestDuration", "maxDuration"},
      {"leastEvents", "minEvents"},
      {"mostCanaryRestarts", "maxCanaryRestarts"},
      {"mostSpent", "maxBudgetSpend"},
      {"r0", "tolerance"},
      {"r1", "promotionMargin"},
      {"d", "minEffect"},
      {"b", "budgetShare"},
      {"phi", "overdispersion"},
      {"Advise", "Report"},
      {"NotWorse", "NoHarmSeen"},
      {"ShownNoWorse", "ProvenNotWorse"},
  };
  for (const auto& [old_name, name] : kRenamed) {
    if (word != old_name) continue;
    const auto found = std::ranges::find(candidates, name);
    if (found != candidates.end()) return *found;
  }
  return std::nullopt;
}

std::string ToString(const Mistake& mistake) {
  std::string text = mistake.file;
  if (mistake.line > 0) text += ":" + std::to_string(mistake.line);
  if (mistake.line > 0 && mistake.column > 0) text += ":" + std::to_string(mistake.column);
  if (!text.empty()) text += ": ";
  if (!mistake.field.empty()) text += mistake.field + ": ";
  text += mistake.message;
  if (!mistake.fix.empty()) text += "; " + mistake.fix;
  return text;
}

}  // namespace slogate::spec
