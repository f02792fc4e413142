#include "adapters/kubernetes/kubeconfig_entries.h"

#include <exception>

namespace slogate::adapters::kubernetes {
namespace {

tl::unexpected<ports::Error> RefuseEntry(const std::string& file, const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "kubeconfig " + file + ": " + what);
}

// Entries are a list of {name, <body_key>}.
ports::Result<void> Collect(const YAML::Node& root, const std::string& file, const char* list_key,
                            const char* body_key, std::map<std::string, KubeconfigEntry>& into) {
  const YAML::Node list = root[list_key];
  if (!list.IsDefined() || list.IsNull()) return {};
  if (!list.IsSequence()) return RefuseEntry(file, std::string(list_key) + " is not a list");
  for (const YAML::Node& item : list) {
    const std::string name = ScalarOf(item, "name");
    if (name.empty())
      return RefuseEntry(file, std::string(list_key) + " has an entry without a name");
    const YAML::Node body = item[body_key];
    if (!body.IsDefined() || !(body.IsMap() || body.IsNull())) {
      return RefuseEntry(file,
                         std::string(list_key) + " entry \"" + name + "\" has no " + body_key);
    }
    // An entry seen earlier stays.
    into.emplace(name, KubeconfigEntry{body, file});
  }
  return {};
}

ports::Result<void> MergeOne(const KubeconfigFile& file, KubeconfigEntries& entries) {
  const YAML::Node root = YAML::Load(file.text);
  if (root.IsNull()) return {};
  if (!root.IsMap()) return RefuseEntry(file.path, "not a mapping");
  if (entries.current_context.empty()) {
    entries.current_context = ScalarOf(root, "current-context");
  }
  if (auto r = Collect(root, file.path, "clusters", "cluster", entries.clusters); !r) return r;
  if (auto r = Collect(root, file.path, "contexts", "context", entries.contexts); !r) return r;
  return Collect(root, file.path, "users", "user", entries.users);
}

}  // namespace

ports::Result<KubeconfigEntries> MergeKubeconfigs(const std::vector<KubeconfigFile>& files) {
  KubeconfigEntries entries;
  for (const KubeconfigFile& file : files) {
    try {
      if (auto merged = MergeOne(file, entries); !merged) return tl::unexpected(merged.error());
    } catch (const YAML::ParserException& error) {
      return RefuseEntry(file.path, "not YAML, line " + std::to_string(error.mark.line + 1));
    } catch (const std::exception&) {
      return RefuseEntry(file.path, "not a kubeconfig");
    }
  }
  return entries;
}

std::string ScalarOf(const YAML::Node& body, const char* key) {
  if (!body.IsMap()) return "";
  const YAML::Node value = body[key];
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : "";
}

bool Has(const YAML::Node& body, const char* key) {
  if (!body.IsMap()) return false;
  const YAML::Node value = body[key];
  return value.IsDefined() && !value.IsNull();
}

}  // namespace slogate::adapters::kubernetes
