#include "adapters/http/endpoint.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

namespace slogate::adapters::http {
namespace {

struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::optional<std::string> Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return std::nullopt;
  std::string out(text);
  curl_free(text);
  return out;
}

bool HasControlCharacter(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return true;
  }
  return false;
}

tl::unexpected<std::string> Refuse(const char* reason) {
  return tl::unexpected<std::string>(reason);
}

}  // namespace

tl::expected<Endpoint, std::string> ParseEndpoint(const std::string& url) {
  if (HasControlCharacter(url)) return Refuse("the URL has a blank or control character");
  const std::unique_ptr<CURLU, UrlCleanup> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return Refuse("not a URL of the form http://host:port/path");
  }
  Endpoint endpoint;
  endpoint.scheme = Part(parsed.get(), CURLUPART_SCHEME).value_or("");
  if (endpoint.scheme != "http" && endpoint.scheme != "https") {
    return Refuse("the URL is neither http nor https");
  }
  if (Part(parsed.get(), CURLUPART_USER) || Part(parsed.get(), CURLUPART_PASSWORD)) {
    return Refuse("the URL holds a user name or password");
  }
  endpoint.host = Part(parsed.get(), CURLUPART_HOST).value_or("");
  if (endpoint.host.empty()) return Refuse("the URL has no host");
  endpoint.port = Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
  const std::optional<std::string> written_port = Part(parsed.get(), CURLUPART_PORT);
  endpoint.host_port = endpoint.host + (written_port ? ":" + *written_port : "");
  endpoint.rest = Part(parsed.get(), CURLUPART_PATH).value_or("/");
  if (const auto query = Part(parsed.get(), CURLUPART_QUERY)) endpoint.rest += "?" + *query;
  return endpoint;
}

}  // namespace slogate::adapters::http
