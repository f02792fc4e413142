#include <filesystem>

#include "adapters/http/encoding.h"
#include "adapters/kubernetes/login/kubeconfig.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxWords = 256;
constexpr const char* kExecExtension = "client.authentication.k8s.io/exec";

tl::unexpected<ports::Error> RefuseExec(const std::string& where, const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "kubeconfig " + where + ": exec." + what);
}

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

ports::Result<void> ReadArguments(const json& exec, const std::string& where, ExecPlugin& plugin) {
  if (!Has(exec, "args")) return {};
  const json& list = ValueOf(exec, "args");
  if (!list.is_array() || list.size() > kMaxWords) {
    return RefuseExec(where, "args must be a list of at most 256 words");
  }
  for (const json& item : list) {
    if (!item.is_string()) return RefuseExec(where, "args must be words");
    plugin.arguments.push_back(item.get<std::string>());
    if (HasNul(plugin.arguments.back())) return RefuseExec(where, "args must be words");
  }
  return {};
}

ports::Result<void> ReadEnvironment(const json& exec, const std::string& where,
                                    ExecPlugin& plugin) {
  if (!Has(exec, "env")) return {};
  const json& list = ValueOf(exec, "env");
  if (!list.is_array() || list.size() > kMaxWords) {
    return RefuseExec(where, "env must be a list of at most 256 names and values");
  }
  for (const json& item : list) {
    const std::string name = ScalarOf(item, "name");
    const std::string value = ScalarOf(item, "value");
    if (name.empty() || name.find('=') != std::string::npos || HasNul(name) || HasNul(value)) {
      return RefuseExec(where, "env must be a list of {name, value}");
    }
    plugin.environment.emplace_back(name, value);
  }
  return {};
}

ports::Result<void> ReadInteraction(const json& exec, const std::string& where,
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

}  // namespace

ports::Result<ExecPlugin> ReadExec(const json& user, const std::string& where,
                                   const std::string& file) {
  const json& exec = ValueOf(user, "exec");
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

bool WantsClusterInfo(const json& user) {
  return IsTrue(ScalarOf(ValueOf(user, "exec"), "provideClusterInfo"));
}

json ClusterInfo(const KubeconfigEntry& entry, const std::string& ca_pem) {
  const json& cluster = entry.body;
  json info{{"server", ScalarOf(cluster, "server")}, {"config", nullptr}};
  if (const std::string name = ScalarOf(cluster, "tls-server-name"); !name.empty()) {
    info["tls-server-name"] = name;
  }
  if (const std::string proxy = ScalarOf(cluster, "proxy-url"); !proxy.empty()) {
    info["proxy-url"] = proxy;
  }
  if (!ca_pem.empty()) info["certificate-authority-data"] = http::EncodeBase64(ca_pem);
  const json& extensions = ValueOf(entry.typed, "extensions");
  if (!extensions.is_array()) return info;
  for (const json& extension : extensions) {
    if (ScalarOf(extension, "name") != kExecExtension) continue;
    if (Has(extension, "extension")) info["config"] = ValueOf(extension, "extension");
  }
  return info;
}

}  // namespace slogate::adapters::kubernetes
