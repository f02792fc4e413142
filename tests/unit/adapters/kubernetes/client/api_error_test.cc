#include <gtest/gtest.h>

#include "adapters/kubernetes/client/api_transport.h"

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;

TEST(ApiErrorTest, NameLeavesOutTheQuery) {
  EXPECT_EQ(CallName("GET", "/api/v1/pods?continue=abc", "https://host:6443"),
            "GET /api/v1/pods of host:6443");
}

TEST(ApiErrorTest, BodyThatIsNoStatusIsNotQuoted) {
  http::Response response;
  response.status = 502;
  for (const char* body : {"<html>bad gateway</html>", "[1]", R"({"message":5})", ""}) {
    response.body = body;
    EXPECT_EQ(FromResponse("GET /x of h", response).message, "GET /x of h: 502") << body;
  }
}

TEST(ApiErrorTest, ANamespaceThatIsBeingDeletedHasNothing) {
  http::Response response;
  response.status = 403;
  response.body =
      R"({"reason":"Forbidden","details":{"causes":[{"reason":"NamespaceTerminating"}]}})";
  EXPECT_EQ(FromResponse("POST /x of h", response).code, ErrorCode::kNotFound);
  response.body = R"({"reason":"Forbidden","details":{"causes":[{"reason":7}]}})";
  EXPECT_EQ(FromResponse("POST /x of h", response).code, ErrorCode::kUnauthorized);
}

TEST(ApiErrorTest, FailuresOfTransportHaveTheirCodes) {
  const auto code = [](http::Failure failure) {
    return FromHttpError("GET /x of h", http::HttpError{failure, "why"}).code;
  };
  EXPECT_EQ(code(http::Failure::kTimeout), ErrorCode::kTimeout);
  EXPECT_EQ(code(http::Failure::kUnreachable), ErrorCode::kUnavailable);
  EXPECT_EQ(code(http::Failure::kTls), ErrorCode::kUnavailable);
  EXPECT_EQ(code(http::Failure::kTruncated), ErrorCode::kUnavailable);
  EXPECT_EQ(code(http::Failure::kTooLarge), ErrorCode::kMalformedResponse);
  EXPECT_EQ(code(http::Failure::kBadUrl), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
