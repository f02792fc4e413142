// A program run to its end, without a shell.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

struct ChildCommand {
  std::vector<std::string> arguments;    // [0] is looked up in PATH unless it has a slash
  std::vector<std::string> environment;  // NAME=value; all that the program sees
  // Shares this process' terminal: stdin, stderr and process group. Otherwise stdin is empty and
  // stderr is collected.
  bool interactive = false;
  core::Duration timeout{60'000};
  std::size_t output_limit = 1u << 20;  // bytes of stdout
};

struct ChildResult {
  int code = 0;            // exit code, or 128 + the signal that ended it
  std::string output;      // stdout
  std::string complaints;  // the first 4 KiB of stderr
};

// kNotFound: there is no such program, or it may not be run. kTimeout and kMalformedResponse: it
// took too long or wrote too much, and was killed with all of its group. A descendant that keeps
// the output open is not waited for. Messages hold neither arguments nor output. Callable from any
// thread; closes every descriptor it opened.
ports::Result<ChildResult> RunChild(const ChildCommand& command);

}  // namespace slogate::adapters::kubernetes
