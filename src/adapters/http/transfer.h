// What a libcurl result means to a caller.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/client.h"

namespace slogate::adapters::http {

// `answered`: a status line had arrived. `detail` is libcurl's own text and may be empty.
HttpError FailureOf(CURLcode code, bool answered, std::string_view detail,
                    const std::string& subject);

// One exchange on one libcurl handle.

// Not thread-safe. Everything passed in must outlive the transfer.
class Transfer {
 public:
  using OnData = std::function<bool(std::string_view)>;

  // `on_data` null: the body is collected.
  Transfer(CURL* handle, const Tls& tls, const std::string& user_agent,
           const OutgoingRequest& request, const OnData* on_data);

  // Sets every option; kBadUrl when the request cannot be sent as it stands.
  HttpResult<void> Prepare();

  // What the exchange came to, once libcurl has ended it with `code`.
  HttpResult<Response> Finish(CURLcode code);

  HttpError Fail(Failure failure, const std::string& reason) const;
  std::chrono::steady_clock::time_point last_sign_of_life() const { return last_sign_of_life_; }

 private:
  struct ListCleanup {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, ListCleanup>;

  // libcurl is C: no exception may pass through it.
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);

  // Not zero: libcurl ends the transfer.
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  template <typename Take>
  bool Taken(Take take) noexcept;
  bool TakeHeader(std::string_view line);
  bool TakeBody(std::string_view data);
  bool PayFor(std::size_t bytes);
  bool Streaming() const;
  HttpResult<void> PrepareHeaders();
  void PrepareUrl();
  void PrepareMethod();
  void PrepareTls();
  void PrepareLimits();
  std::string Subject() const;
  static void Append(List& list, const std::string& line);

  CURL* handle_;
  const Tls& tls_;
  const std::string& user_agent_;
  const OutgoingRequest& request_;
  const OnData* on_data_;
  Endpoint endpoint_;
  List headers_;
  List connect_to_;
  Response response_;
  std::size_t header_bytes_ = 0;
  std::size_t paid_for_ = 0;  // bytes of the body
  bool too_large_ = false;
  bool unpaid_ = false;
  bool stopped_ = false;
  std::optional<std::string> thrown_;  // what an exception in a callback said
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_sign_of_life_ = std::chrono::steady_clock::now();
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace slogate::adapters::http
