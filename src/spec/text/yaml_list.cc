#include <utility>

#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

// The list of objects that a document is, and the path of its items; nullptr: it is none.
json* ItemsOf(YamlDocument& document, std::string& path) {
  if (document.value.is_array()) return &document.value;
  if (!document.value.is_object()) return nullptr;
  const auto kind = document.value.find("kind");
  const auto items = document.value.find("items");
  if (kind == document.value.end() || !kind->is_string()) return nullptr;
  if (items == document.value.end() || !items->is_array()) return nullptr;
  if (!kind->get_ref<const std::string&>().ends_with("List")) return nullptr;
  path = "items";
  return &*items;
}

// Whether `field` is `item` or within it; then `rest` is its path from there.
bool IsWithin(std::string_view field, std::string_view item, std::string_view& rest) {
  if (!field.starts_with(item)) return false;
  rest = field.substr(item.size());
  if (rest.starts_with('.')) rest.remove_prefix(1);
  return true;
}

// Takes the fields and mistakes of one item out of the list's document.
YamlDocument TakeItem(YamlDocument& list, json value, const std::string& path) {
  YamlDocument item;
  item.value = std::move(value);
  item.start = Locate(list, path);
  std::string_view rest;
  for (auto at = list.fields.lower_bound(path);
       at != list.fields.end() && IsWithin(at->first, path, rest); ++at) {
    item.fields.emplace(std::string(rest), at->second);
  }
  std::erase_if(list.mistakes, [&](Mistake& mistake) {
    if (!IsWithin(mistake.field, path, rest)) return false;
    item.mistakes.push_back(mistake);
    item.mistakes.back().field = std::string(rest);
    return true;
  });
  return item;
}

}  // namespace

std::vector<YamlDocument> EachObject(std::vector<YamlDocument> documents) {
  std::vector<YamlDocument> objects;
  for (YamlDocument& document : documents) {
    std::string path;
    json* const items = ItemsOf(document, path);
    if (items == nullptr) {
      objects.push_back(std::move(document));
      continue;
    }
    const std::size_t first = objects.size();
    for (std::size_t i = 0; i < items->size(); ++i) {
      objects.push_back(
          TakeItem(document, std::move((*items)[i]), path + "[" + std::to_string(i) + "]"));
    }
    // What is wrong with the list itself is said with its first item.
    if (objects.size() == first) continue;
    std::vector<Mistake>& mistakes = objects[first].mistakes;
    mistakes.insert(mistakes.end(), document.mistakes.begin(), document.mistakes.end());
  }
  return objects;
}

}  // namespace slogate::spec
