#include "adapters/kubernetes/kubeconfig_exec.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "adapters/kubernetes/base64.h"
#include "adapters/kubernetes/kubeconfig_entries.h"
#include "spec/yaml_scalar.h"

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::size_t kMostWords = 256;
constexpr int kDeepestConfig = 16;
constexpr const char* kExecExtension = "client.authentication.k8s.io/exec";

tl::unexpected<ports::Error> RefuseExec(const std::string& where, const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "kubeconfig " + where + ": exec." + what);
}

bool IsYamlTrue(const std::string& text) {
  return text == "true" || text == "True" || text == "TRUE";
}

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

ports::Result<void> ReadArguments(const YAML::Node& exec, const std::string& where,
                                  ExecPlugin& plugin) {
  if (!Has(exec, "args")) return {};
  const YAML::Node list = exec["args"];
  if (!list.IsSequence() || list.size() > kMostWords) {
    return RefuseExec(where, "args must be a list of at most 256 words");
  }
  for (const YAML::Node& item : list) {
    if (!item.IsScalar() || HasNul(item.Scalar())) return RefuseExec(where, "args must be words");
    plugin.arguments.push_back(item.Scalar());
  }
  return {};
}

ports::Result<void> ReadEnvironment(const YAML::Node& exec, const std::string& where,
                                    ExecPlugin& plugin) {
  if (!Has(exec, "env")) return {};
  const YAML::Node list = exec["env"];
  if (!list.IsSequence() || list.size() > kMostWords) {
    return RefuseExec(where, "env must be a list of at most 256 names and values");
  }
  for (const YAML::Node& item : list) {
    const std::string name = ScalarOf(item, "name");
    const std::string value = ScalarOf(item, "value");
    if (name.empty() || name.find('=') != std::string::npos || HasNul(name) || HasNul(value)) {
      return RefuseExec(where, "env must be a list of {name, value}");
    }
    plugin.environment.emplace_back(name, value);
  }
  return {};
}

ports::Result<void> ReadInteraction(const YAML::Node& exec, const std::string& where,
                                    ExecPlugin& plugin) {
  using Interaction = ExecPlugin::Interaction;
  const std::string word = ScalarOf(exec, "interactiveMode");
  if (word.empty() && plugin.api_version == kExecV1) {
    return RefuseExec(where, "interactiveMode is missing; write Never, IfAvailable or Always");
  }
  if (word.empty() || word == "IfAvailable") {
    plugin.interaction = Interaction::kIfAvailable;
  } else if (word == "Never") {
    plugin.interaction = Interaction::kNever;
  } else if (word == "Always") {
    plugin.interaction = Interaction::kAlways;
  } else {
    return RefuseExec(where, "interactiveMode is unknown; write Never, IfAvailable or Always");
  }
  return {};
}

// A command with a slash starts from the kubeconfig's folder, as kubectl has it.
std::string Command(const std::string& command, const std::string& file) {
  const std::filesystem::path path = command;
  if (path.is_absolute() || command.find('/') == std::string::npos) return command;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

nlohmann::json ToJson(const YAML::Node& node, int depth) {
  if (depth == 0) return nullptr;
  if (node.IsMap()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& pair : node) {
      if (pair.first.IsScalar()) object[pair.first.Scalar()] = ToJson(pair.second, depth - 1);
    }
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const YAML::Node& item : node) list.push_back(ToJson(item, depth - 1));
    return list;
  }
  if (!node.IsScalar()) return nullptr;
  return node.Tag() == "!" ? nlohmann::json(node.Scalar()) : spec::PlainScalar(node.Scalar());
}

}  // namespace

ports::Result<ExecPlugin> ReadExec(const YAML::Node& user, const std::string& where,
                                   const std::string& file) {
  const YAML::Node exec = user["exec"];
  ExecPlugin plugin;
  plugin.where = where;
  plugin.api_version = ScalarOf(exec, "apiVersion");
  plugin.install_hint = ScalarOf(exec, "installHint");
  const std::string command = ScalarOf(exec, "command");
  if (command.empty() || HasNul(command)) {
    return RefuseExec(where, "command is missing; name the plugin's program");
  }
  plugin.command = Command(command, file);
  if (plugin.api_version != kExecV1 && plugin.api_version != kExecV1Beta1) {
    return RefuseExec(where, std::string("apiVersion must be ") + kExecV1 +
                                 " or v1beta1; write it, " +
                                 "or let a newer version of the plugin write the kubeconfig");
  }
  if (auto read = ReadArguments(exec, where, plugin); !read) return tl::unexpected(read.error());
  if (auto read = ReadEnvironment(exec, where, plugin); !read) return tl::unexpected(read.error());
  if (auto read = ReadInteraction(exec, where, plugin); !read) return tl::unexpected(read.error());
  return plugin;
}

bool WantsClusterInfo(const YAML::Node& user) {
  return IsYamlTrue(ScalarOf(user["exec"], "provideClusterInfo"));
}

nlohmann::json ClusterInfo(const YAML::Node& cluster, const std::string& ca_pem) {
  nlohmann::json info{{"server", ScalarOf(cluster, "server")}, {"config", nullptr}};
  if (const std::string name = ScalarOf(cluster, "tls-server-name"); !name.empty()) {
    info["tls-server-name"] = name;
  }
  if (const std::string proxy = ScalarOf(cluster, "proxy-url"); !proxy.empty()) {
    info["proxy-url"] = proxy;
  }
  if (!ca_pem.empty()) info["certificate-authority-data"] = EncodeBase64(ca_pem);
  if (!Has(cluster, "extensions") || !cluster["extensions"].IsSequence()) return info;
  for (const YAML::Node& extension : cluster["extensions"]) {
    if (ScalarOf(extension, "name") == kExecExtension && Has(extension, "extension")) {
      info["config"] = ToJson(extension["extension"], kDeepestConfig);
    }
  }
  return info;
}

}  // namespace slogate::adapters::kubernetes
