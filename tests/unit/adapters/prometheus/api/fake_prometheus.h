// Prometheus in memory: raw samples in, answers to the adapter's own queries out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"

namespace slogate::adapters::prometheus {

// What a transport was asked.
struct RequestedQuery {
  std::string path;
  std::string query;
  std::map<std::string, std::string> form;
  http::OutgoingRequest request;
};

class FakePrometheus {
 public:
  void Add(const Labels& labels, core::TimePoint at, double value);
  // A scrape of the target: `up`, its start time and these counters, all at one instant.
  void Scrape(const Labels& target, core::TimePoint at, std::optional<double> start,
              const std::map<std::string, double>& counters);

  // Answers range selectors, `count by (label) (selector)`, the count of that, and `topk(1,
  // selector)` from the samples.
  // `override_answer` comes first.
  Transport transport();
  std::function<std::optional<http::HttpResult<http::Response>>(const RequestedQuery&)>
      override_answer;
  std::vector<RequestedQuery> requested;
  std::map<std::string, std::string> response_headers;
  bool left_closed = true;  // as before Prometheus 3

 private:
  http::HttpResult<http::Response> Answer(const http::OutgoingRequest& request);
  std::string Matrix(const std::string& query, core::TimePoint at) const;
  std::string CountBy(const std::string& label, const std::string& selector, bool groups,
                      core::TimePoint at) const;

  std::string One(const std::string& selector, core::TimePoint at) const;

  SeriesMap series_;
};

http::HttpResult<http::Response> Responded(int status, std::string body);

// {__name__="name",job=..,instance=..} and more.
Labels Target(const std::string& job, const std::string& instance);
Labels Named(const std::string& name, const Labels& target, const Labels& more = {});

}  // namespace slogate::adapters::prometheus
