#include "adapters/http/transfer.h"

#include <algorithm>
#include <cctype>
#include <new>
#include <utility>

#include "adapters/http/printable.h"
#include "spec/text/names.h"

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

constexpr std::size_t kMaxHeaderBytes = 256u << 10;

// Past the type checks of curl's macro, which trip -Wconversion.
template <typename T>
void Set(CURL* handle, CURLoption option, T value) {
  (curl_easy_setopt)(handle, option, value);
}

// To libcurl zero means "no limit".
long Milliseconds(core::Duration duration) {
  return static_cast<long>(std::clamp<core::Duration::rep>(duration.count(), 1, 86'400'000));
}

void SetBlob(CURL* handle, CURLoption option, const std::string& pem) {
  // libcurl only reads a blob; the pointer's type is merely that of its C structure.
  curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
  (curl_easy_setopt)(handle, option, &blob);
}

bool BreaksHeader(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

HttpError FailureOf(CURLcode code, bool answered, std::string_view detail,
                    const std::string& subject) {
  const Failure failure = Classify(code, answered, detail);
  // What libcurl says of a certificate is the fix. Elsewhere it adds the URL or how long it took,
  // and a message that differs each time makes one failure look like many.
  const bool quote = !detail.empty() && failure == Failure::kTls;
  const std::string reason = quote ? Printable(detail, 256) : curl_easy_strerror(code);
  return HttpError{failure, subject + ": " + reason};
}

Transfer::Transfer(CURL* handle, const Tls& tls, const std::string& user_agent,
                   const OutgoingRequest& request, const OnData* on_data)
    : handle_(handle), tls_(tls), user_agent_(user_agent), request_(request), on_data_(on_data) {}

HttpResult<void> Transfer::Prepare() {
  auto endpoint = ParseEndpoint(request_.url);
  if (!endpoint) {
    return tl::unexpected(HttpError{Failure::kBadUrl, request_.method + ": " + endpoint.error()});
  }
  endpoint_ = std::move(*endpoint);
  if (const auto headers = PrepareHeaders(); !headers) return headers;
  PrepareUrl();
  PrepareMethod();
  PrepareTls();
  PrepareLimits();
  Set(handle_, CURLOPT_HTTPHEADER, headers_.get());
  Set(handle_, CURLOPT_USERAGENT, user_agent_.c_str());
  Set(handle_, CURLOPT_ERRORBUFFER, error_text_.data());
  Set(handle_, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  Set(handle_, CURLOPT_HEADERDATA, this);
  Set(handle_, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  Set(handle_, CURLOPT_WRITEDATA, this);
  return {};
}

HttpResult<void> Transfer::PrepareHeaders() {
  for (const auto& [name, value] : request_.headers) {
    if (name.empty() || BreaksHeader(name) || BreaksHeader(value)) {
      return tl::unexpected(Fail(Failure::kBadUrl, "a header holds a line break"));
    }
    // libcurl's spelling of a header without a value.
    Append(headers_, value.empty() ? name + ";" : name + ": " + value);
  }
  // Saves the second that libcurl would wait for "100 Continue".
  Append(headers_, "Expect:");
  return {};
}

void Transfer::PrepareUrl() {
  Set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!request_.proxy.empty()) {
    Set(handle_, CURLOPT_PROXY, request_.proxy.c_str());
  } else if (spec::IsLoopbackHost(endpoint_.host)) {
    // What is meant for this machine must not leave it.
    Set(handle_, CURLOPT_NOPROXY, "*");
  }
  if (endpoint_.scheme != "https" || tls_.server_name.empty()) {
    Set(handle_, CURLOPT_URL, request_.url.c_str());
    return;
  }
  // libcurl checks a certificate against the URL's host. So the URL names the expected server,
  // CONNECT_TO leads to the real one, and the Host header is the one a caller wrote.
  const std::string url = "https://" + tls_.server_name + ":" + endpoint_.port + endpoint_.rest;
  Append(connect_to_, "::" + endpoint_.host + ":" + endpoint_.port);
  Append(headers_, "Host: " + endpoint_.host_port);
  Set(handle_, CURLOPT_URL, url.c_str());
  Set(handle_, CURLOPT_CONNECT_TO, connect_to_.get());
}

void Transfer::PrepareMethod() {
  const std::string& method = request_.method;
  if (method == "HEAD") {
    Set(handle_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    Set(handle_, CURLOPT_POSTFIELDS, request_.body.c_str());
    Set(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  Set(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::PrepareTls() {
  Set(handle_, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(handle_, CURLOPT_SSL_VERIFYHOST, 2L);
  Set(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls_.ca_pem.empty()) {
    SetBlob(handle_, CURLOPT_CAINFO_BLOB, tls_.ca_pem);
    // The system's folder would be trusted besides the given certificates.
    Set(handle_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (tls_.client_certificate_pem.empty()) return;
  SetBlob(handle_, CURLOPT_SSLCERT_BLOB, tls_.client_certificate_pem);
  Set(handle_, CURLOPT_SSLCERTTYPE, "PEM");
  SetBlob(handle_, CURLOPT_SSLKEY_BLOB, tls_.client_key_pem);
  Set(handle_, CURLOPT_SSLKEYTYPE, "PEM");
}

void Transfer::PrepareLimits() {
  Set(handle_, CURLOPT_NOSIGNAL, 1L);
  Set(handle_, CURLOPT_NOPROGRESS, 0L);
  Set(handle_, CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
  Set(handle_, CURLOPT_XFERINFODATA, this);
  Set(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  Set(handle_, CURLOPT_TCP_KEEPIDLE, 30L);
  Set(handle_, CURLOPT_TCP_KEEPINTVL, 10L);
  Set(handle_, CURLOPT_CONNECTTIMEOUT_MS,
      Milliseconds(std::min(request_.connect_timeout, request_.timeout)));
  if (on_data_ != nullptr) return;
  Set(handle_, CURLOPT_TIMEOUT_MS, Milliseconds(request_.timeout));
  Set(handle_, CURLOPT_ACCEPT_ENCODING, "gzip");
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  const std::string_view line(data, size * count);
  auto& transfer = *static_cast<Transfer*>(self);
  return transfer.Taken([&] { return transfer.TakeHeader(line); }) ? line.size() : 0;
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  const std::string_view body(data, size * count);
  // Any number but the size given ends the transfer.
  auto& transfer = *static_cast<Transfer*>(self);
  return transfer.Taken([&] { return transfer.TakeBody(body); }) ? body.size() : body.size() + 1;
}

int Transfer::OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.stopped_ = transfer.stopped_ || transfer.request_.stop.stop_requested();
  return transfer.stopped_ ? 1 : 0;
}

template <typename Take>
bool Transfer::Taken(Take take) noexcept {
  bool taken = false;
  try {
    thrown_ = ExceptionText([&] { taken = take(); });
  } catch (...) {
    thrown_.emplace();  // no memory for words
  }
  return taken && !thrown_;
}

bool Transfer::TakeHeader(std::string_view line) {
  last_sign_of_life_ = std::chrono::steady_clock::now();
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    too_large_ = true;
    return false;
  }
  // A status line begins again, after "100 Continue" for one.
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  std::string& value = response_.headers[spec::Lower(Trimmed(line.substr(0, colon)))];
  if (!value.empty()) value += ", ";
  value += Trimmed(line.substr(colon + 1));
  return true;
}

bool Transfer::TakeBody(std::string_view data) {
  last_sign_of_life_ = std::chrono::steady_clock::now();
  if (Streaming()) {
    stopped_ = !(*on_data_)(data);
    return !stopped_;
  }
  const std::size_t room = request_.response_limit - response_.body.size();
  too_large_ = data.size() > room;
  if (too_large_ && on_data_ == nullptr) return false;
  data = data.substr(0, room);
  if (!PayFor(response_.body.size() + data.size())) return false;
  response_.body.append(data);
  return !too_large_;
}

// In large steps: those who wait for one hold little.
bool Transfer::PayFor(std::size_t bytes) {
  constexpr std::size_t kFree = 256u << 10;
  if (request_.budget == nullptr || bytes <= std::max(kFree, paid_for_)) return true;
  while (paid_for_ < bytes) {
    paid_for_ = std::min(request_.response_limit, 4 * std::max(kFree, paid_for_));
  }
  if (!response_.share) {
    response_.share = std::make_shared<ReplyBudget::Share>(*request_.budget);
  }
  unpaid_ = !response_.share->GrowTo(paid_for_, began_ + request_.timeout, request_.stop);
  if (!unpaid_) response_.body.reserve(paid_for_);
  return !unpaid_;
}

bool Transfer::Streaming() const {
  if (on_data_ == nullptr) return false;
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return status < 400;
}

HttpResult<Response> Transfer::Finish(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (thrown_) return tl::unexpected(Fail(Failure::kInternal, "internal error: " + *thrown_));
  if (stopped_) return tl::unexpected(Fail(Failure::kStopped, "stopped"));
  if (unpaid_ && request_.stop.stop_requested()) {
    return tl::unexpected(Fail(Failure::kStopped, "stopped"));
  }
  if (unpaid_) {
    return tl::unexpected(
        Fail(Failure::kTooLarge, "large answers that are being read leave no memory for this one"));
  }
  if (too_large_ && on_data_ != nullptr && header_bytes_ <= kMaxHeaderBytes) {
    return std::move(response_);
  }
  if (too_large_) {
    const bool headers = header_bytes_ > kMaxHeaderBytes;
    const std::size_t limit = headers ? kMaxHeaderBytes : request_.response_limit;
    return tl::unexpected(Fail(Failure::kTooLarge,
                               std::string(headers ? "the answer's headers are" : "the answer is") +
                                   " larger than " + std::to_string(limit) + " bytes"));
  }
  if (code != CURLE_OK) {
    return tl::unexpected(FailureOf(code, status != 0, error_text_.data(), Subject()));
  }
  return std::move(response_);
}

std::string Transfer::Subject() const { return request_.method + " " + endpoint_.host_port; }

HttpError Transfer::Fail(Failure failure, const std::string& reason) const {
  return HttpError{failure, Subject() + ": " + reason};
}

void Transfer::Append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

}  // namespace slogate::adapters::http
