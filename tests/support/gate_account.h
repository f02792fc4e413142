// The controller's account, as the chart makes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/kube_servers.h"

namespace slogate::testing {

// The namespace that the chart was rendered for.
inline constexpr const char* kGateNamespace = "slogate-system";
// What the API server calls the accounts in it begins with this.
inline constexpr const char* kGateUsers = "system:serviceaccount:slogate-system:";

struct GateAccount {
  std::string name;  // of the lease as well
  std::string kubeconfig;
};

// The objects of the chart with the values of a folder in tests/chart/rendered.
std::vector<nlohmann::json> RenderedChart(const std::string& folder);

// Creates the ServiceAccount, roles and bindings of a rendered chart, and leaves the rest of it
// out. A role for the namespace "shop" is made for
// `watched` instead, where that is not empty. What exists already is left alone. Throws
// std::runtime_error on failure.
GateAccount InstallGateAccount(KubeServers& servers, const std::string& folder,
                               const std::string& watched = "");

}  // namespace slogate::testing
