#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/api/patch.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr const char* kDirective = "$patch";
constexpr const char* kRetainKeys = "$retainKeys";
constexpr const char* kOrderPrefix = "$setElementOrder/";
constexpr int kMostDepth = 64;

// Lists that are merged by a key; all others are replaced.
struct KeyedList {
  std::string_view field;
  std::string_view key;
};

constexpr std::array<KeyedList, 14> kKeyedLists = {{
    {"containers", "name"},
    {"initContainers", "name"},
    {"ephemeralContainers", "name"},
    {"env", "name"},
    {"volumes", "name"},
    {"volumeMounts", "mountPath"},
    {"volumeDevices", "devicePath"},
    {"imagePullSecrets", "name"},
    {"hostAliases", "ip"},
    {"topologySpreadConstraints", "topologyKey"},
    {"conditions", "type"},
    {"ownerReferences", "uid"},
    {"secrets", "name"},
    {"taints", "key"},
}};

// Ports are merged by their own number in a container and by another field in a Service.
std::string_view KeyOf(const std::string& field, const json& list) {
  if (field == "ports") {
    return !list.empty() && list.front().is_object() && list.front().contains("containerPort")
               ? "containerPort"
               : "port";
  }
  for (const KeyedList& keyed : kKeyedLists) {
    if (field == keyed.field) return keyed.key;
  }
  return "";
}

bool AllObjects(const json& list) {
  return std::all_of(list.begin(), list.end(), [](const json& item) { return item.is_object(); });
}

std::ptrdiff_t PlaceOf(const json& list, const std::string& key, const json& value) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].contains(key) && list[i][key] == value) return static_cast<std::ptrdiff_t>(i);
  }
  return -1;
}

class Merger {
 public:
  bool refused = false;

  void Object(json& object, const json& patch, int depth) {
    if (depth > kMostDepth) {
      refused = true;
      return;
    }
    if (!object.is_object()) object = json::object();
    if (Directive(patch) == "replace") object.clear();
    if (patch.contains(kRetainKeys)) Retain(object, patch[kRetainKeys]);
    for (const auto& [name, value] : patch.items()) {
      if (name == kDirective || name == kRetainKeys || name.starts_with(kOrderPrefix)) continue;
      if (name.starts_with("$")) {
        refused = true;
      } else if (value.is_null()) {
        object.erase(name);
      } else if (value.is_object()) {
        Object(object[name], value, depth + 1);
      } else if (value.is_array()) {
        List(object[name], name, value, depth);
      } else {
        object[name] = value;
      }
    }
  }

 private:
  static std::string Directive(const json& patch) {
    const auto found = patch.find(kDirective);
    return found != patch.end() && found->is_string() ? found->get<std::string>() : "";
  }

  static void Retain(json& object, const json& names) {
    for (auto field = object.begin(); field != object.end();) {
      const bool kept = std::find(names.begin(), names.end(), json(field.key())) != names.end();
      field = kept ? std::next(field) : object.erase(field);
    }
  }

  void List(json& list, const std::string& field, const json& patch, int depth) {
    const std::string key(KeyOf(field, patch));
    if (key.empty() || !list.is_array() || !AllObjects(list) || !AllObjects(patch)) {
      list = patch;
      return;
    }
    const json before = list;
    json named = json::array();  // what the patch names, in its order
    std::vector<std::ptrdiff_t> gone;
    for (const json& item : patch) {
      const std::ptrdiff_t place = PlaceOf(before, key, item.value(key, json()));
      if (Directive(item) == "delete") {
        gone.push_back(place);
        continue;
      }
      json merged = place < 0 ? json::object() : before[static_cast<std::size_t>(place)];
      Object(merged, item, depth + 1);
      named.push_back(std::move(merged));
    }
    list = Woven(before, named, key, gone);
  }

  // What the patch names keeps the patch's order, the others keep theirs; new ones come first.
  static json Woven(const json& before, const json& named, const std::string& key,
                    const std::vector<std::ptrdiff_t>& gone) {
    json woven = json::array();
    std::size_t next = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto place = static_cast<std::ptrdiff_t>(i);
      const json name = before[i].value(key, json());
      if (PlaceOf(named, key, name) >= 0) continue;
      if (std::find(gone.begin(), gone.end(), place) != gone.end()) continue;
      while (next < named.size() && PlaceOf(before, key, named[next].value(key, json())) < place) {
        woven.push_back(named[next++]);
      }
      woven.push_back(before[i]);
    }
    while (next < named.size()) woven.push_back(named[next++]);
    return woven;
  }
};

}  // namespace

Answered<json> StrategicallyMerged(const json& object, const json& patch) {
  Merger merger;
  json merged = object;
  merger.Object(merged, patch, 0);
  if (merger.refused) {
    return Refuse(422, "Invalid",
                  "the strategic merge patch has a directive that is not known here");
  }
  return merged;
}

}  // namespace slogate::sandbox
