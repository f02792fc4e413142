#include "adapters/http/failure.h"

#include <gtest/gtest.h>

namespace slogate::adapters::http {
namespace {

TEST(FailureTest, LateTlsAlertIsATlsFailure) {
  const HttpError error =
      FailureOf(CURLE_RECV_ERROR, false, "SSL_read: tlsv13 alert certificate required", "GET host");
  EXPECT_EQ(error.failure, Failure::kTls);
}

TEST(FailureTest, LostConnectionDependsOnWhetherAnAnswerHadBegun) {
  EXPECT_EQ(FailureOf(CURLE_RECV_ERROR, false, "reset", "GET host").failure, Failure::kUnreachable);
  EXPECT_EQ(FailureOf(CURLE_RECV_ERROR, true, "reset", "GET host").failure, Failure::kTruncated);
}

}  // namespace
}  // namespace slogate::adapters::http
