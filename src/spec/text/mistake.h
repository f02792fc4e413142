// "Did you mean?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slogate::spec {

// The candidate that `word` most likely stands for: equal but for case, or a few typing mistakes
// away. std::nullopt when none is near.
std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// The name that `word`, a field or value of an earlier v1alpha1, has now; std::nullopt unless that
// is one of the candidates.
std::optional<std::string> NewName(std::string_view word,
                                   const std::vector<std::string>& candidates);

// What is wrong with a policy, and how to put it right.

struct Mistake {
  std::string file;     // as given by the caller; empty when the policy is not from a file
  int line = 0;         // from 1; 0: unknown
  int column = 0;       // from 1; 0: unknown
  std::string field;    // such as spec.steps[1].weight; empty: the whole text
  std::string message;  // what is wrong
  std::string fix;      // what to do about it

  friend bool operator==(const Mistake&, const Mistake&) = default;
};

// "<file>:<line>:<column>: <field>: <message>; <fix>", without the parts that are unknown.
std::string ToString(const Mistake& mistake);

}  // namespace slogate::spec
