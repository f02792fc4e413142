#include <algorithm>
#include <tuple>

#include "spec/text/yaml_text.h"

namespace slogate::spec {

Position Locate(const YamlDocument& document, std::string_view field) {
  while (!field.empty()) {
    const auto found = document.fields.find(std::string(field));
    if (found != document.fields.end()) return found->second;
    const std::size_t end = field.find_last_of(".[");
    field = field.substr(0, end == std::string_view::npos ? 0 : end);
  }
  return document.start;
}

void PlaceMistakes(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& mistakes) {
  for (Mistake& mistake : mistakes) {
    const Position position = Locate(document, mistake.field);
    mistake.line = position.line;
    mistake.column = position.column;
  }
  mistakes.insert(mistakes.end(), document.mistakes.begin(), document.mistakes.end());
  for (Mistake& mistake : mistakes) mistake.file = file;
}

void SortMistakes(std::vector<Mistake>& mistakes) {
  std::ranges::stable_sort(mistakes, [](const Mistake& a, const Mistake& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

}  // namespace slogate::spec
