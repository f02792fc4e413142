#include <gtest/gtest.h>

#include "adapters/http/transfer.h"

namespace slogate::adapters::http {
namespace {

TEST(FailureTest, LateTlsAlertIsATlsFailure) {
  const HttpError error =
      FailureOf(CURLE_RECV_ERROR, false, "SSL_read: tlsv13 alert certificate required", "GET host");
  EXPECT_EQ(error.failure, Failure::kTls);
}

TEST(FailureTest, OneFailureReadsTheSameEachTime) {
  const auto after = [](const char* detail) {
    return FailureOf(CURLE_COULDNT_CONNECT, false, detail, "GET host:1").message;
  };
  EXPECT_EQ(after("Failed to connect to host port 1 after 3 ms: Refused"),
            after("Failed to connect to host port 1 after 7 ms: Refused"));
  EXPECT_NE(FailureOf(CURLE_PEER_FAILED_VERIFICATION, false, "self-signed certificate", "GET host")
                .message.find("self-signed certificate"),
            std::string::npos);
}

TEST(FailureTest, LostConnectionDependsOnWhetherAnAnswerHadBegun) {
  EXPECT_EQ(FailureOf(CURLE_RECV_ERROR, false, "reset", "GET host").failure, Failure::kUnreachable);
  EXPECT_EQ(FailureOf(CURLE_RECV_ERROR, true, "reset", "GET host").failure, Failure::kTruncated);
}

}  // namespace
}  // namespace slogate::adapters::http
