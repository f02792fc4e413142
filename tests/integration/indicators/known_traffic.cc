#include "integration/indicators/known_traffic.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <vector>

namespace slogate::tests {
namespace {

struct Counter {
  std::string name;
  std::string label;  // besides those of the target
  double per_scrape = 0;
};

std::vector<Counter> CountersOf(const Traffic& traffic) {
  const auto [events, bad] = traffic;
  return {{"http_requests_total", R"(code="200")", events - bad},
          {"http_requests_total", R"(code="500")", bad},
          {"http_seconds_bucket", R"(le="0.1")", events - 4 * bad},
          {"http_seconds_bucket", R"(le="0.3")", events - 2 * bad},
          {"http_seconds_bucket", R"(le="+Inf")", events},
          {"http_seconds_count", "", events},
          {"http_seconds_sum", "", events / 8},
          {"http_faulty_total", "", 2.5 * bad},
          {"answers_total", "", events},
          {"answers_score_sum", "", events - 3 * bad},
          {"answers_squares_sum", "", events - 4.5 * bad},
          {"grade_bucket", R"(le="0.5")", 6 * bad},
          {"grade_bucket", R"(le="1")", events},
          {"grade_bucket", R"(le="+Inf")", events},
          {"grade_count", "", events},
          {"grade_sum", "", events - 3 * bad}};
}

class Writer {
 public:
  void Target(const std::string& job, const std::string& track, const Traffic& traffic) {
    target_ = R"(job=")" + job + R"(",instance=")" + track + R"(:80",track=")" + track + R"(")";
    Series("up", "", [](double) { return 1.0; });
    const auto started = static_cast<double>(kBegin.time_since_epoch().count()) / 1000 - 5;
    Series("process_start_time_seconds", "", [started](double) { return started; });
    for (const Counter& counter : CountersOf(traffic)) {
      Series(counter.name, counter.label,
             [&counter](double scrape) { return counter.per_scrape * scrape; });
    }
  }

  std::string Take() { return std::move(text_) + "# EOF\n"; }

 private:
  template <typename ValueOf>
  void Series(const std::string& name, const std::string& label, const ValueOf& value_of) {
    const std::string head = name + "{" + target_ + (label.empty() ? "" : "," + label) + "} ";
    double scrape = 0;
    for (core::TimePoint at = kBegin; at <= kEnd; at += kScrapeInterval) {
      std::array<char, 64> sample{};
      std::snprintf(sample.data(), sample.size(), "%.17g %lld\n", value_of(scrape),
                    static_cast<long long>(at.time_since_epoch().count() / 1000));
      text_ += head + sample.data();
      ++scrape;
    }
  }

  std::string target_;
  std::string text_;
};

}  // namespace

std::string KnownTraffic() {
  Writer writer;
  writer.Target("shop", "canary", kCanary);
  writer.Target("shop", "baseline", kBaseline);
  writer.Target("elsewhere", "stranger", kStranger);
  return writer.Take();
}

}  // namespace slogate::tests
