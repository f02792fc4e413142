#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/names.h"
#include "spec/slo_parts.h"
#include "spec/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestLabel = 1024;
constexpr std::size_t kLongestAnnotation = 4096;
constexpr std::size_t kLongestShown = 60;

void CheckName(ObjectReader& reader, const std::string& name) {
  const std::string shown = BoundedUtf8(name, kLongestShown);
  if (!IsLabelName(name)) {
    reader.Report(shown, "is not a label name",
                  "use letters, digits and underscores, with no digit first");
  } else if (name.starts_with("__")) {
    reader.Report(shown, "is a name that Prometheus keeps for itself", "do not begin it with __");
  }
}

core::Labels ReadNamed(
    ObjectReader& owner, std::string_view field,
    const std::function<std::optional<std::string>(ObjectReader&, const std::string&)>& read) {
  core::Labels labels;
  if (!owner.Has(field)) return labels;
  ObjectReader reader = owner.Child(field);
  const std::vector<std::string> names = reader.Names();
  if (names.size() > kMostLabels) {
    owner.Report(field, "has " + std::to_string(names.size()) + " entries",
                 "use at most " + std::to_string(kMostLabels));
    return labels;
  }
  for (const std::string& name : names) {
    CheckName(reader, name);
    auto value = read(reader, name);
    if (value) labels.emplace_back(name, std::move(*value));
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

}  // namespace

core::Labels ReadLabels(ObjectReader& owner, std::string_view field, LabelValues values) {
  return ReadNamed(owner, field, [&](ObjectReader& reader, const std::string& name) {
    auto scalar = values == LabelValues::kScalars ? reader.Scalar(name) : std::nullopt;
    return scalar ? scalar : reader.Text(name, kLongestLabel);
  });
}

core::Labels ReadAnnotations(ObjectReader& owner, std::string_view field, LabelValues values) {
  return ReadNamed(owner, field, [&](ObjectReader& reader, const std::string& name) {
    auto scalar = values == LabelValues::kScalars ? reader.Scalar(name) : std::nullopt;
    return scalar ? scalar : reader.AnyText(name, kLongestAnnotation);
  });
}

}  // namespace slogate::spec
