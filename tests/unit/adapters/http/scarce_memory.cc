#include "unit/adapters/http/scarce_memory.h"

#include <cstdlib>
#include <limits>
#include <new>

namespace {

thread_local std::size_t max_bytes = std::numeric_limits<std::size_t>::max();

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = size > max_bytes ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace slogate::tests {

ScarceMemory::ScarceMemory(std::size_t most) { max_bytes = most; }
ScarceMemory::~ScarceMemory() { max_bytes = std::numeric_limits<std::size_t>::max(); }

}  // namespace slogate::tests
