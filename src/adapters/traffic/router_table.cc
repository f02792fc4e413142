#include "adapters/traffic/router_table.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::adapters::traffic {
namespace {

struct Row {
  std::string_view kind;
  std::unique_ptr<ports::TrafficRouter> (*make)(kubernetes::KubeClient&);
};

constexpr std::array kTable = {
    Row{"HTTPRoute", &MakeHttpRouteRouter},           Row{"GRPCRoute", &MakeGrpcRouteRouter},
    Row{"VirtualService", &MakeVirtualServiceRouter}, Row{"Ingress", &MakeIngressRouter},
    Row{"Service", &MakeReplicaRatioRouter},
};

class RouterByKind : public ports::TrafficRouter {
 public:
  explicit RouterByKind(kubernetes::KubeClient& client) {
    for (const Row& row : kTable) routers_[std::string(row.kind)] = row.make(client);
  }

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    const auto found = routers_.find(route.kind);
    if (found == routers_.end()) return Unknown(route);
    return found->second->Observe(ns, route, steps);
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override {
    const auto found = routers_.find(route.kind);
    if (found == routers_.end()) return Unknown(route);
    return found->second->SetWeights(ns, route, canary_percent, version);
  }

 private:
  tl::unexpected<ports::Error> Unknown(const core::Route& route) const {
    std::string known;
    for (const auto& [kind, router] : routers_) known += (known.empty() ? "" : ", ") + kind;
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "no router for kind " + route.kind + "; use one of: " + known);
  }

  std::map<std::string, std::unique_ptr<ports::TrafficRouter>> routers_;
};

}  // namespace

std::unique_ptr<ports::TrafficRouter> MakeTrafficRouter(kubernetes::KubeClient& client) {
  return std::make_unique<RouterByKind>(client);
}

}  // namespace slogate::adapters::traffic
