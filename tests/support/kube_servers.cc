#include "support/kube_servers.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "adapters/http/client.h"
#include "places.h"
#include "support/built_servers.h"
#include "support/kube_settings.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using adapters::kubernetes::ClusterConfig;
using adapters::kubernetes::KubeClient;
using nlohmann::json;

constexpr std::chrono::seconds kStartDeadline{60};
// Whom managedFields name for what the tests write; slogate writes as itself.
constexpr const char* kAdminAgent = "kubernetes-admin";

std::string RandomToken() {
  std::random_device device;
  std::string token;
  for (int word = 0; word < 4; ++word) {
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", device());
    token += text.data();
  }
  return token;
}

std::string EndOf(const std::string& log_path) {
  const std::string text = ReadFile(log_path);
  constexpr std::size_t kMax = 2000;
  return text.size() <= kMax ? text : text.substr(text.size() - kMax);
}

}  // namespace

KubeServers& KubeServers::Shared() {
  static KubeServers servers;
  return servers;
}

KubeServers::KubeServers()
    : folder_("slogate-kube"),
      assets_(ServerFolder("kubernetes")),
      audit_log_(folder_.File("audit.log")),
      admin_token_(RandomToken()) {
  std::filesystem::create_directory(folder_.File("certs"));
  WriteFile(audit_log_, "");
  StartEtcd();
  WriteKeysAndConfigs();
  port_ = FreePort();
  address_ = "https://127.0.0.1:" + std::to_string(port_);
  StartApiServer();
  ClusterConfig config;
  config.server = address_;
  config.tls.ca_pem = ReadFile(folder_.File("certs/apiserver.crt"));
  config.token = admin_token_;
  KubeClient::Options options;
  options.user_agent = kAdminAgent;
  client_ = std::make_unique<KubeClient>(config, options);
  admin_kubeconfig_ = WriteKubeconfig("admin", admin_token_);
  StartControllerManager();
}

KubeServers::~KubeServers() {
  controller_manager_.Kill();
  api_server_.Kill();
  etcd_.Kill();
}

void KubeServers::StartEtcd() {
  const std::string any = "http://127.0.0.1:0";
  etcd_address_ = "http://127.0.0.1:" + std::to_string(FreePort());
  etcd_ = Process::Start(
      {.arguments = {assets_ + "/etcd", "--data-dir=" + folder_.File("etcd"), "--unsafe-no-fsync",
                     "--listen-client-urls=" + etcd_address_,
                     "--advertise-client-urls=" + etcd_address_, "--listen-peer-urls=" + any,
                     "--logger=zap", "--log-outputs=stderr"},
       .environment = {},
       .log_path = folder_.File("etcd.log")});
}

void KubeServers::WriteKeysAndConfigs() {
  Process openssl = Process::Start(
      {.arguments = {"openssl", "genrsa", "-out", folder_.File("service-accounts.key"), "2048"},
       .environment = {},
       .log_path = folder_.File("openssl.log")});
  if (openssl.Wait(kStartDeadline) != 0) throw std::runtime_error("openssl genrsa failed");
  WriteFile(folder_.File("tokens.csv"), admin_token_ + ",admin,admin,\"system:masters\"\n");
  WriteFile(folder_.File("audit-policy.yaml"), kAuditPolicy);
}

void KubeServers::StartApiServer() {
  if (api_server_.Running()) return;
  const std::string key = folder_.File("service-accounts.key");
  api_server_ = Process::Start(
      {.arguments = {assets_ + "/kube-apiserver", "--etcd-servers=" + etcd_address_,
                     "--service-account-issuer=https://slogate.test",
                     "--service-account-signing-key-file=" + key,
                     "--service-account-key-file=" + key,
                     "--token-auth-file=" + folder_.File("tokens.csv"), "--authorization-mode=RBAC",
                     "--secure-port=" + std::to_string(port_), "--bind-address=127.0.0.1",
                     "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                     "--cert-dir=" + folder_.File("certs"),
                     "--service-cluster-ip-range=10.43.0.0/16",
                     "--disable-admission-plugins=ServiceAccount",
                     "--audit-policy-file=" + folder_.File("audit-policy.yaml"),
                     "--audit-log-path=" + audit_log_, "--audit-log-maxsize=100000",
                     "--shutdown-delay-duration=0s"},
       .environment = {},
       .log_path = folder_.File("apiserver.log")});
  WaitUntilReady();
  ready_since_ = std::chrono::system_clock::now();
}

void KubeServers::StopApiServer() { api_server_.Kill(); }

void KubeServers::WaitUntilReady() {
  const std::string certificate = folder_.File("certs/apiserver.crt");
  std::unique_ptr<adapters::http::Client> client;
  const auto ready = [&] {
    if (!api_server_.Running()) return true;
    if (!std::filesystem::exists(certificate)) return false;
    if (client == nullptr) {
      adapters::http::Tls tls;
      tls.ca_pem = ReadFile(certificate);
      client = std::make_unique<adapters::http::Client>(tls);
    }
    adapters::http::OutgoingRequest request;
    request.url = address_ + "/readyz";
    request.headers = {{"Authorization", "Bearer " + admin_token_}};
    const auto response = client->Send(request);
    if (!response) client = nullptr;
    return response && response->status == 200;
  };
  if (!Await(ready, kStartDeadline) || !api_server_.Running()) {
    throw std::runtime_error("kube-apiserver did not become ready:\n" +
                             EndOf(folder_.File("apiserver.log")));
  }
}

void KubeServers::StartControllerManager() {
  controller_manager_ = Process::Start(
      {.arguments =
           {assets_ + "/kube-controller-manager", "--kubeconfig=" + admin_kubeconfig_,
            "--controllers=deployment-controller,replicaset-controller,statefulset-controller,"
            "garbage-collector-controller,namespace-controller,"
            "serviceaccount-controller,horizontal-pod-autoscaler-controller,"
            "endpointslice-controller",
            "--leader-elect=false", "--secure-port=0", "--kube-api-qps=500",
            "--kube-api-burst=1000", "--concurrent-deployment-syncs=10",
            "--concurrent-replicaset-syncs=10", "--horizontal-pod-autoscaler-sync-period=1s"},
       .environment = {},
       .log_path = folder_.File("controller-manager.log")});
}

std::string KubeServers::WriteKubeconfig(const std::string& user, const std::string& token) const {
  const json config = {
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "test"},
      {"clusters",
       {{{"name", "test"},
         {"cluster",
          {{"server", address_},
           {"certificate-authority", folder_.File("certs/apiserver.crt")}}}}}},
      {"users", {{{"name", user}, {"user", {{"token", token}}}}}},
      {"contexts", {{{"name", "test"}, {"context", {{"cluster", "test"}, {"user", user}}}}}}};
  const std::string path = folder_.File(user + ".kubeconfig");
  WriteFile(path, config.dump(2));
  return path;
}

std::string KubeServers::AccountKubeconfig(const std::string& ns, const std::string& account) {
  const auto made =
      client_->Create("/api/v1/namespaces/" + ns + "/serviceaccounts/" + account + "/token",
                      {{"apiVersion", "authentication.k8s.io/v1"},
                       {"kind", "TokenRequest"},
                       {"spec", {{"expirationSeconds", 86'400}}}});
  if (!made) throw std::runtime_error("account " + account + ": " + made.error().message);
  return WriteKubeconfig(account, made->at("status").at("token"));
}

std::string KubeServers::CreateNamespace(const std::string& prefix) {
  const std::string name = prefix + "-" + std::to_string(next_namespace_++);
  const auto created = client_->Create(
      "/api/v1/namespaces",
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  if (!created) throw std::runtime_error("namespace " + name + ": " + created.error().message);
  return name;
}

void KubeServers::Install(const std::string& path) {
  for (const json& object : ObjectsFromYaml(ReadFile(path))) {
    const std::string kind = object.value("kind", "");
    const std::string name = object.value(json::json_pointer("/metadata/name"), "");
    const std::string collection =
        CollectionPath(object.value("apiVersion", ""), kind,
                       object.value(json::json_pointer("/metadata/namespace"), "default"));
    const auto created = client_->Create(collection, object);
    if (!created && created.error().code != ports::ErrorCode::kConflict) {
      throw std::runtime_error(path + ": " + kind + " " + name + ": " + created.error().message);
    }
    if (kind != "CustomResourceDefinition") continue;
    const json& spec = object.at("spec");
    const std::string served = "/apis/" + spec.at("group").get<std::string>() + "/" +
                               spec.at("versions").at(0).at("name").get<std::string>() + "/" +
                               spec.at("names").at("plural").get<std::string>();
    if (!Await([&] { return client_->Get(served).has_value(); }, kStartDeadline)) {
      throw std::runtime_error(name + " is not served");
    }
  }
}

void KubeServers::InstallRoutes() {
  const std::string routes = ServerFolder("routes");
  for (const char* const name : {"httproutes", "grpcroutes", "virtualservices"}) {
    Install(routes + "/" + name + ".yaml");
  }
}

void KubeServers::InstallHold() {
  Install(SLOGATE_SOURCE_DIR "/admission/hold.slogate.dev.yaml");
  const std::string deployments =
      CollectionPath("apps/v1", "Deployment", CreateNamespace("hold-probe"));
  const json labels = {{"slogate.dev/hold", "true"}};
  const json container = {{"name", "probe"}, {"image", "probe:1"}};
  const auto probe =
      client_->Create(deployments, {{"apiVersion", "apps/v1"},
                                    {"kind", "Deployment"},
                                    {"metadata", {{"name", "probe"}, {"labels", labels}}},
                                    {"spec",
                                     {{"replicas", 0},
                                      {"selector", {{"matchLabels", labels}}},
                                      {"template",
                                       {{"metadata", {{"labels", labels}}},
                                        {"spec", {{"containers", json::array({container})}}}}}}}});
  if (!probe) throw std::runtime_error("probe of the hold: " + probe.error().message);
  const json change = {{"spec", {{"template", {{"metadata", {{"annotations", {{"a", "b"}}}}}}}}}};
  const auto holds = [&] {
    const auto changed = client_->MergePatch(deployments + "/probe?dryRun=All", change);
    return changed && changed->at("spec").value("paused", false);
  };
  if (!Await(holds, kStartDeadline)) throw std::runtime_error("nothing holds new revisions");
  (void)client_->Delete(deployments + "/probe");
}

}  // namespace slogate::testing
