#include "sandbox/http/request_reader.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>

namespace slogate::sandbox {
namespace {

constexpr std::size_t kMostHead = 64u << 10;
constexpr std::size_t kMostBody = 4u << 20;

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::map<std::string, std::string> ParseHeaders(std::istream& lines) {
  std::map<std::string, std::string> headers;
  for (std::string line; std::getline(lines, line) && line != "\r";) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    const std::size_t end = line.find_last_not_of("\r ");
    const bool empty = begin == std::string::npos || end == std::string::npos || end < begin;
    headers[LowerCase(line.substr(0, colon))] = empty ? "" : line.substr(begin, end - begin + 1);
  }
  return headers;
}

// Nothing when the body's length is not told in a way that can be relied on.
std::optional<std::size_t> BodyLength(const WebRequest& request) {
  if (request.headers.contains("transfer-encoding")) return std::nullopt;
  const auto found = request.headers.find("content-length");
  if (found == request.headers.end()) return 0;
  const std::string& text = found->second;
  std::size_t length = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool whole = error == std::errc() && rest == text.data() + text.size();
  return whole && length <= kMostBody ? std::optional(length) : std::nullopt;
}

}  // namespace

bool RequestReader::Fill() {
  std::array<char, 16384> bytes{};
  const ssize_t count = recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<WebRequest> RequestReader::Next() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (buffer_.size() > kMostHead || !Fill()) return std::nullopt;
  }
  WebRequest request;
  std::istringstream lines(buffer_.substr(0, end + 2));
  std::string rest;
  lines >> request.method >> request.target;
  std::getline(lines, rest);
  request.headers = ParseHeaders(lines);
  buffer_.erase(0, end + 4);
  const std::optional<std::size_t> length = BodyLength(request);
  if (request.target.empty() || !length) return std::nullopt;
  while (buffer_.size() < *length) {
    if (!Fill()) return std::nullopt;
  }
  request.body = buffer_.substr(0, *length);
  buffer_.erase(0, *length);
  return request;
}

}  // namespace slogate::sandbox
