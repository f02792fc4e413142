// The chart's account: enough for a whole rollout in its namespace, and for nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/kubernetes/login/kubeconfig.h"
#include "integration/rollout/rollout_world.h"
#include "support/gate_account.h"

namespace slogate::testing {
namespace {

using adapters::kubernetes::KubeClient;
using nlohmann::json;
using ::testing::IsEmpty;

struct Right {
  std::string verb, group, resource;
  std::string ns = "elsewhere";
  std::string name = {};
};

std::string ToString(const Right& right) {
  return right.verb + " " + right.group + "/" + right.resource + " " + right.name + " in " +
         (right.ns.empty() ? "every namespace" : right.ns);
}

// Asks the API server as the account itself.
bool May(KubeClient& client, const Right& right) {
  const auto answer = client.Create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                    {{"apiVersion", "authorization.k8s.io/v1"},
                                     {"kind", "SelfSubjectAccessReview"},
                                     {"spec",
                                      {{"resourceAttributes",
                                        {{"namespace", right.ns},
                                         {"verb", right.verb},
                                         {"group", right.group},
                                         {"resource", right.resource},
                                         {"name", right.name}}}}}});
  if (!answer) throw std::runtime_error(answer.error().message);
  return answer->at("status").at("allowed").get<bool>();
}

std::vector<std::string> Allowed(const GateAccount& account, const std::vector<Right>& rights) {
  const auto config = adapters::kubernetes::LoadKubeconfig(account.kubeconfig, "");
  if (!config) throw std::runtime_error(config.error().message);
  KubeClient client(*config);
  std::vector<std::string> allowed;
  for (const Right& right : rights) {
    if (May(client, right)) allowed.push_back(ToString(right));
  }
  return allowed;
}

TEST(AccountTest, ANamespacedAccountRunsARolloutInItsNamespaceAndMayDoNothingElsewhere) {
  RolloutSettings settings;
  settings.title = "namespaced";
  const std::unique_ptr<World> world = MakeWorld({settings});
  const std::string ns = world->rollouts().front().ns();
  const GateAccount account = InstallGateAccount(world->servers(), "namespaced", ns);
  const Process gate = world->StartGate({.ns = ns, .leader_elect = true, .account = account});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  ExpectRightEnds(*world);
  EXPECT_THAT(Allowed(account, {{"get", "slogate.dev", "rolloutpolicies"},
                                {"list", "slogate.dev", "rolloutpolicies", ""},
                                {"get", "apps", "deployments"},
                                {"patch", "apps", "deployments"},
                                {"patch", "gateway.networking.k8s.io", "httproutes"},
                                {"list", "", "pods"},
                                {"create", "", "events"},
                                {"create", "coordination.k8s.io", "leases"},
                                {"get", "coordination.k8s.io", "leases", kGateNamespace, "other"},
                                {"list", "", "secrets", ns},
                                {"get", "", "secrets", ns}}),
              IsEmpty());
}

TEST(AccountTest, NoAccountMayListSecretsOrDeleteOrRunAnything) {
  KubeServers& servers = KubeServers::Shared();
  for (const std::string rendered : {"all_routers", "config_of_any_name"}) {
    const GateAccount account = InstallGateAccount(servers, rendered);
    EXPECT_THAT(Allowed(account, {{"list", "", "secrets"},
                                  {"list", "", "secrets", ""},
                                  {"watch", "", "secrets"},
                                  {"delete", "", "secrets"},
                                  {"list", "", "configmaps"},
                                  {"delete", "", "pods"},
                                  {"create", "", "pods"},
                                  {"create", "", "pods/exec"},
                                  {"delete", "apps", "replicasets"},
                                  {"update", "apps", "deployments"},
                                  {"delete", "gateway.networking.k8s.io", "httproutes"},
                                  {"update", "slogate.dev", "rolloutpolicies"},
                                  {"delete", "slogate.dev", "rolloutpolicies"},
                                  {"create", "rbac.authorization.k8s.io", "clusterrolebindings"},
                                  {"impersonate", "", "users"},
                                  {"create", "", "serviceaccounts/token"}}),
                IsEmpty())
        << rendered;
  }
}

}  // namespace
}  // namespace slogate::testing
