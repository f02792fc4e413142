#include "support/promises.h"

#include <algorithm>
#include <utility>

#include "slogate/core/decide.h"
#include "spec/text/units.h"
#include "support/gate_account.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

int DesiredWeight(const json& status) {
  const json::json_pointer place("/routes/0/desiredWeight");
  return status.is_object() && status.contains(place) ? status.at(place).get<int>() : 0;
}

std::string TextAt(const json& object, const char* pointer) {
  const json::json_pointer place(pointer);
  return object.is_object() && object.contains(place) ? object.at(place).get<std::string>() : "";
}

json WithoutHold(const json& deployment) {
  json rest = {
      {"spec", deployment.value("spec", json::object())},
      {"labels", deployment.value("metadata", json::object()).value("labels", json::object())}};
  rest["spec"].erase("paused");
  rest["labels"].erase("slogate.dev/hold");
  return rest;
}

// Clocks of the log are read a little before and after the act itself.
constexpr std::chrono::milliseconds kTolerance{50};

// When a step began: as the status says, who was written a moment later, but not long before that.
std::chrono::system_clock::time_point BeganAt(const json& progress, const AuditEvent& event) {
  constexpr std::chrono::milliseconds kSlowestWrite{1000};
  const auto reported = spec::ParseTime(progress.value("stageBegan", ""));
  if (!reported) return event.at;
  return std::clamp<std::chrono::system_clock::time_point>(*reported, event.at - kSlowestWrite,
                                                           event.at);
}

}  // namespace

PromiseChecker::PromiseChecker(RolloutSettings settings)
    : settings_(std::move(settings)),
      shape_(ShapeOf(settings_.route_kind)),
      resource_(WorkloadResource(settings_)) {}

void PromiseChecker::See(const AuditEvent& event) {
  const bool of_kind = event.resource == shape_.resource() && event.subresource.empty();
  const bool route = of_kind && event.name == shape_.name();
  const bool by_controller = event.user.starts_with(kGateUsers);
  if (route && by_controller) SeeControllersRoute(event);
  if (of_kind && !route && by_controller && !shape_.CountsPods()) {
    Break(event, "the controller wrote to a route that does not hold the weight");
  }
  const bool production = event.resource == resource_ && event.name == kDeployment;
  if (production && by_controller && !settings_.external) SeeControllersProduction(event);
  if (production && event.subresource == "scale" && !by_controller) SeeScaling(event);
  objects_.Apply(event);
  if (production) SeeReplicas(event);
  if (event.resource == "rolloutpolicies" && event.object.is_object()) SeeStatus(event);
  if (!adopted_ && Adopted()) {
    adopted_ = true;
    complete_replicas_ = settings_.replicas;
  }
  const bool lost_pod = event.resource == "pods" && event.verb == "delete";
  const bool deployment = event.resource == resource_ && event.subresource != "status";
  if (adopted_ && (route || lost_pod || deployment)) CheckPods(event);
}

void PromiseChecker::SeeControllersRoute(const AuditEvent& event) {
  const json* const before = objects_.Find(shape_.resource(), event.name);
  if (before == nullptr && !shape_.MadeByController()) {
    return Break(event, "the controller wrote to an unknown route");
  }
  if (event.verb == "delete") {
    const bool rests = shape_.CountsPods() && before != nullptr && shape_.Percent(*before) == 0;
    if (!rests) Break(event, "the controller deleted what holds the weight");
    return;
  }
  if (before != nullptr && shape_.WithoutWeights(*before) != shape_.WithoutWeights(event.object)) {
    Break(
        event,
        "the controller changed more than the pair's weights: " +
            json::diff(shape_.WithoutWeights(*before), shape_.WithoutWeights(event.object)).dump());
  }
  const int old_percent = before == nullptr ? 0 : shape_.Percent(*before);
  const int new_percent = shape_.Percent(event.object);
  ++weight_writes_;
  if (new_percent <= old_percent) return;
  ++raises_;
  const int reported = DesiredWeight(status_);
  if (new_percent > reported) {
    Break(event, "the canary's weight rose to " + std::to_string(new_percent) +
                     " while the status said " + std::to_string(reported));
  }
}

void PromiseChecker::SeeControllersProduction(const AuditEvent& event) {
  const json* const before = objects_.Find(resource_, event.name);
  if (before == nullptr || !event.object.is_object()) {
    return Break(event, "the controller made or deleted production");
  }
  if (WithoutHold(*before) != WithoutHold(event.object)) {
    Break(event, "the controller changed more of production than its label and its pause: " +
                     json::diff(WithoutHold(*before), WithoutHold(event.object)).dump());
  }
}

void PromiseChecker::SeeScaling(const AuditEvent& event) {
  if (!event.object.is_object()) return;
  asked_replicas_ = event.object.at("spec").value("replicas", 0);
  scaled_at_ = event.at;
  ++scalings_;
}

void PromiseChecker::SeeReplicas(const AuditEvent& event) {
  if (objects_.Find(resource_, kDeployment) == nullptr) asked_replicas_.reset();
  const int replicas = Replicas(kDeployment);
  if (!asked_replicas_ || replicas >= *asked_replicas_) return;
  Break(event, "production has " + std::to_string(replicas) + " replicas where " +
                   std::to_string(*asked_replicas_) + " were asked for");
}

void PromiseChecker::SeeStatus(const AuditEvent& event) {
  const json status = event.object.value("status", json::object());
  const std::string phase = TextAt(status, "/phase");
  if (phase == "Ready") ready_ = true;
  const json progress = status.value("progress", json::object());
  const int step = progress.value("stepIndex", 0);
  const bool baking =
      progress.value("stage", "") == "Baking" && (phase == "Progressing" || phase == "Paused");
  const json before = std::exchange(status_, status);
  const json progress_before = before.value("progress", json::object());
  const int step_before = progress_before.value("stepIndex", 0);
  if (baking && !baking_since_.contains(step)) baking_since_[step] = BeganAt(progress, event);
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

// Production is its owner's: a policy is Ready before the owner's first pods are.
bool PromiseChecker::Adopted() const {
  return ready_ && objects_.Serving(kBaselineService) >= settings_.replicas;
}

void PromiseChecker::CheckPods(const AuditEvent& event) {
  // What Kubernetes makes of an earlier wish reaches a little into a later one.
  constexpr std::chrono::seconds kUntilScaled{10};
  const int serving = objects_.Serving(kBaselineService);
  const int production = Replicas(kDeployment);
  const bool scaling = scalings_ > 0 && event.at - scaled_at_ <= kUntilScaled;
  if (serving >= production || scaling) complete_replicas_ = std::min(serving, production);
  const json* const route = objects_.Find(shape_.resource(), shape_.name());
  if (route == nullptr && !shape_.MadeByController()) return;
  const bool by_controller = event.user.starts_with(kGateUsers);
  if (settings_.behaviour != "ready" && !by_controller) return;
  if (shape_.CountsPods()) return CheckTrack(event, kRoute, kDeployment, 100);
  const int percent = shape_.Percent(route == nullptr ? json() : *route);
  if (settings_.external) {
    CheckTrack(event, kCanaryService, kCanaryDeployment, percent);
  } else {
    CheckCarried(event, percent);
  }
  CheckTrack(event, kBaselineService, kDeployment, 100 - percent);
}

void PromiseChecker::CheckTrack(const AuditEvent& event, const std::string& service,
                                const std::string& deployment, int percent) {
  int desired = Replicas(deployment);
  // Pods that production is being scaled up to come from Kubernetes, in their own time.
  if (!settings_.external) desired = std::min(desired, complete_replicas_);
  const int needed = core::PodsNeeded(percent, desired);
  const int serving = objects_.Serving(service);
  // A canary that crashes by itself is being left: lowering its weight is always right.
  const bool leaving = settings_.behaviour != "ready" && service == kCanaryService;
  if (serving >= needed || leaving) return;
  Break(event, "weight " + std::to_string(percent) + " points at " + service + " with " +
                   std::to_string(serving) + " available pods where " + std::to_string(needed) +
                   " are needed");
}

// A pod of a managed canary takes no more than a pod of production.
void PromiseChecker::CheckCarried(const AuditEvent& event, int percent) {
  const int production = Replicas(kDeployment);
  const int serving = objects_.Serving(kCanaryService);
  if (settings_.behaviour != "ready" || percent * production <= 100 * serving) {
    if (outgrown_since_) {
      longest_to_follow_ = std::max(
          longest_to_follow_,
          std::chrono::duration_cast<std::chrono::milliseconds>(event.at - *outgrown_since_));
    }
    return outgrown_since_.reset();
  }
  if (!outgrown_since_ && event.at == scaled_at_) {
    outgrown_since_ = event.at;
    ++outgrown_;
  }
  if (outgrown_since_ && event.at - scaled_at_ <= kTimeToFollow) return;
  Break(event, "weight " + std::to_string(percent) + " of " + std::to_string(production) +
                   " replicas points at " + kCanaryService + " with " + std::to_string(serving) +
                   " available pods");
}

int PromiseChecker::Replicas(const std::string& deployment) const {
  const json* const object = objects_.Find(resource_, deployment);
  return object == nullptr ? 0 : object->at("spec").value("replicas", 1);
}

void PromiseChecker::Break(const AuditEvent& event, const std::string& what) {
  broken_.push_back(settings_.title + ": at version " + std::to_string(event.version) + " (" +
                    event.user + " " + event.verb + " " + event.resource + "/" + event.name +
                    "): " + what);
}

}  // namespace slogate::testing
