#include "support/promises.h"

#include <utility>

#include "slogate/core/decide.h"
#include "support/gate_account.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

// The route without what a router may change, or the API server changes by itself.
json WithoutWeights(json route) {
  for (const char* const field : {"resourceVersion", "generation", "managedFields"}) {
    route["metadata"].erase(field);
  }
  for (json& rule : route["spec"]["rules"]) {
    if (rule.value("name", "") != "main") continue;
    for (json& backend : rule["backendRefs"]) {
      const std::string name = backend.value("name", "");
      if (name == kCanaryService || name == kBaselineService) backend.erase("weight");
    }
  }
  return route;
}

int DesiredWeight(const json& status) {
  const json::json_pointer place("/routes/0/desiredWeight");
  return status.is_object() && status.contains(place) ? status.at(place).get<int>() : 0;
}

std::string TextAt(const json& object, const char* pointer) {
  const json::json_pointer place(pointer);
  return object.is_object() && object.contains(place) ? object.at(place).get<std::string>() : "";
}

// Clocks of the log are read a little before and after the act itself.
constexpr std::chrono::milliseconds kTolerance{50};

}  // namespace

PromiseChecker::PromiseChecker(RolloutSettings settings) : settings_(std::move(settings)) {}

void PromiseChecker::See(const AuditEvent& event) {
  const bool route = event.resource == "httproutes" && event.subresource.empty();
  if (route && event.user.starts_with(kGateUsers)) SeeControllersRoute(event);
  objects_.Apply(event);
  if (event.resource == "rolloutpolicies" && event.object.is_object()) SeeStatus(event);
  const bool lost_pod = event.resource == "pods" && event.verb == "delete";
  const bool deployment = event.resource == "deployments" && event.subresource != "status";
  if (adopted_ && (route || lost_pod || deployment)) CheckPods(event);
}

void PromiseChecker::SeeControllersRoute(const AuditEvent& event) {
  const json* const before = objects_.Find("httproutes", event.name);
  if (before == nullptr) return Break(event, "the controller wrote to an unknown route");
  if (WithoutWeights(*before) != WithoutWeights(event.object)) {
    Break(event, "the controller changed more than the pair's weights: " +
                     json::diff(WithoutWeights(*before), WithoutWeights(event.object)).dump());
  }
  const int old_percent = PairPercent(*before);
  const int new_percent = PairPercent(event.object);
  ++weight_writes_;
  if (new_percent <= old_percent) return;
  ++raises_;
  const int told = DesiredWeight(status_);
  if (new_percent > told) {
    Break(event, "the canary's weight rose to " + std::to_string(new_percent) +
                     " while the status said " + std::to_string(told));
  }
}

void PromiseChecker::SeeStatus(const AuditEvent& event) {
  const json status = event.object.value("status", json::object());
  const std::string phase = TextAt(status, "/phase");
  if (phase == "Ready") adopted_ = true;
  const json progress = status.value("progress", json::object());
  const int step = progress.value("stepIndex", 0);
  const bool baking =
      progress.value("stage", "") == "Baking" && (phase == "Progressing" || phase == "Paused");
  const json before = std::exchange(status_, status);
  const json progress_before = before.value("progress", json::object());
  const int step_before = progress_before.value("stepIndex", 0);
  if (baking && !baking_since_.contains(step)) baking_since_[step] = event.at;
  if (phase == "Progressing" && !baking) baking_since_.erase(step);
  const bool passed = (phase == "Progressing" && step == step_before + 1) ||
                      (phase == "Promoting" && TextAt(before, "/phase") == "Progressing");
  if (!passed) return;
  const auto began = baking_since_.find(step_before);
  if (began == baking_since_.end()) {
    Break(event, "step " + std::to_string(step_before + 1) + " passed without baking");
  } else if (event.at - began->second + kTolerance < settings_.step) {
    Break(event, "step " + std::to_string(step_before + 1) + " was shorter than it must be");
  }
}

void PromiseChecker::CheckPods(const AuditEvent& event) {
  const json* const route = objects_.Find("httproutes", kRoute);
  if (route == nullptr) return;
  const bool by_controller = event.user.starts_with(kGateUsers);
  if (settings_.behaviour != "ready" && !by_controller) return;
  const int percent = PairPercent(*route);
  CheckArm(event, kCanaryService, kDeployment, percent);
  CheckArm(event, kBaselineService, settings_.external ? kExternalBaseline : kManagedBaseline,
           100 - percent);
}

void PromiseChecker::CheckArm(const AuditEvent& event, const std::string& service,
                              const std::string& deployment, int percent) {
  const json* const object = objects_.Find("deployments", deployment);
  const int desired = object == nullptr ? 0 : object->at("spec").value("replicas", 1);
  const int needed = core::PodsNeeded(percent, desired);
  const int serving = objects_.Serving(service);
  // A canary that crashes by itself is being left: lowering its weight is always right.
  const bool leaving = settings_.behaviour != "ready" && service == kCanaryService;
  if (serving >= needed || leaving) return;
  Break(event, "weight " + std::to_string(percent) + " points at " + service + " with " +
                   std::to_string(serving) + " available pods where " + std::to_string(needed) +
                   " are needed");
}

void PromiseChecker::Break(const AuditEvent& event, const std::string& what) {
  broken_.push_back(settings_.title + ": at version " + std::to_string(event.version) + " (" +
                    event.user + " " + event.verb + " " + event.resource + "/" + event.name +
                    "): " + what);
}

}  // namespace slogate::testing
