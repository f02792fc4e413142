#include "adapters/prometheus/budget_recorded.h"

#include <string_view>
#include <vector>

#include "adapters/prometheus/budget_parts.h"
#include "adapters/prometheus/budget_table.h"
#include "adapters/prometheus/promql.h"
#include "spec/bucket_bound.h"
#include "spec/duration_text.h"
#include "spec/recorded_names.h"
#include "spec/selector_text.h"
#include "spec/sli_promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// A tile is recorded every five minutes; a little over two of them.
constexpr const char* kFresh = "[11m]";
constexpr const char* kExisting = "[1d]";
constexpr std::string_view kRatioPrefix = "slo:sli_error:ratio_rate";
constexpr std::string_view kBurnSuffix = ":burnrate";

// How Pyrra names what it records of a metric.
std::string PyrraBase(std::string_view metric) {
  for (const std::string_view suffix : {"_total", "_count", "_bucket"}) {
    if (metric.size() > suffix.size() && metric.ends_with(suffix)) {
      return std::string(metric.substr(0, metric.size() - suffix.size()));
    }
  }
  return std::string(metric);
}

struct PyrraSelectors {
  core::Selector total;
  core::Selector part;
  PartMeaning meaning = PartMeaning::kBad;
};

std::optional<PyrraSelectors> PyrraSelectorsOf(const core::BudgetPlan& plan) {
  using Op = core::LabelMatcher::Op;
  const auto* indicator = std::get_if<core::Indicator>(&plan.indicator);
  if (indicator == nullptr) return std::nullopt;
  PyrraSelectors selectors;
  if (const auto* counters = std::get_if<core::CounterIndicator>(indicator)) {
    selectors = {counters->total, counters->part,
                 counters->part_is_good ? PartMeaning::kGood : PartMeaning::kBad};
  } else if (const auto* histogram = std::get_if<core::HistogramIndicator>(indicator)) {
    selectors = {histogram->histogram, histogram->histogram, PartMeaning::kGoodKnown};
    selectors.total.matchers.push_back({"le", Op::kEqual, ""});
    selectors.part.matchers.push_back({"le", Op::kMatch, spec::RegexOfBound(histogram->threshold)});
  } else {
    return std::nullopt;
  }
  const std::string increase = ":increase" + spec::PromqlDuration(plan.period);
  for (core::Selector* selector : {&selectors.total, &selectors.part}) {
    selector->metric = PyrraBase(selector->metric) + increase;
    selector->matchers.push_back({"slo", Op::kEqual, plan.objective});
  }
  return selectors;
}

std::string PyrraQuery(const PyrraSelectors& selectors, const core::BudgetPlan& plan) {
  const std::string base =
      selectors.total.metric.substr(0, selectors.total.metric.rfind(":increase"));
  const auto sum = [](const core::Selector& selector) {
    return "sum(last_over_time(" + spec::ToText(selector) + kFresh + "))";
  };
  return Tagged(sum(selectors.total), "t0") + " or " + Tagged(sum(selectors.part), "p0") +
         " or last_over_time({__name__=~" +
         Quote(EscapeRegex(base) + std::string(kBurnSuffix) + ".+") +
         ",slo=" + Quote(plan.objective) + "}" + kFresh + ")";
}

std::string Query(const core::BudgetPlan& plan, const std::optional<PyrraSelectors>& pyrra) {
  const std::string ours =
      "__name__=~" +
      Quote(std::string(spec::kTotalTile) + "|" + std::string(spec::kBadTile) + "|" +
            std::string(spec::kCohortTotalTile) + "|" + std::string(kRatioPrefix) + ".+");
  const std::string newest =
      "__name__=~" + Quote(std::string(spec::kTotalTile) + "|" + spec::RatioName("5m"));
  std::string query =
      "last_over_time(" + RecordedSelector(ours, plan.service, plan.objective) + kFresh + ") or " +
      Tagged("count by (__name__) (last_over_time(" +
                 RecordedSelector(newest, plan.service, plan.objective) + kExisting + "))",
             "existing");
  if (pyrra) query += " or " + PyrraQuery(*pyrra, plan);
  return query;
}

// Sorts the answer's series out.
struct Findings {
  int total_tiles = 0;
  int bad_tiles = 0;
  bool cohort_tiles = false;
  bool existing = false;
  std::map<core::Duration, std::vector<double>> sloth;
  std::map<core::Duration, std::vector<double>> pyrra;
  std::optional<double> pyrra_total;
  std::optional<double> pyrra_part;

  void Add(const Labels& labels, double value);
};

void Findings::Add(const Labels& labels, double value) {
  const std::string& tag = ValueOf(labels, kTag);
  if (tag == "existing") existing = true;
  if (tag == "t0") pyrra_total = value;
  if (tag == "p0") pyrra_part = value;
  if (!tag.empty()) return;
  const std::string_view name = ValueOf(labels, "__name__");
  if (name == spec::kTotalTile) ++total_tiles;
  if (name == spec::kBadTile) ++bad_tiles;
  if (name == spec::kCohortTotalTile) cohort_tiles = true;
  const std::size_t burn = name.rfind(kBurnSuffix);
  if (name.starts_with(kRatioPrefix)) {
    const auto window = spec::ParseDuration(name.substr(kRatioPrefix.size()));
    if (window) sloth[*window].push_back(value);
  } else if (burn != std::string_view::npos) {
    const auto window = spec::ParseDuration(name.substr(burn + kBurnSuffix.size()));
    if (window) pyrra[*window].push_back(value);
  }
}

// One value each; several series where one was wanted are none.
std::map<core::Duration, double> OneEach(const std::map<core::Duration, std::vector<double>>& all,
                                         bool& several) {
  std::map<core::Duration, double> values;
  for (const auto& [window, found] : all) {
    if (found.size() == 1) values[window] = found.front();
    several = several || found.size() > 1;
  }
  return values;
}

}  // namespace

Answered<Recorded> FindRecorded(BudgetQuestions& questions, const core::BudgetPlan& plan) {
  Recorded recorded;
  if (plan.service.empty()) return recorded;
  const std::optional<PyrraSelectors> pyrra = PyrraSelectorsOf(plan);
  auto reply = questions.Instant(Query(plan, pyrra), plan.at);
  if (!reply && reply.error().problem == core::SourceProblem::kBadQuery) {
    questions.notes().Add("recorded series could not be looked for", reply.error().message);
    return recorded;
  }
  if (!reply) return tl::unexpected(reply.error());
  Findings found;
  for (const auto& [labels, samples] : reply->series) {
    if (!samples.empty()) found.Add(labels, samples.front().value);
  }
  bool several = found.total_tiles > 1 || found.bad_tiles > 1;
  recorded.tiles = found.total_tiles == 1 && found.bad_tiles == 1 &&
                   (plan.cohort_label.empty() || found.cohort_tiles);
  recorded.sloth = OneEach(found.sloth, several);
  recorded.pyrra = OneEach(found.pyrra, several);
  if (several) {
    questions.notes().Add("several recorded series of the objective where one was wanted");
  }
  if (found.existing && !recorded.tiles && recorded.sloth.empty() && !several) {
    questions.notes().Add(
        "recorded series of the objective are stale: their rules have not been evaluated for "
        "eleven minutes; they are not used");
  }
  if (pyrra && found.pyrra_total) {
    const SlotSums sums{found.pyrra_total, found.pyrra_part, {}, false, false};
    const auto counts = CountsOf({plan.at, plan.period}, &sums, pyrra->meaning);
    if (counts.problem == CountProblem::kNone) recorded.pyrra_counts = counts.counts;
  }
  return recorded;
}

}  // namespace slogate::adapters::prometheus
