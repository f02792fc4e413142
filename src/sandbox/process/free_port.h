// Ports of the loopback interface.
#pragma once

namespace slogate::sandbox {

// A TCP port of the loopback interface that nobody listened on a moment ago. Throws
// std::runtime_error when there is none.
int FreePort();

}  // namespace slogate::sandbox
