#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "adapters/kubernetes/login/exec_plugin.h"
#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Answer(const std::string& status, const std::string& version = kExecV1) {
  return R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","status":)" + status + "}";
}

TEST(ExecCredentialTest, InfoNamesVersionInteractionAndCluster) {
  const json info = json::parse(ExecInfo(kExecV1, true, json{{"server", "https://k"}}));
  EXPECT_EQ(info, json::parse(R"({"kind":"ExecCredential",
      "apiVersion":"client.authentication.k8s.io/v1",
      "spec":{"interactive":true,"cluster":{"server":"https://k"}}})"));
  EXPECT_FALSE(json::parse(ExecInfo(kExecV1Beta1, false, nullptr))["spec"].contains("cluster"));
}

TEST(ExecCredentialTest, ReadsAToken) {
  const auto read = ParseExecCredential(Answer(R"({"token":"sesame"})"), kExecV1);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->credential.token, "sesame");
  EXPECT_FALSE(read->expires);
}

TEST(ExecCredentialTest, ReadsACertificate) {
  const auto read = ParseExecCredential(
      Answer(R"({"clientCertificateData":"CERT","clientKeyData":"KEY","token":null})",
             kExecV1Beta1),
      kExecV1Beta1);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->credential.certificate_pem, "CERT");
  EXPECT_EQ(read->credential.key_pem, "KEY");
}

TEST(ExecCredentialTest, ReadsTheExpiryInAnyZone) {
  const auto noon = spec::ParseTime("2026-11-21T12:00:00Z");
  for (const std::string text : {"2026-11-21T12:00:00Z", "2026-11-21T14:00:00+02:00",
                                 "2026-11-21T08:30:00-03:30", "2026-11-21T12:00:00.000000+00:00"}) {
    const auto read = ParseExecCredential(
        Answer(R"({"token":"t","expirationTimestamp":")" + text + "\"}"), kExecV1);
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    EXPECT_EQ(read->expires, noon) << text;
  }
}

struct Refused {
  std::string answer;
  std::string words;
};

class ExecCredentialRefusalTest : public ::testing::TestWithParam<Refused> {};

TEST_P(ExecCredentialRefusalTest, SaysWhyWithoutQuoting) {
  const auto read = ParseExecCredential(GetParam().answer, kExecV1);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ports::ErrorCode::kMalformedResponse);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().words));
  EXPECT_THAT(read.error().message, Not(HasSubstr("sesame")));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ExecCredentialRefusalTest,
    ::testing::Values(
        Refused{"", "not a JSON object"}, Refused{"sesame", "not a JSON object"},
        Refused{"[\"sesame\"]", "not a JSON object"},
        Refused{R"({"kind":"Secret","token":"sesame"})", "not an ExecCredential"},
        Refused{Answer(R"({"token":"sesame"})", kExecV1Beta1), "another apiVersion"},
        Refused{Answer("null"), "no status"}, Refused{Answer("{}"), "neither token nor"},
        Refused{Answer(R"({"token":5})"), "not text"},
        Refused{Answer(R"({"token":"sesame\r\nHost: x"})"), "blanks or control"},
        Refused{Answer(R"({"clientCertificateData":"sesame"})"), "belong together"},
        Refused{Answer(R"({"token":"sesame","expirationTimestamp":"soon"})"), "RFC 3339"},
        Refused{Answer(R"({"token":"sesame","expirationTimestamp":"2026-11-21T12:00:00+0x:00"})"),
                "RFC 3339"}),
    [](const auto& param) { return "Case" + std::to_string(param.index); });

}  // namespace
}  // namespace slogate::adapters::kubernetes
