#include "demo/world/memory_router.h"

namespace slogate::demo {

void MemoryRouter::Put(const std::string& ns, const std::string& name, const MemoryRoute& route) {
  {
    const std::lock_guard lock(mutex_);
    MemoryRoute& put = routes_[{ns, name}];
    put = route;
    put.served = put.rules;
  }
  Changed({ns, name});
}

void MemoryRouter::Remove(const std::string& ns, const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    routes_.erase({ns, name});
  }
  Changed({ns, name});
}

void MemoryRouter::Advance() {
  std::vector<Name> changed;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, route] : routes_) {
      if (!route.due || clock_->Now() < *route.due) continue;
      route.due.reset();
      route.served = route.rules;
      route.accepted = true;
      changed.push_back(name);
    }
  }
  for (const Name& name : changed) Changed(name);
}

void MemoryRouter::FailWritesWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  write_error_ = std::move(error);
}

std::optional<MemoryRoute> MemoryRouter::Find(const std::string& ns,
                                              const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = routes_.find({ns, name});
  if (found == routes_.end()) return std::nullopt;
  return found->second;
}

std::vector<int> MemoryRouter::written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

int MemoryRouter::checks() const {
  const std::lock_guard lock(mutex_);
  return checks_;
}

ports::Result<core::RouteView> MemoryRouter::Observe(const std::string& ns,
                                                     const core::Route& route,
                                                     const std::vector<core::Step>& steps) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const std::lock_guard lock(mutex_);
  ++checks_;
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

ports::Result<bool> MemoryRouter::Write(const Name& name, int canary_percent) {
  const std::lock_guard lock(mutex_);
  if (write_error_) return tl::unexpected(*write_error_);
  const auto found = routes_.find(name);
  if (found == routes_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "HTTPRoute " + name.first + "/" + name.second + " does not exist");
  }
  MemoryRoute& route = found->second;
  RouteWeights rules = route.rules;
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
  if (rules == route.rules) return false;
  route.rules = rules;
  const bool at_once = clock_ == nullptr || routes_take_ == core::Duration::zero();
  route.accepted = route.accepts_writes && at_once;
  if (route.accepted) route.served = rules;
  route.due.reset();
  if (route.accepts_writes && !at_once) route.due = clock_->Now() + routes_take_;
  written_.push_back(canary_percent);
  return true;
}

ports::Result<void> MemoryRouter::SetWeights(const std::string& ns, const core::Route& route,
                                             int canary_percent) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const ports::Result<bool> written = Write({ns, route.name}, canary_percent);
  if (!written) return tl::unexpected(written.error());
  if (*written) Changed({ns, route.name});
  return {};
}

}  // namespace slogate::demo
