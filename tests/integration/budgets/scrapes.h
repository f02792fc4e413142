// What scrapes of a few pods wrote down, minute by minute, for a BudgetBed.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "integration/budgets/event_world.h"

namespace slogate::tests {

// Samples once a minute.
class Scrapes {
 public:
  void Add(const std::string& series, int minute, double value) {
    series_[series].emplace_back(minute, value);
  }
  void Flat(const std::string& series, int from, int to, double value) {
    for (int minute = from; minute <= to; ++minute) Add(series, minute, value);
  }

  // Each so long after its whole minute.
  std::string OpenMetrics(std::chrono::seconds late = {}) const {
    std::string text;
    for (const auto& [series, samples] : series_) {
      for (const auto& [minute, value] : samples) {
        text += series + " " + std::to_string(value) + " " +
                std::to_string((AtMinute(minute) + late).time_since_epoch().count() / 1000) + "\n";
      }
    }
    return text + "# EOF\n";
  }

 private:
  std::map<std::string, std::vector<std::pair<int, double>>> series_;
};

// Labels of a target are given as text, such as `job="shop",instance="a:80"`.
struct ScrapedTarget {
  std::string labels;

  std::string Of(const std::string& metric) const { return metric + "{" + labels + "}"; }
  std::string Requests(const std::string& code) const {
    return "http_requests_total{" + labels + ",code=\"" + code + "\"}";
  }
  // Of the whole time up, and when its process began.
  void Up(Scrapes& scrapes, int from, int to, int started) const {
    scrapes.Flat(Of("up"), from, to, 1);
    scrapes.Flat(Of("process_start_time_seconds"), from, to,
                 static_cast<double>(AtMinute(started).time_since_epoch().count()) / 1000);
  }
};

}  // namespace slogate::tests
