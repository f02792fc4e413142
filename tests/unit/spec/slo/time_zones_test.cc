#include "spec/slo/time_zones.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

namespace slogate::spec {
namespace {

using namespace std::chrono_literals;

core::TimeZone Known(const std::string& name) {
  auto zone = TimeZoneOf(name);
  EXPECT_TRUE(zone.has_value()) << name;
  return zone.value_or(core::TimeZone{});
}

ZoneProblem ProblemOf(const std::string& name) {
  const auto zone = TimeZoneOf(name);
  EXPECT_FALSE(zone.has_value()) << name;
  return zone ? ZoneProblem{} : zone.error();
}

std::chrono::seconds OffsetOf(const std::string& name, std::chrono::year_month_day day) {
  const core::TimePoint at = std::chrono::sys_days(day);
  return std::chrono::duration_cast<std::chrono::seconds>(
      core::LocalTimeAt(Known(name), at).time_since_epoch() - at.time_since_epoch());
}

TEST(TimeZonesTest, GivesWhatClocksShow) {
  constexpr std::chrono::year kYear(2026);
  EXPECT_EQ(OffsetOf("Europe/Berlin", kYear / 1 / 1), 1h);
  EXPECT_EQ(OffsetOf("Europe/Berlin", kYear / 7 / 1), 2h);
  EXPECT_EQ(OffsetOf("America/New_York", kYear / 7 / 1), -4h);
  EXPECT_EQ(OffsetOf("Australia/Lord_Howe", kYear / 1 / 1), 11h);
  EXPECT_EQ(OffsetOf("Australia/Lord_Howe", kYear / 7 / 1), 10h + 30min);
  EXPECT_EQ(OffsetOf("Asia/Kathmandu", kYear / 7 / 1), 5h + 45min);
  EXPECT_EQ(OffsetOf("Etc/GMT+5", kYear / 7 / 1), -5h);
  EXPECT_EQ(OffsetOf("America/Argentina/Buenos_Aires", kYear / 7 / 1), -3h);
  EXPECT_EQ(Known("UTC"), (core::TimeZone{"UTC", {}}));
}

TEST(TimeZonesTest, ChangesAreThoseOfTheDatabase) {
  const core::TimeZone berlin = Known("Europe/Berlin");
  const core::TimePoint night = std::chrono::sys_days(std::chrono::year(2026) / 10 / 25) + 1h;
  EXPECT_EQ(std::ranges::count(berlin.changes, core::OffsetChange{night, 1h}), 1);
  EXPECT_TRUE(std::ranges::is_sorted(berlin.changes, {}, &core::OffsetChange::at));
  EXPECT_EQ(berlin.changes.size(), 1U + 2 * 80);
}

// The files list changes up to 2037, and newer ones none that a rule gives.
TEST(TimeZonesTest, SummersGoOnAfterTheLastChangeThatIsListed) {
  constexpr std::chrono::year kLate(2075);
  EXPECT_EQ(OffsetOf("Europe/Berlin", kLate / 7 / 1), 2h);
  EXPECT_EQ(OffsetOf("Europe/Berlin", kLate / 12 / 1), 1h);
  EXPECT_EQ(OffsetOf("Europe/Berlin", std::chrono::year(2090) / 7 / 1), 1h) << "as documented";
}

TEST(TimeZonesTest, ANameThatIsNoneOpensNoFile) {
  for (const char* name : {"",
                           "/",
                           "../../etc/passwd",
                           "Europe/../Europe/Berlin",
                           "/usr/share/zoneinfo/Europe/Berlin",
                           "/etc/localtime",
                           "localtime",
                           "posixrules",
                           "posix/Europe/Berlin",
                           "right/Europe/Berlin",
                           "europe/berlin",
                           "Europe//Berlin",
                           "Europe/",
                           "Europe/Berlin/",
                           ".",
                           "..",
                           "Europe/.Berlin",
                           "tzdata.zi",
                           "Europe\\Berlin",
                           "Europe/Berlin ",
                           "Fixed/UTC+01:00:00",
                           "file:Berlin",
                           "CET-1",
                           "CET-1CEST,M3.5.0,M10.5.0/3",
                           "Europe/Berl\xc3\xadn"}) {
    const bool named = std::string(name) == "CET-1";
    EXPECT_EQ(ProblemOf(name), named ? ZoneProblem::kUnknown : ZoneProblem::kNoName) << name;
  }
  EXPECT_EQ(ProblemOf(std::string("Europe/Berlin\0x", 15)), ZoneProblem::kNoName);
  EXPECT_EQ(ProblemOf(std::string(65, 'A')), ZoneProblem::kNoName);
}

TEST(TimeZonesTest, ANameThatTheDatabaseLacksIsUnknown) {
  for (const char* name : {"Europe/Berlinn", "Europe", "Mars/Olympus", "Local"}) {
    EXPECT_EQ(ProblemOf(name), ZoneProblem::kUnknown) << name;
  }
}

TEST(TimeZonesTest, AMachineWithoutADatabaseSaysSoUntilItHasOne) {
  const std::filesystem::path empty = ::testing::TempDir() + "time_zones_test.empty";
  std::filesystem::create_directories(empty);
  ASSERT_EQ(setenv("TZDIR", empty.c_str(), 1), 0);
  EXPECT_EQ(ProblemOf("Europe/Madrid"), ZoneProblem::kNoDatabase);
  EXPECT_EQ(Known("UTC").name, "UTC");
  ASSERT_EQ(unsetenv("TZDIR"), 0);
  EXPECT_EQ(Known("Europe/Madrid").name, "Europe/Madrid");
}

}  // namespace
}  // namespace slogate::spec
