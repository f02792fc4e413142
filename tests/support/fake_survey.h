// What a survey of the cluster and of Prometheus gives, as reported beforehand.
#pragma once

#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "promql/selector.h"
#include "slogate/ports/survey.h"

namespace slogate::tests {

struct FakeSurroundings {
  std::vector<std::string> deployments;  // the names that exist
  ports::WorkloadFinding finding;        // of each of them
  std::vector<ports::SeriesLabels> series;
  std::map<std::string, core::TimePoint> gone;  // metrics without series, and their last sample
  std::optional<core::Duration> retention;
  std::string refused;              // a query with this text in it; empty: none
  ports::Error cluster_failure;     // when there is a message
  ports::Error prometheus_failure;  // when there is a message
};

// `reported` outlives these.
class FakeWorkloadSurvey : public ports::WorkloadSurvey {
 public:
  explicit FakeWorkloadSurvey(const FakeSurroundings& reported) : reported_(reported) {}

  ports::Result<ports::WorkloadFinding> Survey(const ports::Key& deployment) override {
    if (!reported_.cluster_failure.message.empty())
      return tl::unexpected(reported_.cluster_failure);
    for (const std::string& name : reported_.deployments) {
      if (name == deployment.name) return reported_.finding;
    }
    return ports::Fail(ports::ErrorCode::kNotFound, "deployment " + deployment.name);
  }

 private:
  const FakeSurroundings& reported_;
};

class FakeMetricsCatalogue : public ports::MetricsCatalogue {
 public:
  explicit FakeMetricsCatalogue(const FakeSurroundings& reported) : reported_(reported) {}

  ports::Result<std::vector<ports::SeriesLabels>> Series(const ports::MetricsConnection&,
                                                         const std::vector<std::string>&,
                                                         core::TimePoint) override {
    if (!reported_.prometheus_failure.message.empty())
      return tl::unexpected(reported_.prometheus_failure);
    return reported_.series;
  }

  // No series ever falls: expressions leave none over.
  ports::Result<std::vector<ports::SeriesGroup>> Groups(const ports::MetricsConnection&,
                                                        const std::string& series,
                                                        const std::vector<std::string>& by,
                                                        core::TimePoint) override {
    if (!reported_.prometheus_failure.message.empty())
      return tl::unexpected(reported_.prometheus_failure);
    if (!reported_.refused.empty() && series.find(reported_.refused) != std::string::npos) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument,
                         "querying Prometheus at prometheus:9090: status 400, bad_data: " +
                             reported_.refused + " is unknown");
    }
    if (series.starts_with("count_values(")) return LastSamples(series, by.at(0));
    std::map<ports::SeriesLabels, double> counted;
    for (const ports::SeriesLabels& one : reported_.series) {
      if (!Chosen(series, one)) continue;
      ports::SeriesLabels group;
      for (const std::string& label : by) {
        if (const auto found = one.find(label); found != one.end()) group.insert(*found);
      }
      ++counted[group];
    }
    std::vector<ports::SeriesGroup> groups;
    for (const auto& [labels, count] : counted) groups.push_back({labels, count});
    return groups;
  }

  ports::Result<std::optional<core::Duration>> Retention(const ports::MetricsConnection&) override {
    if (!reported_.prometheus_failure.message.empty())
      return tl::unexpected(reported_.prometheus_failure);
    return reported_.retention;
  }

 private:
  std::vector<ports::SeriesGroup> LastSamples(const std::string& expression,
                                              const std::string& label) const {
    for (const auto& [metric, last] : reported_.gone) {
      if (expression.find("(" + metric + "{") == std::string::npos) continue;
      const double seconds = static_cast<double>(last.time_since_epoch().count()) / 1000;
      return {{{{label, std::to_string(seconds)}}, 1}};
    }
    return {};
  }

  static bool Chosen(const std::string& text, const ports::SeriesLabels& series) {
    core::Selector selector;
    if (auto read = promql::ParseSelector(text)) {
      selector = *read;
      selector.matchers.push_back({"__name__", core::LabelMatcher::Op::kEqual, selector.metric});
    } else if (constexpr std::string_view kNames = "{__name__=~\""; text.starts_with(kNames)) {
      const std::string pattern = text.substr(kNames.size(), text.rfind('"') - kNames.size());
      selector.matchers.push_back({"__name__", core::LabelMatcher::Op::kMatch, pattern});
    } else {
      return false;
    }
    for (const core::LabelMatcher& matcher : selector.matchers) {
      const auto found = series.find(matcher.name);
      const std::string value = found == series.end() ? "" : found->second;
      const bool pattern = matcher.op == core::LabelMatcher::Op::kMatch ||
                           matcher.op == core::LabelMatcher::Op::kNotMatch;
      const bool equal =
          pattern ? std::regex_match(value, std::regex(matcher.value)) : value == matcher.value;
      const bool wanted = matcher.op == core::LabelMatcher::Op::kEqual ||
                          matcher.op == core::LabelMatcher::Op::kMatch;
      if (equal != wanted) return false;
    }
    return true;
  }

  const FakeSurroundings& reported_;
};

}  // namespace slogate::tests
