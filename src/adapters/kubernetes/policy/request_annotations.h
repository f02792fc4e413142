// What people ask of a rollout, as annotations of its RolloutPolicy.
//
// A value is `<what>[ by <who>][ at <RFC 3339 time>]`, and <what> is
//   approve   <revision>/<step from 1>
//   promote   <revision>, or <revision>/<step>
//   abort     <revision>
//   pause     any word; paused while the annotation is there
//   resume    any word; a changed value lifts a pause that waits for a person
//   retry     any word; a changed value lets a rejected revision try again
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/requests.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kApproveAnnotation = "slogate.dev/approve";
inline constexpr const char* kPromoteAnnotation = "slogate.dev/promote";
inline constexpr const char* kAbortAnnotation = "slogate.dev/abort";
inline constexpr const char* kPauseAnnotation = "slogate.dev/pause";
inline constexpr const char* kResumeAnnotation = "slogate.dev/resume";
inline constexpr const char* kRetryAnnotation = "slogate.dev/retry";

// Never fails: a value that is not of the form above is no request and becomes `problem`.
core::Requests RequestsOf(const nlohmann::json& policy);

// What the retry annotation adds to spec.retry; empty without one.
std::string RetryWord(const nlohmann::json& policy);

}  // namespace slogate::adapters::kubernetes
