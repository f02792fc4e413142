#include "app/cli/frame/output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "spec/text/yaml_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

std::string Yaml(const Json& value) {
  std::ostringstream out;
  PrintValue(value, OutputFormat::kYaml, out);
  return out.str();
}

TEST(OutputTest, YamlReadsAsPeopleWriteIt) {
  const Json value = Json::parse(R"({"name": "checkout", "weight": 25, "left": null,
      "steps": [{"weight": 5, "place": "Done"}, {"weight": 25, "place": "Current"}],
      "failedObjectives": [], "revisions": {"stable": "8d12"}, "tags": ["a", [1, 2]]})");
  EXPECT_EQ(Yaml(value),
            "name: checkout\n"
            "weight: 25\n"
            "left: null\n"
            "steps:\n"
            "- weight: 5\n"
            "  place: Done\n"
            "- weight: 25\n"
            "  place: Current\n"
            "failedObjectives: []\n"
            "revisions:\n"
            "  stable: \"8d12\"\n"
            "tags:\n"
            "- a\n"
            "-\n"
            "  - 1\n"
            "  - 2\n");
}

TEST(OutputTest, YamlMeansWhatTheJsonMeans) {
  const Json values = Json::parse(R"(["yes", "Null", "0x1f", "12", "1e3", "a: b", "a #b", "- a",
      " a", "a ", "", "\"", "it's", "a\nb", "~", "=", "<<", "@a", "gr\u00fc\u00df", "2026-01-01",
      "x-1_y/z.w", "no", "true ", "Off", true, null, 12, 0.5, -3, "\u001b[2J", {}, []])");
  Json object;
  object["values"] = values;
  object["a: key"] = {{"nested", values}};
  const spec::YamlText read = spec::ReadYaml(Yaml(object), {1 << 20, 32, 10'000});
  ASSERT_EQ(read.documents.size(), 1U);
  ASSERT_TRUE(read.documents[0].mistakes.empty());
  EXPECT_EQ(read.documents[0].value, nlohmann::json(object));
}

TEST(OutputTest, StreamedJsonIsOneLineAndStreamedYamlOneDocument) {
  std::ostringstream out;
  const Json value = {{"a", 1}, {"b", "c"}};
  PrintStreamed(value, OutputFormat::kJson, out);
  PrintStreamed(value, OutputFormat::kYaml, out);
  EXPECT_EQ(out.str(), "{\"a\":1,\"b\":\"c\"}\n---\na: 1\nb: c\n");
}

TEST(OutputTest, TextThatIsNotUtf8DoesNotStopIt) {
  std::ostringstream out;
  PrintValue(Json("\xff"), OutputFormat::kJson, out);
  PrintValue(Json("\xff"), OutputFormat::kYaml, out);
  EXPECT_EQ(out.str(), "\"\xEF\xBF\xBD\"\n\"\xEF\xBF\xBD\"\n");
}

}  // namespace
}  // namespace slogate::app
