#include "sandbox/api/table.h"

#include <gtest/gtest.h>

#include <chrono>

namespace slogate::sandbox {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(TableTest, AgesAreSaidAsKubectlSaysThem) {
  EXPECT_EQ(AgeText(-5s), "0s");
  EXPECT_EQ(AgeText(119s), "119s");
  EXPECT_EQ(AgeText(2min), "2m");
  EXPECT_EQ(AgeText(3min + 20s), "3m20s");
  EXPECT_EQ(AgeText(59min), "59m");
  EXPECT_EQ(AgeText(4h), "4h");
  EXPECT_EQ(AgeText(72h), "3d");
}

TEST(TableTest, CellsComeFromTheirPaths) {
  ServedVersion version;
  version.columns = {{"Ready", "string", "", "", ".status.ready", 0, ".spec.replicas"},
                     {"Age", "date", "", "", ".metadata.creationTimestamp", 0, ""},
                     {"Hosts", "string", "", "", ".hosts[*]", 0, ""},
                     {"None", "string", "", "", ".none", 0, ""}};
  const json object = json::parse(R"({"metadata":{"name":"a",
    "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"replicas":3},"hosts":["x","y"]})");
  const core::TimePoint now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 5s;
  const json table = TableOf(version, json::array({object}), {}, RowObject::kNone, now);
  EXPECT_EQ(table["rows"][0]["cells"], json::parse(R"(["a","0/3","5s","x,y",null])"));
  EXPECT_FALSE(table["rows"][0].contains("object"));
}

}  // namespace
}  // namespace slogate::sandbox
