#include "adapters/prometheus/api/refusal.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

constexpr std::size_t kUsualUrlLimit = 8190;
constexpr std::size_t kLongestLocation = 200;

SourceProblem ProblemOfFailure(http::Failure failure) {
  switch (failure) {
    case http::Failure::kBadUrl:
    case http::Failure::kUnreachable:
    case http::Failure::kTls:
    case http::Failure::kStopped:
      return SourceProblem::kUnreachable;
    case http::Failure::kTimeout:
      return SourceProblem::kTimeout;
    case http::Failure::kTruncated:
    case http::Failure::kInternal:
      return SourceProblem::kMalformed;
    case http::Failure::kTooLarge:
      return SourceProblem::kTooLarge;
  }
  return SourceProblem::kUnreachable;
}

SourceProblem ProblemOfStatus(int status, bool prometheus_says_why) {
  if (status == 401 || status == 403 || status == 407) return SourceProblem::kUnauthorized;
  if (status >= 500 || status == 429) return SourceProblem::kServerError;
  return prometheus_says_why ? SourceProblem::kBadQuery : SourceProblem::kNotPrometheus;
}

std::string HeaderOf(const http::Response& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A server or a proxy for many tenants that was given none.
bool WantsTenant(const std::string& words) {
  return words.find("no org id") != std::string::npos ||
         words.find("X-Scope-OrgID") != std::string::npos;
}

// Whether the URL is what is too much. Proxies say so in several ways.
bool UrlIsTooLong(const http::Response& response, const Attempt& attempt, bool prometheus_says) {
  if (attempt.refused_post == 0 || prometheus_says) return false;
  return response.status == 414 || response.status == 431 ||
         (response.status == 400 && attempt.query_bytes > kUsualUrlLimit / 2);
}

std::string PostWords(const Attempt& attempt) {
  return "POST was answered " + std::to_string(attempt.refused_post);
}

// Nothing follows a redirect: credentials and the query would go to wherever it leads.
SourceFailure Redirected(const http::Response& response, const Attempt& attempt,
                         const Secrets& secrets) {
  std::string location = HeaderOf(response, "location");
  const bool login = AsksToLogIn(location) || IsLoginPage(response.body);
  // What comes behind may hold a state or a token.
  location = location.substr(0, location.find_first_of("?#;"));
  location = spec::BoundedUtf8(secrets.Hide(std::move(location)), kLongestLocation);
  std::string message = "status " + std::to_string(response.status) + ", a redirect to " +
                        (location.empty() ? "nowhere" : location) + ", which is not followed";
  if (!login) {
    return {SourceProblem::kNotPrometheus,
            message + "; give the address that answers without a redirect"};
  }
  message += "; it leads to a login page";
  if (!attempt.unauthorized_hint.empty()) message += "; " + attempt.unauthorized_hint;
  return {SourceProblem::kUnauthorized, std::move(message)};
}

std::string WaitWords(const http::Response& response) {
  const std::optional<core::Duration> wait = RetryAfter(response);
  if (wait) {
    return "; it asks to wait " + spec::ToText(*wait) + ", which the time limit does not allow";
  }
  return response.status == 429 ? "; it is asked too often: ask it less often, or raise its limit"
                                : "";
}

}  // namespace

SourceFailure FailureOfStatus(const http::Response& response, const Attempt& attempt,
                              const Secrets& secrets) {
  if (IsRedirect(response.status)) return Redirected(response, attempt, secrets);
  const std::string own = ErrorOf(response.body);
  const bool prometheus_says = !own.empty();
  const std::string words = prometheus_says ? secrets.Hide(own) : OwnWords(response.body, secrets);
  SourceFailure failure{ProblemOfStatus(response.status, prometheus_says),
                        "status " + std::to_string(response.status)};
  if (!words.empty()) failure.message += prometheus_says ? ", " + words : " (" + words + ")";
  if (UrlIsTooLong(response, attempt, prometheus_says)) {
    failure.problem = SourceProblem::kTooLarge;
    failure.message += "; the query of " + std::to_string(attempt.query_bytes) +
                       " bytes is too long for a URL there (many take " +
                       std::to_string(kUsualUrlLimit) + "), and " + PostWords(attempt) +
                       ": let POST through";
    return failure;
  }
  failure.message += WaitWords(response);
  if (attempt.refused_post != 0)
    failure.message += "; it was asked with GET, for " + PostWords(attempt);
  if (response.status == 405 || response.status == 501) {
    failure.message += "; let POST or GET through to /api/v1";
  } else if (failure.problem == SourceProblem::kNotPrometheus) {
    failure.message += "; there is no query API under this address, check its path";
  }
  if (failure.problem != SourceProblem::kUnauthorized) return failure;
  if (WantsTenant(words)) {
    failure.message +=
        "; name the tenant in a header such as X-Scope-OrgID, with --header or "
        "spec.prometheus.headers";
  } else if (!attempt.unauthorized_hint.empty()) {
    failure.message += "; " + attempt.unauthorized_hint;
  }
  return failure;
}

Answered<Reply> Interpret(const http::HttpResult<http::Response>& result, const std::string& host,
                          const Attempt& attempt, const Secrets& secrets) {
  const std::string operation = "querying Prometheus at " + host + ": ";
  if (!result) {
    std::string message = operation + Shorten(result.error().message);
    if (attempt.refused_post != 0) {
      message += "; the query of " + std::to_string(attempt.query_bytes) +
                 " bytes went in a URL, for " + PostWords(attempt);
    }
    return Failed(ProblemOfFailure(result.error().failure), std::move(message));
  }
  const http::Response& response = *result;
  if (response.status < 200 || response.status >= 300) {
    SourceFailure failure = FailureOfStatus(response, attempt, secrets);
    return Failed(failure.problem, operation + failure.message);
  }
  auto reply = ParseReply(response.body, attempt.stop);
  if (reply) {
    for (std::string& note : reply->warnings) note = secrets.Hide(std::move(note));
    return reply;
  }
  SourceFailure failure = std::move(reply.error());
  failure.message = secrets.Hide(std::move(failure.message));
  if (failure.problem == SourceProblem::kNotPrometheus) {
    const std::string words = OwnWords(response.body, secrets);
    if (!words.empty()) failure.message += " (" + words + ")";
    if (IsLoginPage(response.body)) {
      failure.problem = SourceProblem::kUnauthorized;
      failure.message += "; it is a login page";
      if (!attempt.unauthorized_hint.empty()) failure.message += "; " + attempt.unauthorized_hint;
    }
  }
  return Failed(failure.problem, operation + failure.message);
}

std::optional<core::Duration> RetryAfter(const http::Response& response) {
  if (response.status != 429 && response.status != 503) return std::nullopt;
  const std::string text = HeaderOf(response, "retry-after");
  if (text.empty()) return std::nullopt;
  constexpr std::size_t kMostDigits = 7;
  if (text.size() <= kMostDigits &&
      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::chrono::seconds(std::stol(text));
  }
  const auto until = spec::ParseHttpDate(text);
  const auto now = spec::ParseHttpDate(HeaderOf(response, "date"));
  if (!until || !now) return std::nullopt;
  return std::max(core::Duration(0), *until - *now);
}

bool RefusesMethod(const http::Response& response) {
  const int status = response.status;
  return (status == 403 || status == 405 || status == 501) && ErrorOf(response.body).empty();
}

}  // namespace slogate::adapters::prometheus
