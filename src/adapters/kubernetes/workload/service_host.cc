#include "adapters/kubernetes/workload/service_host.h"

namespace slogate::adapters::kubernetes {

std::string FullHost(std::string_view host, std::string_view ns) {
  const std::size_t first = host.find('.');
  if (first == std::string_view::npos) {
    return std::string(host) + "." + std::string(ns) + ".svc";
  }
  const std::size_t second = host.find('.', first + 1);
  if (second == std::string_view::npos) return std::string(host) + ".svc";
  const std::size_t third = host.find('.', second + 1);
  const bool of_a_service = host.substr(second + 1, third - second - 1) == "svc";
  const bool of_all_clusters =
      third != std::string_view::npos && host.substr(third + 1) == "clusterset.local";
  return std::string(of_a_service && !of_all_clusters ? host.substr(0, third) : host);
}

bool IsHostOf(std::string_view host, std::string_view service, std::string_view ns) {
  return FullHost(host, ns) == FullHost(service, ns);
}

}  // namespace slogate::adapters::kubernetes
