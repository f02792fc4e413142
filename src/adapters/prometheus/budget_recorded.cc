#include "adapters/prometheus/budget_recorded.h"

#include <string_view>
#include <vector>

#include "adapters/prometheus/budget_parts.h"
#include "adapters/prometheus/budget_table.h"
#include "adapters/prometheus/promql.h"
#include "adapters/prometheus/pyrra_series.h"
#include "spec/duration_text.h"
#include "spec/recorded_names.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// A tile is recorded every five minutes; a little over two of them.
constexpr const char* kFresh = "[11m]";
constexpr const char* kExisting = "[1d]";
constexpr std::string_view kRatioPrefix = "slo:sli_error:ratio_rate";

std::string Query(const core::BudgetPlan& plan, const std::optional<PyrraSeries>& pyrra) {
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
  if (pyrra) query += " or " + PyrraQuery(*pyrra, kFresh);
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
  if (tag == kPyrraTotal) pyrra_total = value;
  if (tag == kPyrraPart) pyrra_part = value;
  if (!tag.empty()) return;
  const std::string_view name = ValueOf(labels, "__name__");
  if (name == spec::kTotalTile) ++total_tiles;
  if (name == spec::kBadTile) ++bad_tiles;
  if (name == spec::kCohortTotalTile) cohort_tiles = true;
  const std::size_t burn = name.rfind(kPyrraBurn);
  if (name.starts_with(kRatioPrefix)) {
    const auto window = spec::ParseDuration(name.substr(kRatioPrefix.size()));
    if (window) sloth[*window].push_back(value);
  } else if (burn != std::string_view::npos) {
    const auto window = spec::ParseDuration(name.substr(burn + kPyrraBurn.size()));
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
  const std::optional<PyrraSeries> pyrra = PyrraSeriesOf(plan);
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
  // A grouped objective of Pyrra's has a burn rate for each group, and none of all.
  bool grouped = false;
  recorded.pyrra = OneEach(found.pyrra, grouped);
  if (several) {
    questions.notes().Add("several recorded series of the objective where one was wanted");
  }
  if (found.existing && !recorded.tiles && recorded.sloth.empty() && !several) {
    questions.notes().Add(
        "recorded series of the objective are stale: their rules have not been evaluated for "
        "eleven minutes; they are not used");
  }
  if (pyrra && found.pyrra_total && found.pyrra_part) {
    const SlotSums sums{found.pyrra_total, found.pyrra_part, {}, false, false};
    const auto counts = CountsOf({plan.at, plan.period}, &sums, pyrra->meaning);
    if (counts.problem == CountProblem::kNone) recorded.pyrra_counts = counts.counts;
  }
  return recorded;
}

}  // namespace slogate::adapters::prometheus
