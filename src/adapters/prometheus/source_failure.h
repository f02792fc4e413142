// Why the source gave nothing, on the way to the reading.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// `message` is fit for a status: no query, no header, no body but Prometheus' own error text.
struct SourceFailure {
  core::SourceProblem problem = core::SourceProblem::kNone;
  std::string message;
};

template <typename T>
using Answered = tl::expected<T, SourceFailure>;

inline tl::unexpected<SourceFailure> Failed(core::SourceProblem problem, std::string message) {
  return tl::unexpected<SourceFailure>(SourceFailure{problem, std::move(message)});
}

}  // namespace slogate::adapters::prometheus
