#include "app/cli/status/policy_lookup.h"

#include <optional>

#include "spec/text/mistake.h"

namespace slogate::app {

ports::Result<ports::Key> KeyFrom(const std::string& name, const std::string& ns) {
  const std::size_t slash = name.find('/');
  ports::Key key{slash == std::string::npos ? ns : name.substr(0, slash),
                 slash == std::string::npos ? name : name.substr(slash + 1)};
  if (key.name.empty() || key.name.find('/') != std::string::npos) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "\"" + name + "\" is no name of a policy; give NAME or NAMESPACE/NAME");
  }
  if (key.ns.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "the namespace of " + name + " is not known; give -n or NAMESPACE/NAME");
  }
  return key;
}

ports::Result<ports::PolicyRecord> FindPolicy(ports::PolicyAdmin& admin, const ports::Key& key) {
  ports::Result<ports::PolicyRecord> record = admin.Get(key);
  if (record || record.error().code != ports::ErrorCode::kNotFound) return record;
  std::string message = "no RolloutPolicy " + key.name + " in namespace " + key.ns;
  std::string fix = "; see gate status -n " + key.ns;
  // Who may read one policy may not be allowed to list them: then there is only less to say.
  if (const auto all = admin.List(key.ns)) {
    std::vector<std::string> names;
    for (const ports::PolicyRecord& other : *all) names.push_back(other.key.name);
    if (names.empty()) fix = "; there is none at all, see gate status -A";
    if (const std::optional<std::string> meant = spec::Suggest(key.name, names)) {
      fix = "; did you mean " + *meant + "?";
    }
  }
  return ports::Fail(ports::ErrorCode::kNotFound, message + fix);
}

ExitCode ExitCodeOf(ports::ErrorCode code) {
  switch (code) {
    case ports::ErrorCode::kInvalidArgument:
    case ports::ErrorCode::kNotFound:
    case ports::ErrorCode::kUnauthorized:
      return ExitCode::kUsage;
    case ports::ErrorCode::kConflict:
      return ExitCode::kInconclusive;
    case ports::ErrorCode::kUnavailable:
    case ports::ErrorCode::kTimeout:
    case ports::ErrorCode::kMalformedResponse:
    case ports::ErrorCode::kInternal:
      return ExitCode::kSource;
  }
  return ExitCode::kSource;
}

std::string WithFix(const ports::Error& error) {
  using ports::ErrorCode;
  if (error.code == ErrorCode::kUnauthorized) {
    return error.message +
           "; use an account that may get, list and patch rolloutpolicies, and list events";
  }
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout) {
    return error.message + "; see that the cluster is up and is the one you mean (--context)";
  }
  if (error.code == ErrorCode::kMalformedResponse) {
    return error.message + "; see that the kubeconfig names a Kubernetes API server";
  }
  return error.message;
}

ports::Result<PolicyCommand::Records> PolicyCommand::Policies(
    const Cluster& cluster, const std::vector<std::string>& names) const {
  const std::string ns = flags_.NamespaceIn(cluster);
  if (names.empty()) return cluster.admin->List(ns);
  Records records;
  for (const std::string& name : names) {
    const ports::Result<ports::Key> key = KeyFrom(name, ns);
    if (!key) return tl::unexpected(key.error());
    ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
    if (!record) return tl::unexpected(record.error());
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace slogate::app
