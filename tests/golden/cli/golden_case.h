// A folder of tests/golden/cli: how the program is called, on what world, and what it says.
//
//   args         one argument a line
//   stdout       expected; absent: nothing
//   stderr       expected; absent: nothing
//   exit         expected exit code; absent: 0
//   cluster      the cluster and shared files, one thing a line; absent: none
//   stdin        standard input
//   environment  NAME=VALUE a line
//   files/       what the program finds under these names
//
// A line of `cluster` is one of
//   file NAME SHARED, stdin SHARED    a file of tests/golden/cli/files, under this name or as input
//   policy SHOWN [NAMESPACE/NAME]     a policy of support/shown_policies.h; else shop/checkout
//   then SHOWN [NAMESPACE/NAME]       the policy becomes this after one wait, each in turn
//   then gone NAMESPACE/NAME          the policy is removed after one wait
//   event NAMESPACE/NAME AGE TYPE REASON MESSAGE...
//   user NAME                         the kubeconfig's user; else ann
//   conflicts N                       as many changes meet a policy that has moved on
//   fails CODE MESSAGE...             every call fails: Unavailable, Timeout, Unauthorized
//   no-kubeconfig                     there is no cluster to connect to
//   deployment NAME, service NAME, route KIND NAME SERVICE...   what gate init finds
//   series NAME LABEL=VALUE...        the same in Prometheus
//   refuses TEXT                      Prometheus refuses queries with this text in them
//   budget OBJECTIVE ...              reported_budgets.h says what
//   coloured                          the terminal has colours and more than ASCII
//   terminal COLUMNS ROWS             standard output is a terminal; else it is none
// Waiting is not waited for: it moves the clock and takes the next `then`; without one it is as if
// the person had pressed Ctrl-C.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slogate::testing {

struct GoldenResult {
  int exit_code = 0;
  std::string output;
  std::string errors;
};

// By the word that stands for it: COMMAND for status, say.
using StandIns = std::map<std::string, std::string>;

// Every folder with `args` below `root`, sorted.
std::vector<std::filesystem::path> GoldenCases(const std::filesystem::path& root);

// Each of `words` in `args` and `cluster` stands for another one.
GoldenResult RunGoldenCase(const std::filesystem::path& folder, const StandIns& words = {});

// `text` with other words for those that stand for them.
std::string Filled(std::string text, const StandIns& words);

}  // namespace slogate::testing
