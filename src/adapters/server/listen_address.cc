#include "adapters/server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace slogate::adapters::server {
namespace {

sockaddr* Generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

}  // namespace

ports::Result<ListenAddress> ParseListenAddress(const std::string& text) {
  const auto refuse = [&text] {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "cannot listen on \"" + text +
                           "\": give host:port with an IPv4 address, such as 127.0.0.1:8080, or "
                           ":8080 for every address");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return refuse();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.empty()) address.host = "0.0.0.0";
  if (address.host == "localhost") address.host = "127.0.0.1";
  in_addr parsed{};
  if (inet_pton(AF_INET, address.host.c_str(), &parsed) != 1) return refuse();
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || stop != end || address.port < 0 || address.port > 65535) {
    return refuse();
  }
  return address;
}

ports::Result<int> FreePort(const std::string& host) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof(address);
  const bool bound = probe >= 0 && inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1 &&
                     bind(probe, Generic(address), size) == 0 &&
                     getsockname(probe, Generic(address), &size) == 0;
  const int error = errno;
  if (probe >= 0) close(probe);
  if (!bound) {
    return ports::Fail(ports::ErrorCode::kUnavailable,
                       "cannot listen on " + host + ": " + std::strerror(error));
  }
  return ntohs(address.sin_port);
}

}  // namespace slogate::adapters::server
