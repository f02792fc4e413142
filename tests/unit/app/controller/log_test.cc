#include "app/controller/log.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace slogate::app {
namespace {

// Without the time, which is another each run.
std::string WithoutTime(const std::string& line) { return line.substr(line.find(' ') + 1); }

TEST(LogTest, WritesKeysAndValuesAfterAConstantMessage) {
  std::ostringstream out;
  Log(LogLevel::kInfo, LogFormat::kText, out).Info("Moved weights", {{"to", "5"}, {"why", "a b"}});
  EXPECT_EQ(WithoutTime(out.str()), "info Moved weights to=5 why=\"a b\"\n");
}

TEST(LogTest, AValueCannotForgeALine) {
  std::ostringstream out;
  Log(LogLevel::kInfo, LogFormat::kText, out).Warn("X", {{"e", "a\nerror Y"}, {"f", "\x1b[1m"}});
  EXPECT_EQ(WithoutTime(out.str()), "warning X e=\"a\\nerror Y\" f=\"\\u001b[1m\"\n");
}

TEST(LogTest, JsonLinesAreJsonWhateverTheyHold) {
  std::ostringstream out;
  Log(LogLevel::kInfo, LogFormat::kJson, out).Error("X", {{"e", "\"%v\\ \xff"}});
  const std::string line = out.str();
  EXPECT_EQ(line.substr(line.find(",\"level\"")),
            ",\"level\":\"error\",\"message\":\"X\",\"e\":\"\\\"%v\\\\ \\ufffd\"}\n");
}

TEST(LogTest, LeavesOutWhatIsBelowTheMinLevel) {
  std::ostringstream out;
  Log log(LogLevel::kWarn, LogFormat::kText, out);
  log.Debug("a");
  log.Info("b");
  log.Warn("c");
  EXPECT_EQ(WithoutTime(out.str()), "warning c\n");
}

}  // namespace
}  // namespace slogate::app
