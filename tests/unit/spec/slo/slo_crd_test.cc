// The schema of ServiceLevelObjectives that the API server enforces and the reader must agree.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "spec/slo/slo_file.h"
#include "spec/text/yaml_text.h"
#include "unit/spec/policy/crd_schema.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

TEST(SloCrdTest, DefaultsAreThoseOfTheReader) {
  int objects = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(SLOGATE_SOURCE_DIR "/examples/slo")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    for (const YamlDocument& document : ReadYaml(text.str(), {1 << 20, 64, 10'000}).documents) {
      if (!document.value.is_object() ||
          document.value.value("kind", "") != "ServiceLevelObjective" ||
          document.value.value("apiVersion", "") != "slogate.dev/v1alpha1") {
        continue;
      }
      ++objects;
      json defaulted = document.value;
      ApplyDefaults(SloSchema(), defaulted);
      const auto plain = SloFromJson(document.value);
      ASSERT_TRUE(plain.has_value()) << entry.path() << plain.error().message;
      EXPECT_EQ(*plain, SloFromJson(defaulted).value()) << entry.path();
      for (const std::string& problem : SchemaProblems(SloSchema(), document.value, "")) {
        ADD_FAILURE() << entry.path() << problem;
      }
    }
  }
  EXPECT_GE(objects, 7);
}

}  // namespace
}  // namespace slogate::spec
