// Any bytes, in any chunks: no crash, and the chunks make no difference.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubernetes/client/collection_watch.h"

namespace {

using slogate::adapters::kubernetes::WatchEvent;
using slogate::adapters::kubernetes::WatchFramer;
using slogate::adapters::kubernetes::WatchMessage;
using slogate::adapters::kubernetes::WatchRefusal;

constexpr std::size_t kLineLimit = 4096;

std::string WordsFor(const WatchMessage& message) {
  if (const auto* refusal = std::get_if<WatchRefusal>(&message)) {
    return std::to_string(refusal->code) + refusal->message;
  }
  const auto& event = std::get<WatchEvent>(message);
  return std::to_string(static_cast<int>(event.type)) + event.object.dump();
}

// Every message, and last whether the end was reached in good order.
std::vector<std::string> Feed(std::string_view bytes, std::size_t chunk) {
  WatchFramer framer(kLineLimit);
  std::vector<std::string> words;
  bool good = true;
  while (good && !bytes.empty()) {
    const std::string_view now = bytes.substr(0, chunk);
    bytes.remove_prefix(now.size());
    good = framer
               .Feed(now,
                     [&](const WatchMessage& message) {
                       words.push_back(WordsFor(message));
                       return true;
                     })
               .has_value();
  }
  words.push_back(good ? (framer.inside_line() ? "inside" : "between") : "refused");
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t chunk = size == 0 ? 1 : data[0] % 7u + 1u;
  if (Feed(bytes, bytes.size() + 1) != Feed(bytes, chunk)) std::abort();
  return 0;
}
