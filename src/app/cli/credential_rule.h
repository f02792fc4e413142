// Where credentials may go: only over an encrypted or local connection, and only to hosts that the
// person named. Addresses from files are untrusted.
#pragma once

#include <string>
#include <vector>

namespace slogate::app {

// What is wrong with a value of --allow-host, and how to write it; empty: nothing.
std::string AllowedHostProblem(const std::string& text);

// Whether the host of `address` is among `hosts`, each HOST (any port) or HOST:PORT (no other).
// Names are compared whole and without case; nothing stands for several.
bool IsAllowedHost(const std::string& address, const std::vector<std::string>& hosts);

// https, or http to this machine. False for whatever is not plainly one of these.
bool KeepsCredentialsPrivate(const std::string& address);

// HOST or HOST:PORT as the address has it; never more of it.
std::string HostOf(const std::string& address);

}  // namespace slogate::app
