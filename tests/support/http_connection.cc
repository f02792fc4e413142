#include "support/http_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace slogate::testing {
namespace {

std::map<std::string, std::string> ParseHeaders(std::istream& lines) {
  std::map<std::string, std::string> headers;
  std::string line;
  while (std::getline(lines, line) && line != "\r") {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    const std::size_t end = line.find_last_not_of("\r ");
    headers[name] = begin <= end ? line.substr(begin, end - begin + 1) : "";
  }
  return headers;
}

}  // namespace

Connection::Connection(int socket, SSL_CTX* tls) : socket_(socket) {
  if (tls == nullptr) return;
  ssl_.reset(SSL_new(tls));
  SSL_set_fd(ssl_.get(), socket_);
}

Connection::~Connection() {
  ssl_.reset();
  close(socket_);
}

bool Connection::Handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

bool Connection::Fill() {
  std::array<char, 16384> bytes{};
  const ssize_t count = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    open_ = false;
    return false;
  }
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<HttpRequest> Connection::Read() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  HttpRequest request;
  std::istringstream lines(buffer_.substr(0, end + 2));
  lines >> request.method >> request.target;
  std::string rest;
  std::getline(lines, rest);
  request.headers = ParseHeaders(lines);
  buffer_.erase(0, end + 4);
  std::size_t length = 0;
  if (const auto it = request.headers.find("content-length"); it != request.headers.end()) {
    length = std::strtoul(it->second.c_str(), nullptr, 10);
  }
  while (buffer_.size() < length) {
    if (!Fill()) return std::nullopt;
  }
  request.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return request;
}

bool Connection::Write(const std::string& bytes) {
  std::size_t sent = 0;
  while (open_ && sent < bytes.size()) {
    const char* from = bytes.data() + sent;
    const std::size_t left = bytes.size() - sent;
    const ssize_t count = ssl_ ? SSL_write(ssl_.get(), from, static_cast<int>(left))
                               : send(socket_, from, left, MSG_NOSIGNAL);
    if (count <= 0) open_ = false;
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  return open_;
}

void Connection::Drain() {
  while (Fill()) buffer_.clear();
}

void Connection::Hangup() {
  open_ = false;
  shutdown(socket_, SHUT_RDWR);
}

}  // namespace slogate::testing
