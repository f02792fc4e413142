#include "integration/counting/scraped_service.h"

#include <algorithm>
#include <condition_variable>

namespace slogate::testing {
namespace {

using std::chrono::system_clock;

constexpr std::int64_t kDip = 40;

bool Within(int scrape, int from, int until) { return scrape >= from && scrape < until; }

double Seconds(system_clock::time_point at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

void Dawdle(std::chrono::milliseconds slowness) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, slowness, [] { return false; });
}

}  // namespace

ScrapedService::ScrapedService(const std::vector<Script>& scripts)
    : server_([this](const HttpRequest& request, HttpExchange& exchange) {
        Serve(request, exchange);
      }) {
  const std::lock_guard lock(mutex_);
  for (const Script& script : scripts) {
    Target& target = targets_[script.name];
    target.script = script;
    target.started = system_clock::now() - script.age;
    target.counted = {1, script.requests, script.errors};
  }
}

int ScrapedService::Scrapes(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return targets_.at(name).scrapes;
}

std::map<int, HandedOut> ScrapedService::Ledger(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return targets_.at(name).ledger;
}

void ScrapedService::Begin(const std::string& name) {
  const std::lock_guard lock(mutex_);
  targets_.at(name).started = system_clock::now();
}

void ScrapedService::Serve(const HttpRequest& request, HttpExchange& exchange) {
  std::string body;
  std::chrono::milliseconds slowness{0};
  {
    const std::lock_guard lock(mutex_);
    const auto found = targets_.find(request.target.substr(1));
    if (found == targets_.end()) return exchange.Reply(404, "no such target");
    Target& target = found->second;
    Advance(target);
    if (!Within(target.scrapes, target.script.fails_from, target.script.fails_until)) {
      body = Expose(target);
    }
    slowness = target.script.slowness;
  }
  if (slowness.count() > 0) Dawdle(slowness);
  exchange.Reply(body.empty() ? 500 : 200, body, {{"Content-Type", "text/plain; version=0.0.4"}});
}

void ScrapedService::Advance(Target& target) {
  const int scrape = ++target.scrapes;
  const auto& restarts = target.script.restarts;
  if (std::find(restarts.begin(), restarts.end(), scrape) != restarts.end()) {
    target.started = system_clock::now();
    target.counted = {target.counted.process + 1, target.script.requests_after_restart,
                      target.script.errors_after_restart};
    target.answers = Answers();
  }
  target.counted.requests += std::uniform_int_distribution<int>(5, 15)(random_);
  if (target.script.answers) {
    target.answers.Serve(scrape >= target.script.swedish_from, random_);
    target.counted.answers = target.answers.counters();
  }
  if (!Within(scrape, target.script.errors_absent_from, target.script.errors_absent_until)) {
    target.counted.errors += std::uniform_int_distribution<int>(0, 3)(random_) == 0 ? 1 : 0;
  }
}

std::string ScrapedService::Expose(Target& target) {
  HandedOut handed = target.counted;
  if (Within(target.scrapes, target.script.dips_from, target.script.dips_until)) {
    handed.requests -= kDip;
  }
  const bool errors_absent =
      Within(target.scrapes, target.script.errors_absent_from, target.script.errors_absent_until);
  if (errors_absent) handed.errors = 0;
  target.ledger[target.scrapes] = handed;
  std::string body = "requests_total " + std::to_string(handed.requests) + "\n";
  if (!errors_absent) body += "errors_total " + std::to_string(handed.errors) + "\n";
  body += "process_start_time_seconds " + std::to_string(Seconds(target.started)) + "\n";
  if (target.script.answers) body += target.answers.Expose(target.script.name);
  return body + "scrape_number " + std::to_string(target.scrapes) + "\n";
}

}  // namespace slogate::testing
