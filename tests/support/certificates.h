// Throw-away certificates for tests.
#pragma once

#include <string>

namespace slogate::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

// A self-signed authority.
Certificate MakeAuthority(const std::string& common_name);

// A certificate by `authority`. `alternative_name` as OpenSSL spells it: "IP:127.0.0.1",
// "DNS:example.test"; empty for clients.
Certificate Issue(const Certificate& authority, const std::string& common_name,
                  const std::string& alternative_name);

}  // namespace slogate::testing
