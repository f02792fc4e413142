// The named entries of merged kubeconfig files.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/kubeconfig.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

struct KubeconfigEntry {
  nlohmann::json body;   // every scalar a text as written: a token of digits is no number
  nlohmann::json typed;  // the same with numbers and booleans
  std::string file;      // that defined it
};

// Keys are names. Not thread-safe.
struct KubeconfigEntries {
  std::string current_context;
  std::map<std::string, KubeconfigEntry> clusters;
  std::map<std::string, KubeconfigEntry> contexts;
  std::map<std::string, KubeconfigEntry> users;
};

// kInvalidArgument, naming the file, for text that is no kubeconfig. Throws nothing.
ports::Result<KubeconfigEntries> MergeKubeconfigs(const std::vector<KubeconfigFile>& files);

// The scalar at `key`; empty when absent or not a scalar. Throws nothing.
std::string ScalarOf(const nlohmann::json& body, const char* key);

// The value at `key`; null when absent. Throws nothing.
const nlohmann::json& ValueOf(const nlohmann::json& body, const char* key);

// Whether `key` is present and not null.
bool Has(const nlohmann::json& body, const char* key);

}  // namespace slogate::adapters::kubernetes
