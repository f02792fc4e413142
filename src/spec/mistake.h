// What is wrong with a policy, and how to put it right.
#pragma once

#include <string>

namespace slogate::spec {

struct Mistake {
  std::string file;     // as given by the caller; empty when the policy is not from a file
  int line = 0;         // from 1; 0: unknown
  int column = 0;       // from 1; 0: unknown
  std::string field;    // such as spec.steps[1].weight; empty: the whole text
  std::string message;  // what is wrong
  std::string mend;     // what to do about it

  friend bool operator==(const Mistake&, const Mistake&) = default;
};

// "<file>:<line>:<column>: <field>: <message>; <mend>", without the parts that are unknown.
std::string ToString(const Mistake& mistake);

}  // namespace slogate::spec
