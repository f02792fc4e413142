#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http/client.h"
#include "support/certificates.h"
#include "support/http_server.h"

namespace slogate::adapters::http {
namespace {

using testing::Answer;
using testing::Certificate;
using testing::HttpServer;
using testing::HttpServerTls;
using testing::Issue;
using testing::MakeAuthority;

class ClientTlsTest : public ::testing::Test {
 protected:
  HttpServerTls ServerTls(const std::string& alternative_name = "IP:127.0.0.1") const {
    const Certificate server = Issue(authority_, "server", alternative_name);
    return HttpServerTls{server.certificate_pem, server.key_pem, ""};
  }

  static HttpResult<Response> Get(const HttpServer& server, const Tls& tls) {
    Client client(tls);
    OutgoingRequest request;
    request.url = server.url() + "/version?x=1";
    return client.Send(request);
  }

  const Certificate authority_ = MakeAuthority("authority");
};

TEST_F(ClientTlsTest, TrustsTheGivenAuthority) {
  HttpServer server(Answer(200, "secure"), ServerTls());
  const auto response = Get(server, Tls{authority_.certificate_pem, "", "", ""});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "secure");
}

TEST_F(ClientTlsTest, RefusesAnotherAuthority) {
  HttpServer server(Answer(200), ServerTls());
  const auto response = Get(server, Tls{MakeAuthority("other").certificate_pem, "", "", ""});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls);
}

TEST_F(ClientTlsTest, RefusesAnAuthorityTheSystemDoesNotKnow) {
  HttpServer server(Answer(200), ServerTls());
  const auto response = Get(server, Tls{});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls);
}

TEST_F(ClientTlsTest, RefusesAuthorityTextThatIsNoCertificate) {
  HttpServer server(Answer(200), ServerTls());
  const auto response = Get(server, Tls{"not a certificate", "", "", ""});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls);
}

TEST_F(ClientTlsTest, RefusesACertificateOfAnotherName) {
  HttpServer server(Answer(200), ServerTls("DNS:elsewhere.test"));
  const auto response = Get(server, Tls{authority_.certificate_pem, "", "", ""});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls);
}

TEST_F(ClientTlsTest, AcceptsTheNameItWasReportedToExpect) {
  HttpServer server(Answer(200), ServerTls("DNS:elsewhere.test"));
  const auto response = Get(server, Tls{authority_.certificate_pem, "", "", "elsewhere.test"});
  ASSERT_TRUE(response) << response.error().message;
  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.headers.at("host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(seen.target, "/version?x=1");
}

TEST_F(ClientTlsTest, RefusesANameItWasNotReportedToExpect) {
  HttpServer server(Answer(200), ServerTls());
  const auto response = Get(server, Tls{authority_.certificate_pem, "", "", "elsewhere.test"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls);
}

TEST_F(ClientTlsTest, ShowsItsClientCertificate) {
  HttpServerTls tls = ServerTls();
  tls.client_ca_pem = authority_.certificate_pem;
  HttpServer server(Answer(200, "known"), tls);
  const Certificate own = Issue(authority_, "slogate", "");
  const auto response =
      Get(server, Tls{authority_.certificate_pem, own.certificate_pem, own.key_pem, ""});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "known");
}

TEST_F(ClientTlsTest, MissingClientCertificateIsATlsFailure) {
  HttpServerTls tls = ServerTls();
  tls.client_ca_pem = authority_.certificate_pem;
  HttpServer server(Answer(200), tls);
  const auto response = Get(server, Tls{authority_.certificate_pem, "", "", ""});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls) << response.error().message;
}

TEST_F(ClientTlsTest, KeyThatDoesNotFitIsATlsFailure) {
  HttpServer server(Answer(200), ServerTls());
  const Certificate own = Issue(authority_, "slogate", "");
  const Certificate other = Issue(authority_, "other", "");
  const auto response =
      Get(server, Tls{authority_.certificate_pem, own.certificate_pem, other.key_pem, ""});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTls) << response.error().message;
}

}  // namespace
}  // namespace slogate::adapters::http
