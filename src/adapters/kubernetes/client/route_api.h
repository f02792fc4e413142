// Routes of one kind, in whichever version of their API the cluster serves.
#pragma once

#include <array>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Where routes of a kind live. `versions` are in the order of preference; an empty one is none.
struct RouteKind {
  std::string_view kind;
  std::string_view group;
  std::string_view plural;
  std::array<std::string_view, 3> versions;
  std::string_view fix;  // for a cluster that serves none of the versions
};

inline constexpr RouteKind kHttpRoutes{"HTTPRoute",
                                       "gateway.networking.k8s.io",
                                       "httproutes",
                                       {"v1", "v1beta1"},
                                       "install the Gateway API"};
inline constexpr RouteKind kGrpcRoutes{"GRPCRoute",
                                       "gateway.networking.k8s.io",
                                       "grpcroutes",
                                       {"v1"},
                                       "install the Gateway API, 1.1 or later"};
inline constexpr RouteKind kVirtualServices{"VirtualService",
                                            "networking.istio.io",
                                            "virtualservices",
                                            {"v1", "v1beta1", "v1alpha3"},
                                            "install Istio"};
inline constexpr RouteKind kIngresses{
    "Ingress", "networking.k8s.io", "ingresses", {"v1"}, "use Kubernetes 1.19 or later"};

// Every kind that lives in objects of its own.
inline constexpr std::array kRouteKinds{&kHttpRoutes, &kGrpcRoutes, &kVirtualServices, &kIngresses};

// Asks once which version is served and asks again when an object is not found. Thread-safe.
class RouteApi {
 public:
  RouteApi(KubeClient& client, const RouteKind& kind) : client_(client), kind_(kind) {}

  const RouteKind& kind() const { return kind_; }

  // Path of all routes of a namespace; of all namespaces when `ns` is empty. kNotFound, with the
  // fix, when the cluster serves none of the versions.
  ports::Result<std::string> RoutesPath(const std::string& ns);

  // A route and where it lives. kNotFound when it, or its API, is not there.
  struct Found {
    std::string path;
    nlohmann::json object;
  };
  ports::Result<Found> Get(const std::string& ns, const std::string& name);

  // Asks the cluster again at the next call.
  void Forget();

  // What messages call a route, such as HTTPRoute shop/web.
  std::string Called(const std::string& ns, const std::string& name) const;

 private:
  ports::Result<std::string> GroupVersion();

  KubeClient& client_;
  const RouteKind& kind_;
  std::mutex mutex_;
  std::string group_version_;
};

}  // namespace slogate::adapters::kubernetes
