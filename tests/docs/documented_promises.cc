#include "docs/documented_promises.h"

#include <gtest/gtest.h>

#include "spec/slo/slo_file.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

json SmallPromise() {
  return json::parse(R"({
    "apiVersion": "slogate.dev/v1alpha1",
    "kind": "ServiceLevelObjective",
    "metadata": {"name": "shop"},
    "spec": {
      "service": "shop",
      "objectives": [{
        "name": "availability", "dimension": "availability", "target": 99.9,
        "indicator": {"counters": {"total": "a_total", "bad": "b_total"}}
      }]
    }
  })");
}

}  // namespace

bool IsPromise(const json& value) {
  if (!value.is_object()) return false;
  if (value.value("version", "") == "prometheus/v1") return true;
  const std::string version = value.value("apiVersion", "");
  return value.value("kind", "") == "ServiceLevelObjective" ||
         version.starts_with("sloth.slok.dev/") || version.starts_with("openslo/");
}

void ExpectSoundPromise(const std::string& text, const std::string& place) {
  const spec::ParsedFile file = spec::ParseFile(text, place);
  for (const spec::Mistake& mistake : file.mistakes) ADD_FAILURE() << ToString(mistake);
  for (const spec::ParsedSlo& parsed : file.slos) {
    EXPECT_TRUE(parsed.slo.has_value()) << place;
    for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  }
  for (const spec::ParsedPolicy& parsed : file.policies) {
    EXPECT_TRUE(parsed.policy.has_value()) << place;
    for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  }
  EXPECT_FALSE(file.slos.empty()) << place;
}

void ExpectSoundPromisePart(const json& part, const std::string& place) {
  json promise = SmallPromise();
  ASSERT_TRUE(part.is_object()) << place;
  for (const auto& [name, value] : part.items()) promise["spec"][name] = value;
  ExpectSoundPromise(promise.dump(), place);
}

}  // namespace slogate::testing
