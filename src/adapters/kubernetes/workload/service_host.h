// The host names that mean a Service of a cluster.
#pragma once

#include <string>
#include <string_view>

namespace slogate::adapters::kubernetes {

// The name in full but for the cluster's domain: "web", "web.shop", "web.shop.svc" and
// "web.shop.svc.<domain>" are all "web.shop.svc" when said in namespace "shop". Any other name,
// such as one outside the cluster or one shared between clusters (clusterset.local), is itself.
std::string FullHost(std::string_view host, std::string_view ns);

// Whether `host`, said in namespace `ns`, means the Service `service` of that namespace.
bool IsHostOf(std::string_view host, std::string_view service, std::string_view ns);

}  // namespace slogate::adapters::kubernetes
