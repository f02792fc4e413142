#include "rules/dashboard.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "promql/writer.h"
#include "rules/panel.h"
#include "rules/rule_subject.h"
#include "spec/slo/sli_promql.h"

namespace slogate::rules {
namespace {

void Add(const Subject& subject, DashboardShape& shape) {
  shape.windows.insert(subject.windows.begin(), subject.windows.end());
  shape.period = std::max(shape.period, subject.period);
  for (const core::BurnRow& row : subject.rows) {
    const bool page = row.severity == core::Severity::kPage;
    (page ? shape.page_factors : shape.ticket_factors).insert(row.factor);
  }
  shape.counted = shape.counted || subject.counted;
  shape.bounded = shape.bounded || BoundedBy(subject.objective) != nullptr;
  shape.cohorts = shape.cohorts || !CohortRecordings(subject).empty();
  shape.sla = shape.sla || subject.objective.sla_target.has_value();
}

// More would not fit a query; then every service with objectives can be chosen.
constexpr std::size_t kMaxServices = 50;

std::string ServicesMatcher(const DashboardShape& shape) {
  if (shape.services.size() > kMaxServices) return "";
  const std::vector<std::string> services(shape.services.begin(), shape.services.end());
  return "{sloth_service=~" + promql::Quote(promql::RegexOfAny(services)) + "}";
}

Json QueryVariable(const std::string& name, const std::string& label, const std::string& query,
                   bool several) {
  Json variable{{"name", name},
                {"label", label},
                {"type", "query"},
                {"datasource", ChosenDatasource()},
                {"query", {{"query", query}, {"refId", "variable-" + name}}},
                {"refresh", 2},
                {"sort", 1},
                {"multi", several},
                {"includeAll", several}};
  // A pattern of its own: a list of thousands would not fit a query.
  if (several) {
    variable["allValue"] = ".+";
    variable["current"] = {{"text", {"All"}}, {"value", {"$__all"}}};
  }
  return variable;
}

Json Variables(const DashboardShape& shape, const DashboardOptions& options) {
  Json datasource{{"name", "datasource"},
                  {"label", "Data source"},
                  {"type", "datasource"},
                  {"query", "prometheus"},
                  {"refresh", 1}};
  if (!options.datasource.empty()) {
    datasource["current"] = {{"text", options.datasource}, {"value", options.datasource}};
  }
  const std::string objective(spec::kObjectiveRatio);
  return Json::array(
      {std::move(datasource),
       QueryVariable("service", "Service",
                     "label_values(" + objective + ServicesMatcher(shape) + ", sloth_service)",
                     false),
       QueryVariable("slo", "Objective",
                     "label_values(" + objective + "{sloth_service=\"$service\"}, sloth_slo)",
                     true),
       QueryVariable("namespace", "Rollouts in", "label_values(slogate_rollout_phase, namespace)",
                     true),
       QueryVariable("policy", "Rollouts",
                     "label_values(slogate_rollout_phase{namespace=~\"$namespace\"}, policy)",
                     true)});
}

Json Annotation(const std::string& name, const std::string& color, const std::string& expression,
                const std::string& title) {
  return {{"name", name},       {"datasource", ChosenDatasource()},
          {"enable", true},     {"hide", false},
          {"iconColor", color}, {"expr", expression},
          {"step", "60s"},      {"titleFormat", title}};
}

// A phase that was not there a minute ago is a decision.
Json Annotations() {
  const std::string phase = "slogate_rollout_phase{namespace=~\"$namespace\", policy=~\"$policy\"}";
  return Json::array(
      {Annotation("Rollout decisions", "blue", phase + " unless " + phase + " offset 1m",
                  "{{policy}}: {{phase}}"),
       Annotation("Burn alerts", "red",
                  "ALERTS{alertstate=\"firing\", sloth_service=\"$service\", sloth_slo=~\"$slo\"}",
                  "{{alertname}} ({{sloth_severity}})")});
}

Json Panels(const DashboardShape& shape) {
  Layout layout;
  AddBudgetRow(shape, layout);
  AddBurnRow(shape, layout);
  if (shape.counted) AddEventsRow(layout);
  if (shape.cohorts) AddCohortRow(layout);
  AddRolloutRow(layout);
  return layout.Take();
}

}  // namespace

DashboardShape ShapeOf(const std::vector<core::ServiceLevelObjective>& slos) {
  DashboardShape shape;
  for (const core::ServiceLevelObjective& slo : slos) {
    shape.services.insert(slo.service);
    for (const core::SloObjective& objective : slo.objectives) {
      Add(SubjectOf(slo, objective), shape);
    }
  }
  const auto distance = [](core::Duration window) {
    return std::chrono::abs(window - core::Duration(std::chrono::hours(1)));
  };
  shape.present = *std::ranges::min_element(
      shape.windows,
      [&](core::Duration one, core::Duration other) { return distance(one) < distance(other); });
  return shape;
}

std::string DashboardOf(const std::vector<core::ServiceLevelObjective>& slos,
                        const DashboardOptions& options) {
  const DashboardShape shape = ShapeOf(slos);
  const Json dashboard{
      {"id", nullptr},
      {"uid", nullptr},
      {"title", options.title},
      {"description", "Written by gate dashboard; edits will be lost."},
      {"tags", {"slogate", "slo"}},
      {"schemaVersion", 39},
      {"version", 0},
      {"editable", true},
      {"graphTooltip", 1},
      {"timezone", ""},
      {"refresh", "1m"},
      {"time", {{"from", "now-" + spec::PromqlDuration(shape.period)}, {"to", "now"}}},
      {"templating", {{"list", Variables(shape, options)}}},
      {"annotations", {{"list", Annotations()}}},
      {"panels", Panels(shape)}};
  return dashboard.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace slogate::rules
