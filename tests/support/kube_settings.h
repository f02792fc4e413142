// What the API server of the tests writes down.
#pragma once

namespace slogate::testing {

// Every change of what a rollout is made of, with request and response. Pods are in it because
// their conditions tell, sooner than a Deployment's status, what could serve at an instant.
inline constexpr const char* kAuditPolicy = R"(apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources:
  - group: gateway.networking.k8s.io
    resources: [httproutes, httproutes/status, grpcroutes, grpcroutes/status]
  - group: networking.istio.io
    resources: [virtualservices, virtualservices/status]
  - group: networking.k8s.io
    resources: [ingresses, ingresses/status]
  - group: slogate.dev
    resources: [rolloutpolicies, rolloutpolicies/status]
  - group: apps
    resources: [deployments, deployments/status, deployments/scale, statefulsets, statefulsets/status]
  - group: ""
    resources: [pods, pods/status, services]
  - group: discovery.k8s.io
    resources: [endpointslices]
- level: None
)";

}  // namespace slogate::testing
