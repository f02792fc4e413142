// Where a command reads and writes.
#pragma once

#include <istream>
#include <ostream>

namespace slogate::app {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

}  // namespace slogate::app
