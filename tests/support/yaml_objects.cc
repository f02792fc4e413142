#include "support/yaml_objects.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <string_view>

namespace slogate::testing {
namespace {

using nlohmann::json;

json FromScalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "null" || text == "~") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos &&
                       text.find_first_of("0123456789") != std::string::npos;
  if (numeric) {
    json number = json::parse(text, nullptr, false);
    if (number.is_number()) return number;
  }
  return text;
}

json FromNode(const YAML::Node& node) {
  if (node.IsMap()) {
    json object = json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = FromNode(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    json array = json::array();
    for (const auto& entry : node) array.push_back(FromNode(entry));
    return array;
  }
  return node.IsScalar() ? FromScalar(node) : json(nullptr);
}

constexpr std::array<std::string_view, 6> kClusterKinds = {
    "Namespace",          "CustomResourceDefinition", "ClusterRole",
    "ClusterRoleBinding", "MutatingAdmissionPolicy",  "MutatingAdmissionPolicyBinding"};

std::string Plural(std::string kind) {
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + (kind.ends_with("ss") ? "es" : "s");
}

}  // namespace

std::vector<json> ObjectsFromYaml(const std::string& text) {
  std::vector<json> objects;
  try {
    for (const YAML::Node& node : YAML::LoadAll(text)) {
      if (node.IsMap()) objects.push_back(FromNode(node));
    }
  } catch (const YAML::Exception& exception) {
    throw std::runtime_error(std::string("not YAML: ") + exception.what());
  }
  return objects;
}

std::string CollectionPath(const std::string& api_version, const std::string& kind,
                           const std::string& ns) {
  const std::string root = api_version.find('/') == std::string::npos ? "/api/" : "/apis/";
  const bool cluster_wide =
      std::find(kClusterKinds.begin(), kClusterKinds.end(), kind) != kClusterKinds.end();
  return root + api_version + (cluster_wide ? "/" : "/namespaces/" + ns + "/") + Plural(kind);
}

}  // namespace slogate::testing
