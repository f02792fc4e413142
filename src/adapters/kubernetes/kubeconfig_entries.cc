#include "adapters/kubernetes/kubeconfig_entries.h"

#include <exception>

#include "spec/yaml_text.h"

namespace slogate::adapters::kubernetes {
namespace {

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

}  // namespace

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

}  // namespace slogate::adapters::kubernetes
