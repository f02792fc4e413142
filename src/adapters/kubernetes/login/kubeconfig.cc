#include "adapters/kubernetes/login/kubeconfig.h"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "adapters/http/printable.h"
#include "spec/text/yaml_text.h"

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::size_t kMaxBytes = 1u << 20;

using nlohmann::json;

tl::unexpected<ports::Error> RefuseEntry(const std::string& file, const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "kubeconfig " + file + ": " + what);
}

// Entries are a list of {name, <body_key>}; `typed` is the same file with numbers and booleans.
ports::Result<void> Collect(const json& root, const json& typed, const std::string& file,
                            const char* list_key, const char* body_key,
                            std::map<std::string, KubeconfigEntry>& into) {
  const json& list = ValueOf(root, list_key);
  if (list.is_null()) return {};
  if (!list.is_array()) return RefuseEntry(file, std::string(list_key) + " is not a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = ScalarOf(list[i], "name");
    if (name.empty())
      return RefuseEntry(file, std::string(list_key) + " has an entry without a name");
    const json& body = ValueOf(list[i], body_key);
    if (!list[i].contains(body_key) || !(body.is_object() || body.is_null())) {
      return RefuseEntry(file,
                         std::string(list_key) + " entry \"" + name + "\" has no " + body_key);
    }
    // An entry seen earlier stays.
    into.emplace(name, KubeconfigEntry{body, ValueOf(typed, list_key)[i].at(body_key), file});
  }
  return {};
}

// The first document; null for a text without any.
ports::Result<json> Read(const KubeconfigFile& file, spec::YamlScalars scalars) {
  spec::YamlText text = spec::ReadYaml(file.text, {}, scalars);
  std::vector<spec::Mistake> mistakes = std::move(text.mistakes);
  if (mistakes.empty() && text.documents.empty()) return json();
  if (mistakes.empty()) mistakes = std::move(text.documents.front().mistakes);
  if (mistakes.empty()) return std::move(text.documents.front().value);
  mistakes.front().file = file.path;
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     "kubeconfig " + spec::ToString(mistakes.front()));
}

ports::Result<void> MergeOne(const KubeconfigFile& file, KubeconfigEntries& entries) {
  const ports::Result<json> root = Read(file, spec::YamlScalars::kText);
  if (!root) return tl::unexpected(root.error());
  const ports::Result<json> typed = Read(file, spec::YamlScalars::kTyped);
  if (!typed) return tl::unexpected(typed.error());
  if (root->is_null()) return {};
  if (!root->is_object()) return RefuseEntry(file.path, "not a mapping");
  if (entries.current_context.empty()) {
    entries.current_context = ScalarOf(*root, "current-context");
  }
  const auto collect = [&](const char* list_key, const char* body_key, auto& into) {
    return Collect(*root, *typed, file.path, list_key, body_key, into);
  };
  if (auto r = collect("clusters", "cluster", entries.clusters); !r) return r;
  if (auto r = collect("contexts", "context", entries.contexts); !r) return r;
  return collect("users", "user", entries.users);
}

using ports::ErrorCode;
using ports::Result;

tl::unexpected<ports::Error> Refuse(const std::string& where, const std::string& what) {
  return ports::Fail(ErrorCode::kInvalidArgument,
                     "kubeconfig" + (where.empty() ? "" : " " + where) + ": " + what);
}

// One entry under its name, with what is needed to read its files.
struct Entry {
  std::string where;  // for messages
  std::string file;
  const KubeconfigEntry& entry;
  const FileReader& read;

  std::string Text(const char* key) const { return ScalarOf(entry.body, key); }

  std::string Path(const char* key) const {
    const std::filesystem::path path = Text(key);
    if (path.empty() || path.is_absolute()) return path.string();
    return (std::filesystem::path(file).parent_path() / path).string();
  }

  // `<key>-data` in base64 wins over the file that `<key>` names, as in kubectl.
  Result<std::string> Pem(const std::string& key) const {
    const std::string data_key = key + "-data";
    if (const std::string data = Text(data_key.c_str()); !data.empty()) {
      auto decoded = http::DecodeBase64(data);
      if (!decoded) return Refuse(where, data_key + " is not base64");
      return std::move(*decoded);
    }
    const std::string path = Path(key.c_str());
    if (path.empty()) return std::string();
    auto text = read(path);
    if (!text) return Refuse(where, key + ": " + text.error().message);
    if (text->empty()) return Refuse(where, key + ": " + path + " is empty");
    return text;
  }
};

Result<Entry> Find(const std::map<std::string, KubeconfigEntry>& entries, const std::string& kind,
                   const std::string& name, const FileReader& read) {
  const auto it = entries.find(name);
  if (it == entries.end()) return Refuse("", "there is no " + kind + " \"" + name + "\"");
  const std::string where = it->second.file + ", " + kind + " \"" + name + "\"";
  return Entry{where, it->second.file, it->second, read};
}

Result<void> ReadCluster(const Entry& cluster, ClusterConfig& config) {
  config.server = cluster.Text("server");
  while (config.server.ends_with('/')) config.server.pop_back();
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
    return Refuse(cluster.where, "server must be a URL such as https://host:6443");
  }
  if (IsTrue(cluster.Text("insecure-skip-tls-verify"))) {
    return Refuse(cluster.where,
                  "insecure-skip-tls-verify is refused; give certificate-authority instead");
  }
  auto ca = cluster.Pem("certificate-authority");
  if (!ca) return tl::unexpected(ca.error());
  config.tls.ca_pem = std::move(*ca);
  config.tls.server_name = cluster.Text("tls-server-name");
  config.proxy_url = cluster.Text("proxy-url");
  return {};
}

Result<void> RefuseUnsupported(const Entry& user) {
  if (Has(user.entry.body, "auth-provider")) {
    return Refuse(user.where,
                  "auth-provider is not supported; use a token or a client certificate");
  }
  for (const char* key : {"as", "as-uid", "as-groups", "as-user-extra"}) {
    if (Has(user.entry.body, key))
      return Refuse(user.where, std::string(key) + " is not supported");
  }
  return {};
}

// The plugin runs when a credential is first needed.
Result<void> ReadPlugin(const Entry& user, const Entry& cluster, ClusterConfig& config) {
  for (const char* key : {"token", "tokenFile", "username", "password"}) {
    if (Has(user.entry.body, key)) {
      return Refuse(user.where, std::string("has both exec and ") + key + "; keep one of them");
    }
  }
  auto plugin = ReadExec(user.entry.body, user.where, user.file);
  if (!plugin) return tl::unexpected(plugin.error());
  if (WantsClusterInfo(user.entry.body))
    plugin->cluster = ClusterInfo(cluster.entry, config.tls.ca_pem);
  config.plugin = std::make_shared<ExecCredentialSource>(std::move(*plugin));
  return {};
}

Result<void> ReadUser(const Entry& user, ClusterConfig& config) {
  auto certificate = user.Pem("client-certificate");
  if (!certificate) return tl::unexpected(certificate.error());
  auto key = user.Pem("client-key");
  if (!key) return tl::unexpected(key.error());
  if (certificate->empty() != key->empty()) {
    return Refuse(user.where, "client-certificate and client-key belong together");
  }
  config.tls.client_certificate_pem = std::move(*certificate);
  config.tls.client_key_pem = std::move(*key);
  config.token = user.Text("token");
  config.token_file = user.Path("tokenFile");
  config.basic_username = user.Text("username");
  config.basic_password = user.Text("password");
  return {};
}

Result<ClusterConfig> Resolve(const KubeconfigEntries& entries, const std::string& wanted,
                              const FileReader& read) {
  const std::string name = wanted.empty() ? entries.current_context : wanted;
  if (name.empty()) return Refuse("", "no current-context is set; name one with --context");
  const auto context = Find(entries.contexts, "context", name, read);
  if (!context) return tl::unexpected(context.error());
  const auto cluster = Find(entries.clusters, "cluster", context->Text("cluster"), read);
  if (!cluster) return tl::unexpected(cluster.error());
  ClusterConfig config;
  if (auto done = ReadCluster(*cluster, config); !done) return tl::unexpected(done.error());
  if (const std::string ns = context->Text("namespace"); !ns.empty()) {
    config.default_namespace = ns;
  }
  // Without a user one speaks as nobody, which some test servers allow.
  const std::string user_name = context->Text("user");
  if (user_name.empty()) return config;
  config.user_name = user_name;
  const auto user = Find(entries.users, "user", user_name, read);
  if (!user) return tl::unexpected(user.error());
  if (auto known = RefuseUnsupported(*user); !known) return tl::unexpected(known.error());
  if (auto done = ReadUser(*user, config); !done) return tl::unexpected(done.error());
  if (Has(user->entry.body, "exec")) {
    if (auto done = ReadPlugin(*user, *cluster, config); !done) {
      return tl::unexpected(done.error());
    }
  }
  return config;
}

}  // namespace

ports::Result<std::string> ReadBoundedFile(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) {
    return ports::Fail(ports::ErrorCode::kNotFound, path + ": no such file");
  }
  if (problem || status.type() != std::filesystem::file_type::regular) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": not a readable file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": cannot be opened");
  // The size a file claims may change while it is read.
  std::string text;
  for (std::array<char, 16384> piece; text.size() <= kMaxBytes && file;) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (text.size() > kMaxBytes) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": larger than 1 MiB");
  }
  return text;
}

ports::Result<KubeconfigEntries> MergeKubeconfigs(const std::vector<KubeconfigFile>& files) {
  KubeconfigEntries entries;
  for (const KubeconfigFile& file : files) {
    try {
      if (auto merged = MergeOne(file, entries); !merged) return tl::unexpected(merged.error());
    } catch (const std::exception&) {
      return RefuseEntry(file.path, "not a kubeconfig");
    }
  }
  return entries;
}

const json& ValueOf(const json& body, const char* key) {
  static const json null;
  if (!body.is_object()) return null;
  const auto found = body.find(key);
  return found == body.end() ? null : *found;
}

std::string ScalarOf(const json& body, const char* key) {
  const json& value = ValueOf(body, key);
  return value.is_string() ? value.get<std::string>() : "";
}

bool Has(const json& body, const char* key) { return !ValueOf(body, key).is_null(); }

bool IsTrue(const std::string& text) { return text == "true" || text == "True" || text == "TRUE"; }

Result<ClusterConfig> ResolveKubeconfig(const std::vector<KubeconfigFile>& files,
                                        const std::string& context, const FileReader& read) {
  const auto entries = MergeKubeconfigs(files);
  if (!entries) return tl::unexpected(entries.error());
  try {
    return Resolve(*entries, context, read);
  } catch (const std::exception&) {
    return Refuse("", "not a kubeconfig");
  }
}

Result<ClusterConfig> LoadKubeconfig(const std::string& paths, const std::string& context) {
  std::vector<KubeconfigFile> files;
  std::size_t begin = 0;
  while (begin <= paths.size()) {
    const std::size_t end = std::min(paths.find(':', begin), paths.size());
    const std::string path = paths.substr(begin, end - begin);
    begin = end + 1;
    if (path.empty()) continue;
    auto text = ReadBoundedFile(path);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return Refuse("", text.error().message);
    files.push_back(KubeconfigFile{path, std::move(*text)});
  }
  if (files.empty()) return Refuse("", "no such file: " + paths);
  return ResolveKubeconfig(files, context, ReadBoundedFile);
}

}  // namespace slogate::adapters::kubernetes
