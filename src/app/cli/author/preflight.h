// What a cluster says of a policy before its first rollout.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "lint/lint.h"
#include "slogate/core/coverage.h"
#include "slogate/core/policy.h"

namespace slogate::app {

struct Preflight {
  std::string failure;  // why nothing is known; empty: the cluster answered
  std::string hold;     // "Admission: why"; empty: External
  std::string problem;  // of the workload or its Services, with the fix
  core::Coverage coverage;
  std::vector<std::string> unserved;
};

// Asks the ports of `cluster` that there are; changes nothing.
Preflight Inspect(const Cluster& cluster, const ports::Key& key, const core::Policy& policy);

// Errors and warnings, each with the object that it is about as its field.
std::vector<lint::Finding> FindingsOf(const Preflight& preflight);

// What is in order or cannot be told, a line each with its lead, such as "hold" and "covered".
std::vector<std::pair<std::string, std::string>> RemarksOf(const Preflight& preflight);

// All of it, for people.
void PrintPreflight(const Preflight& preflight, std::ostream& out);

}  // namespace slogate::app
