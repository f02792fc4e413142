// Processes that misbehave in the ways a counter meets in a cluster, and what they handed out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "integration/counting/answers.h"
#include "support/http_server.h"

namespace slogate::testing {

// What one scrape was given.
struct HandedOut {
  int process = 0;  // counts the processes of the target
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  std::map<std::string, double> answers = {};  // see Answers::counters
};

// What befalls a target at a given scrape of it, counted from 1.
struct Script {
  std::string name;
  std::int64_t requests = 0;                // at first
  std::int64_t errors = 0;                  // at first
  std::chrono::seconds age{0};              // of the first process
  std::vector<int> restarts;                // a new process begins before these scrapes
  std::int64_t requests_after_restart = 0;  // what it has done before it is first scraped
  std::int64_t errors_after_restart = 0;
  int errors_absent_from = 0;  // the error series is absent in [from, until)
  int errors_absent_until = 0;
  int fails_from = 0;  // answers 500 in [from, until)
  int fails_until = 0;
  int dips_from = 0;  // shows less than it counted in [from, until)
  int dips_until = 0;
  std::chrono::milliseconds slowness{0};  // of every answer
  bool answers = false;                   // serves Answers as well
  int swedish_from = 0;                   // and in Swedish from this scrape on
};

// Serves /<name> for every script. Every scrape sees 5 to 15 more requests. Thread-safe.
class ScrapedService {
 public:
  explicit ScrapedService(const std::vector<Script>& scripts);

  int port() const { return server_.port(); }
  int Scrapes(const std::string& name) const;
  // By the number that the scrape was given, `scrape_number`.
  std::map<int, HandedOut> Ledger(const std::string& name) const;
  // The process begins now; call before the target becomes known.
  void Begin(const std::string& name);

 private:
  struct Target {
    Script script;
    std::chrono::system_clock::time_point started;
    int scrapes = 0;
    HandedOut counted;
    Answers answers;
    std::map<int, HandedOut> ledger;
  };

  void Serve(const HttpRequest& request, HttpExchange& exchange);
  void Advance(Target& target);
  std::string Expose(Target& target);

  mutable std::mutex mutex_;
  std::mt19937 random_{1};
  std::map<std::string, Target> targets_;
  HttpServer server_;  // last: its threads use all the others
};

}  // namespace slogate::testing
