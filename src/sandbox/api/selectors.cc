#include "sandbox/api/selectors.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

std::string Trimmed(const std::string& text) {
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
  return begin < end ? std::string(begin, end) : std::string();
}

// Splits at commas outside of parentheses.
std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (std::string& part : parts) part = Trimmed(part);
  return parts;
}

bool IsWord(const std::string& text, const char* more) {
  return std::all_of(text.begin(), text.end(), [more](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string(more).find(static_cast<char>(c)) != std::string::npos;
  });
}

bool IsKey(const std::string& text) { return !text.empty() && IsWord(text, "-_./"); }
bool IsValue(const std::string& text) { return IsWord(text, "-_."); }

std::string FieldOf(const json& object, const std::string& path) {
  const json* value = &object;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const auto found =
        value->is_object() ? value->find(path.substr(begin, end - begin)) : value->end();
    if (!value->is_object() || found == value->end()) return "";
    value = &*found;
    begin = end + 1;
  }
  return value->is_string() ? value->get<std::string>() : "";
}

bool IsKnownField(const ResourceType& type, const std::string& path) {
  if (path == "metadata.name" || (path == "metadata.namespace" && type.namespaced)) return true;
  if (!type.group.empty()) return false;
  if (type.plural == "pods") return path == "spec.nodeName" || path == "status.phase";
  return type.plural == "events" && (path.starts_with("involvedObject.") || path == "reason" ||
                                     path == "type" || path == "source");
}

// The place and length of the first operator.
std::optional<std::pair<std::size_t, std::size_t>> FindOperator(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "!=") == 0 || text.compare(i, 2, "==") == 0) return {{i, 2}};
    if (text[i] == '=') return {{i, 1}};
  }
  return std::nullopt;
}

}  // namespace

Answered<Selection::Requirement> Selection::ParseRequirement(const std::string& text) {
  using Kind = Requirement::Kind;
  const auto refuse = [&text] {
    return BadRequest("unable to parse requirement: \"" + text + "\" is no label requirement");
  };
  if (const auto found = FindOperator(text)) {
    const auto [at, length] = *found;
    Requirement requirement{text[at] == '!' ? Kind::kNotIn : Kind::kIn,
                            Trimmed(text.substr(0, at)),
                            {Trimmed(text.substr(at + length))}};
    if (!IsKey(requirement.key) || !IsValue(requirement.values[0])) return refuse();
    return requirement;
  }
  const std::size_t open = text.find('(');
  if (open != std::string::npos) {
    const std::string head = Trimmed(text.substr(0, open));
    const std::size_t space = head.rfind(' ');
    const std::string word = space == std::string::npos ? "" : head.substr(space + 1);
    if (text.back() != ')' || (word != "in" && word != "notin")) return refuse();
    Requirement requirement{word == "in" ? Kind::kIn : Kind::kNotIn, Trimmed(head.substr(0, space)),
                            SplitAtCommas(text.substr(open + 1, text.size() - open - 2))};
    if (!IsKey(requirement.key)) return refuse();
    return requirement;
  }
  const bool absent = text.starts_with("!");
  Requirement requirement{
      absent ? Kind::kAbsent : Kind::kExists, Trimmed(text.substr(absent ? 1 : 0)), {}};
  if (!IsKey(requirement.key)) return refuse();
  return requirement;
}

Answered<Selection> Selection::Parse(const ResourceType& type, const Query& query) {
  Selection selection;
  if (const auto given = query.find("labelSelector"); given != query.end()) {
    for (const std::string& part : SplitAtCommas(given->second)) {
      if (part.empty() && given->second.empty()) continue;
      auto requirement = ParseRequirement(part);
      if (!requirement) return tl::unexpected(requirement.error());
      selection.labels_.push_back(std::move(*requirement));
    }
  }
  const auto given = query.find("fieldSelector");
  if (given == query.end() || given->second.empty()) return selection;
  for (const std::string& part : SplitAtCommas(given->second)) {
    const auto found = FindOperator(part);
    if (!found) return BadRequest("invalid field selector: \"" + part + "\"");
    const auto [at, length] = *found;
    FieldRequirement requirement{part.substr(0, at), part.substr(at + length), part[at] != '!'};
    if (!IsKnownField(type, requirement.path)) {
      return BadRequest(type.custom ? "field label not supported: " + requirement.path
                                    : "\"" + requirement.path + "\" is not a known field selector");
    }
    selection.fields_.push_back(std::move(requirement));
  }
  return selection;
}

bool Selection::Meets(const Requirement& requirement, const json& object) {
  const json& labels = adapters::kubernetes::Field(object, {"metadata", "labels"});
  const auto label = labels.is_object() ? labels.find(requirement.key) : labels.end();
  const bool present = labels.is_object() && label != labels.end() && label->is_string();
  const bool listed =
      present && std::find(requirement.values.begin(), requirement.values.end(),
                           label->get_ref<const std::string&>()) != requirement.values.end();
  switch (requirement.kind) {
    case Requirement::Kind::kIn:
      return listed;
    case Requirement::Kind::kNotIn:
      return !listed;
    case Requirement::Kind::kExists:
      return present;
    case Requirement::Kind::kAbsent:
      return !present;
  }
  return false;
}

bool Selection::Has(const json& object) const {
  return std::all_of(labels_.begin(), labels_.end(),
                     [&](const Requirement& label) { return Meets(label, object); }) &&
         std::all_of(fields_.begin(), fields_.end(), [&](const FieldRequirement& field) {
           return (FieldOf(object, field.path) == field.value) == field.equal;
         });
}

}  // namespace slogate::sandbox
