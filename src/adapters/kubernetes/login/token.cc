#include "adapters/kubernetes/login/token.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/login/kubeconfig.h"

namespace slogate::adapters::kubernetes {

TokenSource::TokenSource(std::string token, std::string file)
    : file_(std::move(file)), token_(http::Trimmed(token)) {}

std::string TokenSource::Current() {
  const std::lock_guard lock(mutex_);
  ReadIfChanged(false);
  return token_;
}

bool TokenSource::Refresh(const std::string& refused) {
  const std::lock_guard lock(mutex_);
  ReadIfChanged(true);
  return token_ != refused;
}

void TokenSource::ReadIfChanged(bool always) {
  if (file_.empty()) return;
  struct stat seen {};
  if (stat(file_.c_str(), &seen) != 0) return;
  const Stamp stamp{seen.st_ino, seen.st_mtim.tv_sec, seen.st_mtim.tv_nsec, seen.st_size};
  if (stamp == stamp_ && !always) return;
  const auto text = ReadBoundedFile(file_);
  if (!text) return;
  stamp_ = stamp;
  if (const auto token = http::Trimmed(*text); !token.empty()) token_ = token;
}

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool Exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

tl::unexpected<ports::Error> Refuse(const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "in-cluster configuration: " + what);
}

std::string FirstWord(const std::string& text) {
  const std::string_view trimmed = http::Trimmed(text);
  return std::string(trimmed.substr(0, trimmed.find_first_of(" \t\r\n")));
}

}  // namespace

ports::Result<ClusterConfig> InClusterConfig(const std::string& host, const std::string& port,
                                             const std::string& folder) {
  if (host.empty() || port.empty()) {
    return Refuse("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  ClusterConfig config;
  const bool bare_ipv6 = host.find(':') != std::string::npos && host.front() != '[';
  config.server = "https://" + (bare_ipv6 ? "[" + host + "]" : host) + ":" + port;
  config.token_file = folder + "/token";
  const auto token = ReadBoundedFile(config.token_file);
  if (!token) return Refuse(token.error().message);
  auto ca = ReadBoundedFile(folder + "/ca.crt");
  if (!ca) return Refuse(ca.error().message);
  if (ca->empty()) return Refuse(folder + "/ca.crt is empty");
  config.tls.ca_pem = std::move(*ca);
  if (const auto ns = ReadBoundedFile(folder + "/namespace"); ns && !FirstWord(*ns).empty()) {
    config.default_namespace = FirstWord(*ns);
  }
  return config;
}

ports::Result<ClusterConfig> FindCluster(const std::string& kubeconfig,
                                         const std::string& context) {
  if (!kubeconfig.empty()) return LoadKubeconfig(kubeconfig, context);
  if (const std::string paths = Environment("KUBECONFIG"); !paths.empty()) {
    return LoadKubeconfig(paths, context);
  }
  const std::string home = Environment("HOME");
  const std::string usual = home + "/.kube/config";
  if (!home.empty() && Exists(usual)) return LoadKubeconfig(usual, context);
  const std::string host = Environment("KUBERNETES_SERVICE_HOST");
  if (!host.empty()) return InClusterConfig(host, Environment("KUBERNETES_SERVICE_PORT"));
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     "no cluster: give --kubeconfig, set KUBECONFIG, or run in a pod");
}

}  // namespace slogate::adapters::kubernetes
