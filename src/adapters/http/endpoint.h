// The parts of a request's URL.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace slogate::adapters::http {

struct Endpoint {
  std::string scheme;     // http or https
  std::string host;       // an IPv6 address in brackets
  std::string port;       // always present
  std::string host_port;  // as written in the URL: the port only where the URL has one
  std::string rest;       // path and query
};

// Fails, saying why without quoting the URL, on anything but an http or https URL with a host, and
// on user names or passwords inside the URL.
tl::expected<Endpoint, std::string> ParseEndpoint(const std::string& url);

}  // namespace slogate::adapters::http
