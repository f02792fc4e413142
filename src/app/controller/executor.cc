#include "app/controller/executor.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "slogate/core/leaving.h"

namespace slogate::app {
namespace {

std::string_view Name(core::Action::Kind kind) {
  return core::WordOf<core::Action::Kind::kLeave>(
      kind, {"SetWeights", "GiveBack", "Adopt", "EnsureServices", "EnsureCanary", "ScaleCanary",
             "RemoveCanary", "Hold", "Release", "Restore", "Undo", "Leave"});
}

bool Lowers(const core::Action& action, const std::vector<core::RouteView>& routes) {
  if (action.kind == core::Action::Kind::kGiveBack) return true;
  if (action.kind != core::Action::Kind::kSetWeights) return false;
  return std::ranges::any_of(routes, [&action](const core::RouteView& route) {
    return route.canary_percent ? *route.canary_percent > action.value : action.value == 0;
  });
}

void Keep(std::optional<ports::Error>& first, const std::optional<ports::Error>& failure) {
  if (!failure) return;
  if (!first || first->code == ports::ErrorCode::kConflict) first = failure;
}

ports::Error NotLeading() {
  return {ports::ErrorCode::kUnavailable, "this process may no longer act: it lost its lease"};
}

}  // namespace

Executor::Executor(ports::WorkloadStore& workloads, ports::TrafficRouter& router, Log& log,
                   const ExceptionGuard& guard, std::function<bool()> may_act)
    : workloads_(workloads),
      router_(router),
      log_(log),
      guard_(guard),
      may_act_(std::move(may_act)) {}

std::optional<ports::Error> Executor::CarryOut(const ports::PolicyRecord& record,
                                               const std::vector<core::Action>& actions,
                                               const std::vector<core::RouteView>& routes,
                                               const std::vector<core::RouteView>& left) {
  std::optional<ports::Error> first;
  for (const core::Action& action : actions) {
    if (Lowers(action, routes)) Keep(first, Do(record, action, routes, left));
  }
  for (const core::Action& action : actions) {
    if (first) break;
    if (!Lowers(action, routes)) Keep(first, Do(record, action, routes, left));
  }
  return first;
}

std::optional<ports::Error> Executor::Do(const ports::PolicyRecord& record,
                                         const core::Action& action,
                                         const std::vector<core::RouteView>& routes,
                                         const std::vector<core::RouteView>& left) {
  std::optional<ports::Error> failure;
  if (action.kind == core::Action::Kind::kSetWeights) {
    failure = SetWeights(record, record.policy->routes, action.value, routes, action.only_lowers);
  } else if (action.kind == core::Action::Kind::kGiveBack) {
    failure = SetWeights(record, core::LeftRoutes(*record.policy, record.state), 0, left);
  } else if (!may_act_()) {
    failure = NotLeading();
  } else {
    const ports::Result<void> done = guard_.Result("action", [&] { return Apply(record, action); });
    if (!done) failure = done.error();
  }
  if (failure) {
    log_.Warn("Action failed", {{"policy", record.key.ToString()},
                                {"action", std::string(Name(action.kind))},
                                {"error", failure->message}});
  } else {
    log_.Debug("Action carried out", {{"policy", record.key.ToString()},
                                      {"action", std::string(Name(action.kind))},
                                      {"value", std::to_string(action.value)}});
  }
  return failure;
}

ports::Result<void> Executor::Apply(const ports::PolicyRecord& record, const core::Action& action) {
  if (!action.former) return workloads_.Apply(record, action);
  const std::optional<core::Policy> former = core::FormerPolicy(*record.policy, record.state);
  if (!former) return {};
  ports::PolicyRecord of_former = record;
  of_former.policy = former;
  return workloads_.Apply(of_former, action);
}

std::optional<ports::Error> Executor::SetWeights(const ports::PolicyRecord& record,
                                                 const std::vector<core::Route>& routes,
                                                 int percent,
                                                 const std::vector<core::RouteView>& views,
                                                 bool only_lowers) {
  std::optional<ports::Error> first;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const core::Route& route = routes[i];
    const bool seen = i < views.size() && views[i].canary_percent.has_value();
    if (only_lowers && (!seen || *views[i].canary_percent < percent)) continue;
    if (seen && *views[i].canary_percent == percent && !views[i].follows) continue;
    if (percent == 0 && i < views.size() && core::IsBack(views[i])) continue;
    if (!may_act_()) return NotLeading();
    const ports::Result<void> moved = guard_.Result("action", [&] {
      return router_.SetWeights(record.key.ns, route, percent,
                                i < views.size() ? views[i].version : std::string());
    });
    if (!moved) {
      Keep(first, moved.error());
      continue;
    }
    log_.Info("Moved weights",
              {{"policy", record.key.ToString()},
               {"route", route.name},
               {"from_percent", seen ? std::to_string(*views[i].canary_percent) : "unknown"},
               {"to_percent", std::to_string(percent)}});
  }
  return first;
}

}  // namespace slogate::app
