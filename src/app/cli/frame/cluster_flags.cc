#include "app/cli/frame/cluster_flags.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "app/cli/frame/command.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestTimeout = std::chrono::minutes(10);

}  // namespace

void DeclareKubeconfig(CLI::App& parser, ClusterOptions& options) {
  AddText(parser, "--kubeconfig", options.kubeconfig,
          "Cluster to use; else KUBECONFIG, ~/.kube/config, or the pod's own", "FILE");
  AddText(parser, "--context", options.context, "Context of the kubeconfig", "NAME");
}

void ClusterFlags::Declare(CLI::App& parser, bool may_show_all) {
  CLI::Option* const ns =
      AddText(parser, "-n,--namespace", options_.ns, "Namespace; else that of the context", "NAME");
  if (may_show_all) {
    parser.add_flag("-A,--all-namespaces", all_, "Policies of every namespace")->excludes(ns);
  }
  DeclareKubeconfig(parser, options_);
  AddText(parser, "--request-timeout", timeout_, "Longest wait for one answer of the cluster",
          "TIME");
}

ports::Result<Cluster> ClusterFlags::Connect(const Adapters& adapters, Log& log) const {
  const std::optional<core::Duration> timeout = spec::ParseDuration(timeout_);
  if (!timeout || timeout->count() == 0 || *timeout > kLongestTimeout) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        "--request-timeout " + timeout_ + ": give a length of time up to 10m, such as 15s");
  }
  ClusterOptions options = options_;
  options.request_timeout = *timeout;
  return adapters.connect_cluster(options, log);
}

std::string ClusterFlags::NamespaceIn(const Cluster& cluster) const {
  if (all_) return "";
  return options_.ns.empty() ? cluster.default_namespace : options_.ns;
}

std::string ClusterFlags::Repeated(const std::string& ns) const {
  std::string flags;
  if (!ns.empty()) flags += " -n " + ns;
  if (!options_.context.empty()) flags += " --context " + options_.context;
  return flags;
}

}  // namespace slogate::app
