// What an answer means: a reply, or why there is none.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "adapters/http/client.h"
#include "adapters/prometheus/api/own_words.h"
#include "adapters/prometheus/api/reply.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// How a question was asked, as far as a message needs it.
struct Attempt {
  int refused_post = 0;         // the status of POST, for which GET was asked; 0: POST was asked
  std::size_t query_bytes = 0;  // of the form: what a URL has to hold with GET
  std::string unauthorized_hint = {};  // ends the message when credentials are wanted
  std::stop_token stop = {};           // of who waits for the meaning
};

// The reply in an answer, or why there is none. Pure. Whoever answers in place of Prometheus is
// quoted with OwnWords.
Answered<Reply> Interpret(const http::HttpResult<http::Response>& result, const std::string& host,
                          const Attempt& attempt = {}, const Secrets& secrets = {});

// Of a status of 300 and above, without the host.
//   kUnauthorized   401, 403, 407, and a redirect to a login page
//   kServerError    429 and 5xx
//   kTooLarge       a URL that is too long, where only GET is let through
//   kBadQuery       4xx with Prometheus' own words
//   kNotPrometheus  the others
SourceFailure FailureOfStatus(const http::Response& response, const Attempt& attempt,
                              const Secrets& secrets);

// How long a server that answers 429 or 503 wants to be left alone (RFC 9110, 10.2.3); nothing
// when it does not say. A date is relative to the server's own.
std::optional<core::Duration> RetryAfter(const http::Response& response);

// Whether something before Prometheus refuses the method: 403, 405 or 501 without Prometheus' own
// error.
bool RefusesMethod(const http::Response& response);

}  // namespace slogate::adapters::prometheus
