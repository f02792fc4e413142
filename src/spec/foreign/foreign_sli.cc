// What the queries of other tools' files count, and the groups that they keep apart.
#include <string>
#include <utility>
#include <vector>

#include "promql/selector.h"
#include "spec/foreign/foreign_form.h"
#include "spec/foreign/query_groups.h"

namespace slogate::spec {
namespace {

constexpr int kMostGroups = 200;

std::string Listed(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ", ") + label;
  return "(" + text + ")";
}

// What is no PromQL has none.
QueryGroups Groups(const ForeignQuery& query) {
  return query.tree ? GroupsOf(*query.tree) : QueryGroups();
}

void RemarkOnSeries(ObjectReader& owner, const ForeignQuery& query, Remarks& remarks) {
  if (!Groups(query).unsummed) return;
  remarks.Add(owner.Path(query.field),
              "is not summed: its series are added up, as if sum(...) stood around it",
              "write sum(...) around it, or sum by (LABEL) (...) for a budget of each");
}

// The labels of both queries' groups, or a mistake: std::nullopt.
std::optional<std::vector<std::string>> CommonGroups(ObjectReader& owner, const ForeignQuery& total,
                                                     const ForeignQuery& part) {
  const QueryGroups of_total = Groups(total);
  const QueryGroups of_part = Groups(part);
  if (of_total.without || of_part.without) {
    owner.Report((of_total.without ? total : part).field,
                 "keeps groups with without (...), so which labels tell them apart is not known",
                 "write sum by (LABEL) (...), or sum(...) to add the groups up");
    return std::nullopt;
  }
  if (of_total.by != of_part.by) {
    const auto groups = [](const std::vector<std::string>& by) {
      return by.empty() ? "no groups" : "groups by " + Listed(by);
    };
    owner.Report(part.field,
                 "keeps " + groups(of_part.by) + " and the total " + groups(of_total.by) +
                     ": none of one meets one of the other",
                 "group both by the same label, or neither");
    return std::nullopt;
  }
  return of_total.by;
}

// A ratio of what is known as rates or gauges only.
core::RatioIndicator RatioOf(const ForeignQuery& total, const ForeignQuery& part,
                             bool part_is_good) {
  const std::string ratio = "(" + part.text + ") / ((" + total.text + ") > 0)";
  return {part_is_good ? "1 - " + ratio : ratio};
}

}  // namespace

std::optional<core::SloCohorts> CohortsOf(ObjectReader& owner, std::string_view field,
                                          const std::vector<std::string>& labels) {
  if (labels.empty()) return std::nullopt;
  if (labels.size() > 1) {
    owner.Report(field,
                 "keeps groups by " + std::to_string(labels.size()) + " labels " + Listed(labels) +
                     ", and cohorts have one",
                 "group by " + labels.front() + ", or write one SLO for each " + labels.back());
    return std::nullopt;
  }
  if (!promql::IsLabelName(labels.front()) || labels.front() == "le" ||
      labels.front().starts_with("__")) {
    owner.Report(field, "keeps groups by " + labels.front() + ", which is no label of users' own",
                 "group by a label such as cluster, or by none");
    return std::nullopt;
  }
  core::SloCohorts cohorts;
  cohorts.by = labels.front();
  cohorts.most = kMostGroups;
  cohorts.page = true;
  return cohorts;
}

ForeignSli SliOf(ObjectReader& owner, const ForeignQuery& total, const ForeignQuery& part,
                 bool part_is_good, Remarks& remarks) {
  const auto labels = CommonGroups(owner, total, part);
  if (!labels) return {};
  if (labels->empty()) {
    for (const ForeignQuery* query : {&total, &part}) RemarkOnSeries(owner, *query, remarks);
    for (const ForeignQuery* query : {&total, &part}) {
      const std::string value = query->tree ? ValueReadBy(*query->tree) : "";
      if (value.empty()) continue;
      remarks.Add(owner.Path(query->field),
                  "has " + value +
                      ", a rate or a gauge, so events are not counted: it is read as "
                      "a ratio, whose budget is a mean over time",
                  "use sum(increase(COUNTER[{{.window}}])) of the counters behind it");
      return {RatioOf(total, part, part_is_good), std::nullopt};
    }
    return {IndicatorOf(total, part, part_is_good), std::nullopt};
  }
  ForeignSli found;
  found.cohorts = CohortsOf(owner, total.field, *labels);
  if (!found.cohorts) return {};
  auto counted = GroupedIndicator(total, part, part_is_good);
  if (!counted) {
    owner.Report(
        total.field,
        "keeps groups by " + Listed(*labels) + " of PromQL whose events cannot be counted apart",
        "write sum by " + Listed(*labels) +
            " (rate(COUNTER[{{.window}}])) in both queries, or sum(...) without by to add "
            "the groups up");
    return {};
  }
  found.sli = std::move(*counted);
  return found;
}

void RefuseGroups(ObjectReader& owner, const ForeignQuery& ratio) {
  const QueryGroups groups = Groups(ratio);
  if (!groups.Grouped()) return;
  owner.Report(ratio.field,
               "keeps groups" + (groups.by.empty() ? "" : " by " + Listed(groups.by)) +
                   ", and a ratio has one budget for all of them",
               "give the two queries of events with sum by (LABEL) (rate(COUNTER[{{.window}}])), "
               "which keep a budget for each");
}

void BlockByCohorts(core::ServiceLevelObjective& slo) {
  for (const core::SloObjective& objective : slo.objectives) {
    if (objective.cohorts) slo.gate.on_cohort = core::GateAction::kBlock;
  }
}

}  // namespace slogate::spec
