#include "sandbox/api/json_path.h"

#include <gtest/gtest.h>

namespace slogate::sandbox {
namespace {

using nlohmann::json;

json At(const std::string& path) {
  const json object = json::parse(R"({
    "spec": {"size": 3, "ports": [{"port": 80}, {"port": 81}]},
    "metadata": {"labels": {"app.kubernetes.io/name": "cart"}},
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Old"}]}})");
  return ValuesAt(object, path);
}

TEST(JsonPathTest, FollowsFields) { EXPECT_EQ(At(".spec.size"), json({3})); }

TEST(JsonPathTest, EscapedDotsBelongToAName) {
  EXPECT_EQ(At(R"(.metadata.labels.app\.kubernetes\.io/name)"), json({"cart"}));
}

TEST(JsonPathTest, FiltersByAField) {
  EXPECT_EQ(At(R"(.status.conditions[?(@.type=="Ready")].status)"), json({"True"}));
  EXPECT_EQ(At(R"(.status.conditions[?(@.type=='Ready')].status)"), json({"True"}));
  EXPECT_TRUE(At(R"(.status.conditions[?(@.type=="None")].status)").empty());
}

TEST(JsonPathTest, TakesOneOrAllElements) {
  EXPECT_EQ(At(".spec.ports[1].port"), json({81}));
  EXPECT_EQ(At(".spec.ports[*].port"), json({80, 81}));
  EXPECT_TRUE(At(".spec.ports[7].port").empty());
}

TEST(JsonPathTest, NothingComesOfWhatIsNoPath) {
  for (const char* path :
       {".spec.none", ".spec.size.more", ".spec.ports[", ".spec.ports[?(@.]",
        ".spec.ports[99999999999999]", ".spec[*]", "....", ".spec.ports[?(@.a==)]"}) {
    EXPECT_TRUE(At(path).empty()) << path;
  }
}

}  // namespace
}  // namespace slogate::sandbox
