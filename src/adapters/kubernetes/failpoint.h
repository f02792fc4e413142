// A place to die, for tests that kill the controller after every single write.
#pragma once

#include <string>

namespace slogate::adapters::kubernetes {

// Told of every write the API server has acknowledged. Without SLOGATE_FAILPOINTS it does nothing.
// With it, writes other than of Leases and Events are counted: SLOGATE_WRITE_LOG=<file> appends a
// line "METHOD path" for each, and SLOGATE_KILL_AFTER_WRITE=<n> sends SIGKILL to this process at
// the n-th. Thread-safe.
void AfterWrite(const std::string& method, const std::string& path);

}  // namespace slogate::adapters::kubernetes
