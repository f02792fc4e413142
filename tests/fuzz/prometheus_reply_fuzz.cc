// Whatever Prometheus, or something in its place, answers: a reply or a reason, never worse.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/prometheus/api/reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace prometheus = slogate::adapters::prometheus;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reply = prometheus::ParseReply(text);
  prometheus::ErrorOf(text);
  if (!reply) {
    if (reply.error().problem == slogate::core::SourceProblem::kNone) std::abort();
    return 0;
  }
  for (const auto& [labels, samples] : reply->series) {
    prometheus::Describe(labels);
    for (std::size_t i = 1; i < samples.size(); ++i) {
      if (!(samples[i - 1].at < samples[i].at)) std::abort();
    }
  }
  return 0;
}
