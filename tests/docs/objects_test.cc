// Every Kubernetes object that a page or an example shows is taken by a real API server, field by
// field.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "docs/pages.h"
#include "places.h"
#include "support/kube_servers.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Kinds whose definitions belong to others and are not at hand.
bool IsForeign(const json& object) {
  const std::string version = object.at("apiVersion");
  return version.starts_with("argoproj.io/") || version.starts_with("openslo/") ||
         version.starts_with("pyrra.dev/") || version.starts_with("sloth.slok.dev/");
}

KubeServers& Servers() {
  static KubeServers& servers = []() -> KubeServers& {
    KubeServers& started = KubeServers::Shared();
    const std::string source = SLOGATE_SOURCE_DIR;
    for (const auto& entry : fs::directory_iterator(source + "/crds")) {
      started.Install(entry.path().string());
    }
    started.InstallRoutes();
    return started;
  }();
  return servers;
}

// The first field that was given and not kept; empty: all of them were. Values may be rewritten
// (1 becomes "1", 1000m becomes 1), so only names are compared.
std::string Dropped(const json& given, const json& kept, const std::string& path) {
  if (given.is_object()) {
    for (const auto& [name, value] : given.items()) {
      if (value.is_null() || (value.is_structured() && value.empty())) continue;
      if (!kept.is_object() || !kept.contains(name)) return path + "." + name;
      if (const std::string lost = Dropped(value, kept[name], path + "." + name); !lost.empty()) {
        return lost;
      }
    }
  } else if (given.is_array()) {
    if (!kept.is_array() || kept.size() != given.size()) return path;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const std::string lost = Dropped(given[i], kept[i], path + "[" + std::to_string(i) + "]");
      if (!lost.empty()) return lost;
    }
  }
  return "";
}

// How many objects of `text` the API server was asked about.
int ExpectTaken(const std::string& text, const std::string& place, const std::string& ns) {
  int requested = 0;
  for (json object : ObjectsFromYaml(text)) {
    if (!object.contains("kind") || !object.contains("apiVersion") || IsForeign(object)) continue;
    ++requested;
    const std::string kind = object.at("kind");
    if (object["metadata"].contains("namespace")) object["metadata"]["namespace"] = ns;
    const auto taken = Servers().client().Create(
        CollectionPath(object.at("apiVersion"), kind, ns) + "?dryRun=All", object);
    if (!taken) {
      ADD_FAILURE() << place << ": " << kind << ": " << taken.error().message;
    } else {
      EXPECT_EQ(Dropped(object, *taken, kind), "") << place << ": the API server does not know it";
    }
  }
  return requested;
}

TEST(DocumentedObjectsTest, ThoseOfEveryPageAreTaken) {
  const std::string ns = Servers().CreateNamespace("docs");
  int requested = 0;
  for (const Page& page : AllPages()) {
    for (const Block& block : page.blocks) {
      if (block.language == "yaml")
        requested += ExpectTaken(block.text, Place(page, block.line), ns);
    }
  }
  EXPECT_GT(requested, 3);
}

TEST(DocumentedObjectsTest, ThoseOfEveryExampleAreTaken) {
  const std::string ns = Servers().CreateNamespace("examples");
  int requested = 0;
  for (const auto& entry : fs::recursive_directory_iterator(SLOGATE_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    requested += ExpectTaken(text.str(), entry.path().string(), ns);
  }
  EXPECT_GT(requested, 3);
}

}  // namespace
}  // namespace slogate::testing
