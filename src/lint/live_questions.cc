#include <algorithm>

#include "lint/events_view.h"
#include "lint/live_lint.h"
#include "spec/promql_string.h"

namespace slogate::lint {
namespace {

constexpr std::size_t kPrefix = 3;  // letters that people seldom mistype

void Ask(const PromqlText& text, bool of_part, LiveQuestions& questions) {
  for (const SeriesUse& use : text.uses) {
    if (use.selector.metric.empty()) continue;
    const auto known = std::find_if(questions.selectors.begin(), questions.selectors.end(),
                                    [&](const auto& one) { return one.first == use.selector; });
    if (known == questions.selectors.end()) questions.selectors.emplace_back(use.selector, of_part);
  }
}

core::Selector BucketsOf(const EventsView& view) {
  core::Selector buckets =
      view.part.uses.empty() ? view.total.uses.front().selector : view.part.uses.front().selector;
  buckets.metric = view.histogram + "_bucket";
  std::erase_if(buckets.matchers, [](const core::LabelMatcher& one) { return one.name == "le"; });
  return buckets;
}

}  // namespace

LiveQuestions QuestionsOf(const core::SloObjective& objective) {
  LiveQuestions questions;
  const std::optional<EventsView> view = ViewOf(objective.indicator);
  if (!view) return questions;
  Ask(view->total, false, questions);
  Ask(view->part, true, questions);
  if (view->threshold) questions.buckets = BucketsOf(*view);
  if (objective.cohorts) questions.cohort_label = objective.cohorts->by;
  return questions;
}

std::string NamesLike(const std::string& metric) {
  const std::size_t underscore = metric.find('_');
  std::string pattern = metric.substr(0, std::min(kPrefix, metric.size())) + ".*";
  if (underscore != std::string::npos && underscore + 1 < metric.size()) {
    pattern += "|[^_]+" + metric.substr(underscore);
  }
  return "{__name__=~" + spec::QuotePromqlString(pattern) + "}";
}

}  // namespace slogate::lint
