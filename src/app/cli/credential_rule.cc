#include "app/cli/credential_rule.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "spec/names.h"

namespace slogate::app {
namespace {

struct Host {
  std::string name;  // in lower case; an IPv6 address in brackets
  std::string port;  // empty: none is written
};

Host Split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  Host host{std::string(text.substr(0, colon)), ""};
  if (!has_port) host.name = text;
  if (has_port) host.port = text.substr(colon + 1);
  std::transform(host.name.begin(), host.name.end(), host.name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return host;
}

std::string PortIn(const std::string& address, const Host& host) {
  if (!host.port.empty()) return host.port;
  return address.starts_with("https://") ? "443" : "80";
}

}  // namespace

std::string AllowedHostProblem(const std::string& text) {
  const bool plain = text.find('/') == std::string::npos;
  if (plain && spec::UrlProblem("https://" + text).empty()) return "";
  return "'" + text + "' is not a host; give HOST or HOST:PORT, such as prometheus.example.com";
}

bool IsAllowedHost(const std::string& address, const std::vector<std::string>& hosts) {
  // Only of a sound address is it sure that HTTP sees the same host.
  if (!spec::UrlProblem(address).empty()) return false;
  const Host asked = Split(HostOf(address));
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& text) {
    const Host allowed = Split(text);
    return allowed.name == asked.name &&
           (allowed.port.empty() || allowed.port == PortIn(address, asked));
  });
}

bool KeepsCredentialsPrivate(const std::string& address) {
  if (address.starts_with("https://")) return true;
  return spec::UrlProblem(address).empty() && spec::IsLoopbackHost(Split(HostOf(address)).name);
}

std::string HostOf(const std::string& address) {
  std::string_view rest = address;
  rest.remove_prefix(std::min(rest.size(), rest.find("://") + 3));
  rest = rest.substr(0, rest.find_first_of("/?#"));
  return std::string(rest.substr(rest.rfind('@') + 1));
}

}  // namespace slogate::app
