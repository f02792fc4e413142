// What people have asked of a rollout: their word, left on the policy.
#pragma once

#include <optional>
#include <string>

namespace slogate::core {

// One request about one revision. `text` is the request as it was left and tells it from a later
// one; `by` and `at` are what it says of itself, for people, and may be empty.
struct Request {
  std::string revision;
  int step = 0;  // counted from 1; 0: none is named
  std::string by;
  std::string at;
  std::string text;
  bool now = false;  // of undo: without being judged

  friend bool operator==(const Request&, const Request&) = default;
};

// Absent: nobody has asked. A request that cannot be understood is absent too, and `problem` names
// it and the fix.
struct Requests {
  std::optional<Request> approve;  // the step's approval is given
  std::optional<Request> promote;  // the step passes now; without a step: so do all that are left
  std::optional<Request> abort;    // the candidate is to be rolled back
  std::optional<Request> undo;     // production goes back from the revision that it runs
  std::optional<Request> pause;    // nothing moves while it stands; names no revision
  std::string resume;              // a changed value lifts a pause that waits for a person
  std::string problem;

  friend bool operator==(const Requests&, const Requests&) = default;
};

}  // namespace slogate::core
