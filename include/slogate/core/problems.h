// Why there is no number. Never to be mistaken for a number.
#pragma once

namespace slogate::core {

// Why a block of one objective gave no number, or a number to be careful with.
enum class CountProblem {
  kNone,
  kNoSeries,       // the selector matched nothing in either track
  kNotANumber,     // NaN
  kInfinite,       // +Inf or -Inf
  kSeveralSeries,  // several series where one was wanted
  kInconsistent,   // bad > total, a negative good count, a fraction where a counter was promised
  kShapesDiffer,   // the tracks count by other labels, or one lacks a counter that the other has
  kTracksOverlap,  // series that the matchers of both tracks select
};

// Why the source gave nothing. Distinct from a source that answers with no events.
enum class SourceProblem {
  kNone,
  kUnreachable,    // connection refused, name not found, TLS refused
  kTimeout,        // slower than the timeout
  kServerError,    // 5xx
  kBadQuery,       // 4xx with Prometheus' own message
  kUnauthorized,   // 401, 403, or a Secret that is missing
  kNotPrometheus,  // a wrong path or another server's answer
  kMalformed,      // truncated or not JSON
  kTooLarge,       // over the response limit
  kPartial,        // the answer says itself that parts of it are missing
};

}  // namespace slogate::core
