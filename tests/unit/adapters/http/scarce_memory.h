// Makes large allocations of this thread fail, as they do when memory is short.
#pragma once

#include <cstddef>

namespace slogate::tests {

// While it lives, `new` of more than `most` bytes throws std::bad_alloc on this thread. One at a
// time; the program that holds it has no other replacement of operator new.
class ScarceMemory {
 public:
  explicit ScarceMemory(std::size_t most);
  ~ScarceMemory();
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
};

}  // namespace slogate::tests
