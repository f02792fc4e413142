#include <gtest/gtest.h>

#include "app/controller/failures.h"

namespace slogate::app {
namespace {

using ports::ErrorCode;

TEST(RetryTableTest, ConflictIsReadAgainAtOnce) {
  EXPECT_EQ(RetryOf(ErrorCode::kConflict, FailureSubject::kPolicy),
            (RetryRule{Retry::kNow, false}));
  EXPECT_EQ(RetryOf(ErrorCode::kConflict, FailureSubject::kNamed), (RetryRule{Retry::kNow, false}));
}

TEST(RetryTableTest, WhatPassesByItselfBacksOffInSilence) {
  for (const ErrorCode code : {ErrorCode::kUnavailable, ErrorCode::kTimeout,
                               ErrorCode::kMalformedResponse, ErrorCode::kInternal}) {
    EXPECT_EQ(RetryOf(code, FailureSubject::kNamed), (RetryRule{Retry::kBackoff, false}));
  }
}

TEST(RetryTableTest, OnlyThePolicyItselfIsDroppedWhenNotFound) {
  EXPECT_EQ(RetryOf(ErrorCode::kNotFound, FailureSubject::kPolicy).retry, Retry::kDrop);
  EXPECT_EQ(RetryOf(ErrorCode::kNotFound, FailureSubject::kNamed),
            (RetryRule{Retry::kBackoff, true}));
}

TEST(RetryTableTest, WhatAPersonMustFixIsReported) {
  EXPECT_EQ(RetryOf(ErrorCode::kUnauthorized, FailureSubject::kNamed),
            (RetryRule{Retry::kBackoff, true}));
  EXPECT_EQ(RetryOf(ErrorCode::kInvalidArgument, FailureSubject::kNamed),
            (RetryRule{Retry::kSlow, true}));
}

}  // namespace
}  // namespace slogate::app
