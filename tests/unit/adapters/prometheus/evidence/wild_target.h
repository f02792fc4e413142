// One target with everything that can happen to it, at random.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {

// Restarts, resets, births, gaps, failed scrapes, relabelling, samples that are missing or fall.
class WildTarget {
 public:
  WildTarget(std::string name, core::TimePoint begin, std::mt19937& random)
      : random_(random), name_(std::move(name)) {
    started_ = begin - std::chrono::minutes(Below(60));
    if (Below(3) == 0) done_["en"].requests = 100'000;
  }

  void Scrape(core::TimePoint at, FakePrometheus& prometheus) {
    if (!Live(at)) return;
    const Labels target = {{"job", "shop"}, {"instance", name_}, {"zone", zone_}};
    if (Below(20) == 0) {
      prometheus.Add(Named("up", target), at, 0);
      return;
    }
    const auto seconds = static_cast<double>(started_.time_since_epoch().count()) / 1000;
    prometheus.Scrape(target, at, tells_start_ ? std::optional(seconds) : std::nullopt, {});
    for (const auto& [name_of_language, done] : done_) {
      const std::string& language = name_of_language;
      const auto add = [&](const std::string& name, double value, Labels labels = {}) {
        labels["language"] = language;
        prometheus.Add(Named(name, target, labels), at, value);
      };
      add("requests_total",
          Below(40) == 0 ? std::max(0.0, done.requests - Below(20)) : done.requests);
      if (done.errors > 0 && Below(50) != 0) add("errors_total", done.errors);
      add("latency_count", done.requests);
      for (const auto& [bound, events] : done.faster) {
        if (Below(200) != 0) add("latency_bucket", events, {{"le", bound}});
      }
      if (Below(30) != 0) add("latency_sum", done.scores);
    }
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  struct Done {
    double requests = 0;
    double errors = 0;
    double scores = 0;
    std::map<std::string, double> faster = {{"0.25", 0}, {"0.5", 0}, {"1", 0}, {"+Inf", 0}};

    void Serve(int count, std::mt19937& random) {
      requests += count;
      for (int i = 0; i < count; ++i) {
        const double score = static_cast<double>(random() % 17) / 16;
        scores += score;
        for (auto& [bound, events] : faster) {
          events += bound == "+Inf" || score <= std::stod(bound) ? 1 : 0;
        }
      }
    }
  };

  // False: not scraped at all this time.
  bool Live(core::TimePoint at) {
    if (silent_ > 0) {
      --silent_;
    } else if (Below(60) == 0) {
      silent_ = Below(30);
    }
    if (Below(30) == 0) {
      started_ = at - core::Duration(Below(14'000));
      done_.clear();
    }
    if (Below(80) == 0) zone_ = zone_ == "a" ? "b" : "a";
    if (Below(100) == 0) tells_start_ = !tells_start_;
    for (const char* language : {"de", "en"}) {
      if (Below(3) == 0) continue;
      done_[language].Serve(Below(25), random_);
      done_[language].errors += Below(4) == 0 ? Below(3) : 0;
    }
    return silent_ == 0;
  }

  std::mt19937& random_;
  std::string name_;
  std::string zone_ = "a";
  core::TimePoint started_{};
  std::map<std::string, Done> done_;
  int silent_ = 0;
  bool tells_start_ = true;
};

}  // namespace slogate::adapters::prometheus
