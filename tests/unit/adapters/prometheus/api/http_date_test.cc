#include <gtest/gtest.h>

#include "adapters/prometheus/api/query_api.h"

namespace slogate::adapters::prometheus {
namespace {

TEST(HttpDateTest, ReadsThePreferredForm) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"),
            core::TimePoint(std::chrono::seconds(784'111'777)));
}

TEST(HttpDateTest, RefusesEverythingElse) {
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nvo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus
