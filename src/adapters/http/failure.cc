#include "adapters/http/failure.h"

#include "adapters/http/printable.h"

namespace slogate::adapters::http {
namespace {

Failure Classify(CURLcode code, bool answered, std::string_view detail) {
  // CURLcode is libcurl's and grows with its versions, so this is no switch over an enum of ours.
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) return Failure::kBadUrl;
  if (code == CURLE_OPERATION_TIMEDOUT) return Failure::kTimeout;
  if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
      code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
      code == CURLE_SSL_CIPHER || code == CURLE_SSL_ENGINE_NOTFOUND ||
      code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CLIENTCERT ||
      code == CURLE_USE_SSL_FAILED) {
    return Failure::kTls;
  }
  // In TLS 1.3 a refused client certificate only shows when the first answer is read.
  if (detail.find(" alert ") != std::string_view::npos) return Failure::kTls;
  return answered ? Failure::kTruncated : Failure::kUnreachable;
}

}  // namespace

HttpError FailureOf(CURLcode code, bool answered, std::string_view detail,
                    const std::string& subject) {
  const Failure failure = Classify(code, answered, detail);
  // What libcurl says of a certificate is the mend. Elsewhere it adds the URL or how long it took,
  // and a message that differs each time makes one failure look like many.
  const bool quote = !detail.empty() && failure == Failure::kTls;
  const std::string reason = quote ? Printable(detail, 256) : curl_easy_strerror(code);
  return HttpError{failure, subject + ": " + reason};
}

}  // namespace slogate::adapters::http
