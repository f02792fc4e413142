#include "adapters/prometheus/label_names.h"

#include <vector>

#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {
namespace {

// Every matcher of an indicator's selectors.
struct AllMatchers {
  std::vector<core::LabelMatcher> operator()(const core::CounterIndicator& counters) const {
    return Of({&counters.total, &counters.part});
  }
  std::vector<core::LabelMatcher> operator()(const core::HistogramIndicator& histogram) const {
    return Of({&histogram.histogram});
  }
  std::vector<core::LabelMatcher> operator()(const core::PromqlIndicator&) const { return {}; }
  std::vector<core::LabelMatcher> operator()(const core::ScoreIndicator& scores) const {
    return Of({&scores.total, &scores.sum, scores.squares ? &*scores.squares : &scores.sum});
  }
  std::vector<core::LabelMatcher> operator()(const core::ScoreHistogramIndicator& scores) const {
    return Of({&scores.histogram});
  }

 private:
  static std::vector<core::LabelMatcher> Of(const std::vector<const core::Selector*>& selectors) {
    std::vector<core::LabelMatcher> all;
    for (const core::Selector* selector : selectors) {
      all.insert(all.end(), selector->matchers.begin(), selector->matchers.end());
    }
    return all;
  }
};

}  // namespace

std::optional<std::string> FirstBadLabelName(const core::ReadingPlan& plan) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<core::LabelMatcher>& matchers) {
    for (const core::LabelMatcher& matcher : matchers) names.push_back(matcher.name);
  };
  add(plan.canary);
  add(plan.baseline);
  for (const core::Indicator& indicator : plan.indicators)
    add(std::visit(AllMatchers(), indicator));
  for (const core::Slices& slices : plan.slices) {
    if (!slices.cohort_label.empty()) names.push_back(slices.cohort_label);
  }
  for (std::string& name : names) {
    if (!IsLabelName(name)) return std::move(name);
  }
  return std::nullopt;
}

}  // namespace slogate::adapters::prometheus
