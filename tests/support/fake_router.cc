#include "support/fake_router.h"

namespace slogate::tests {

void FakeRouter::Put(const std::string& ns, const std::string& name, const FakeRoute& route) {
  const std::lock_guard lock(mutex_);
  routes_[{ns, name}] = route;
}

void FakeRouter::Remove(const std::string& ns, const std::string& name) {
  const std::lock_guard lock(mutex_);
  routes_.erase({ns, name});
}

void FakeRouter::FailWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

void FakeRouter::FailWritesWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  write_error_ = std::move(error);
}

std::optional<FakeRoute> FakeRouter::Find(const std::string& ns, const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = routes_.find({ns, name});
  if (found == routes_.end()) return std::nullopt;
  return found->second;
}

std::vector<int> FakeRouter::written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

ports::Result<core::RouteView> FakeRouter::Observe(const std::string& ns, const core::Route& route,
                                                   const std::vector<core::Step>& steps) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  core::RouteView view;
  view.name = route.name;
  const auto found = routes_.find({ns, route.name});
  if (found == routes_.end()) return view;
  view.exists = true;
  view.accepted = found->second.accepted;
  view.problem = found->second.problem;
  std::optional<int> percent;
  for (const auto& [canary, baseline] : found->second.rules) {
    const int sum = canary + baseline;
    for (const core::Step& step : steps) {
      if (sum == 0 || sum * step.weight_percent % 100 != 0) {
        view.problem = "weights cannot express the share";
      }
    }
    if (sum == 0 || canary * 100 % sum != 0) return view;
    if (percent && *percent != canary * 100 / sum) return view;
    percent = canary * 100 / sum;
  }
  if (!percent && view.problem.empty()) {
    view.problem = "no rule sends traffic to both Services";
  }
  view.canary_percent = percent;
  return view;
}

ports::Result<void> FakeRouter::SetWeights(const std::string& ns, const core::Route& route,
                                           int canary_percent) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  if (write_error_) return tl::unexpected(*write_error_);
  const auto found = routes_.find({ns, route.name});
  if (found == routes_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "HTTPRoute " + ns + "/" + route.name + " does not exist");
  }
  auto rules = found->second.rules;
  for (auto& [canary, baseline] : rules) {
    const int sum = canary + baseline;
    if (sum == 0 || sum * canary_percent % 100 != 0) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument, "weights cannot express the share");
    }
    canary = sum * canary_percent / 100;
    baseline = sum - canary;
  }
  if (rules.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "no rule sends traffic to both Services");
  }
  if (rules == found->second.rules) return {};
  found->second.rules = rules;
  found->second.accepted = found->second.accepts_writes;
  written_.push_back(canary_percent);
  return {};
}

}  // namespace slogate::tests
