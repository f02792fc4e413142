#include "rules/panel.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "spec/slo/sli_promql.h"

namespace slogate::rules {
namespace {

constexpr int kColumns = 24;

Json TargetsOf(const Panel& panel) {
  Json targets = Json::array();
  for (const Query& query : panel.queries) {
    Json target{{"refId", "Q" + std::to_string(targets.size() + 1)},
                {"datasource", ChosenDatasource()},
                {"expr", query.expression},
                {"legendFormat", query.legend},
                {"instant", query.now_only},
                {"range", !query.now_only}};
    if (panel.type == "table") target["format"] = "table";
    targets.push_back(std::move(target));
  }
  return targets;
}

Json ThresholdsOf(const Panel& panel) {
  Json steps = Json::array();
  for (const Threshold& threshold : panel.thresholds) {
    steps.push_back({{"color", threshold.color}, {"value", threshold.from}});
  }
  if (steps.empty()) steps.push_back({{"color", "green"}});
  steps.front()["value"] = nullptr;
  return {{"mode", "absolute"}, {"steps", std::move(steps)}};
}

// Of the series of the objectives that a person chose.
constexpr std::string_view kChosen = "{sloth_service=\"$service\", sloth_slo=~\"$slo\"}";

std::string Chosen(std::string_view name) { return std::string(name) + std::string(kChosen); }

std::string NewestChosen(std::string_view name) {
  return "last_over_time(" + Chosen(name) + "[10m])";
}

std::string Burn(core::Duration window) {
  return Chosen(spec::RatioName(spec::PromqlDuration(window))) + " / on (sloth_id) group_left () " +
         Chosen(spec::kErrorBudgetRatio);
}

// Seconds until nothing is left at the present burn, where that is too fast.
std::string TimeLeft(const DashboardShape& shape) {
  const std::string by = " on (sloth_id, sloth_slo) ";
  return "(" + Chosen(spec::kBudgetRemaining) + " > 0) /" + by + "((" + Burn(shape.present) +
         ") > 1) *" + by + Chosen(spec::kPeriodDays) + " * 86400";
}

std::vector<Threshold> BudgetThresholds() {
  return {{"red", 0}, {"orange", 0.0001}, {"green", 0.25}};
}

Json Reduced() { return {{"calcs", {"lastNotNull"}}, {"fields", ""}, {"values", false}}; }

}  // namespace

Json ChosenDatasource() { return {{"type", "prometheus"}, {"uid", "${datasource}"}}; }

void Layout::EndLine() {
  y_ += line_height_;
  x_ = 0;
  line_height_ = 0;
}

Json Layout::Place(int width, int height) {
  if (x_ + width > kColumns) EndLine();
  Json place{{"h", height}, {"w", width}, {"x", x_}, {"y", y_}};
  x_ += width;
  line_height_ = std::max(line_height_, height);
  return place;
}

void Layout::AddRow(const std::string& title) {
  EndLine();
  panels_.push_back({{"id", next_id_++},
                     {"type", "row"},
                     {"title", title},
                     {"collapsed", false},
                     {"gridPos", Place(kColumns, 1)},
                     {"panels", Json::array()}});
  EndLine();
}

Json& Layout::Add(std::string type, std::string title, std::string description, std::string unit,
                  int width, int height, std::vector<Query> queries,
                  std::vector<Threshold> thresholds) {
  return Add(Panel{std::move(type), std::move(title), std::move(description), std::move(unit),
                   width, height, std::move(queries), std::move(thresholds)});
}

Json& Layout::Add(const Panel& panel) {
  Json defaults{{"thresholds", ThresholdsOf(panel)}};
  if (!panel.unit.empty()) defaults["unit"] = panel.unit;
  if (panel.type == "timeseries") {
    defaults["color"] = {{"mode", "palette-classic"}};
    defaults["custom"] = {{"lineWidth", 1}, {"fillOpacity", 0}, {"spanNulls", false}};
    // Lines to compare with, not colours to wear.
    if (!panel.thresholds.empty()) defaults["custom"]["thresholdsStyle"] = {{"mode", "line"}};
  } else if (!panel.thresholds.empty()) {
    defaults["color"] = {{"mode", "thresholds"}};
  }
  panels_.push_back(
      {{"id", next_id_++},
       {"type", panel.type},
       {"title", panel.title},
       {"description", panel.description},
       {"datasource", ChosenDatasource()},
       {"gridPos", Place(panel.width, panel.height)},
       {"fieldConfig", {{"defaults", std::move(defaults)}, {"overrides", Json::array()}}},
       {"options", Json::object()},
       {"targets", TargetsOf(panel)}});
  return panels_.back();
}

void AddBudgetRow(const DashboardShape& shape, Layout& layout) {
  layout.AddRow("Error budget");
  Json& gauge =
      layout.Add("gauge", "Budget remaining",
                 "Share of the error budget that is left. Below zero: overspent. "
                 "Young series show a budget of their own age.",
                 "percentunit", 8, 8, {{Chosen(spec::kBudgetRemaining), "{{sloth_slo}}", true}},
                 BudgetThresholds());
  gauge["fieldConfig"]["defaults"]["min"] = 0;
  gauge["fieldConfig"]["defaults"]["max"] = 1;
  gauge["options"]["reduceOptions"] = Reduced();
  layout.Add("stat", "Exhausted in", "At the present burn; nothing while the budget lasts.", "s", 8,
             8, {{TimeLeft(shape), "{{sloth_slo}}", true}})["options"]["reduceOptions"] = Reduced();
  layout.Add("stat", "Target", "What is promised.", "percentunit", 8, 8,
             {{Chosen(spec::kObjectiveRatio), "{{sloth_slo}}", true}})["options"]["reduceOptions"] =
      Reduced();
  Panel burn_down{"timeseries",
                  "Burn-down",
                  "Budget remaining over time.",
                  "percentunit",
                  24,
                  9,
                  {{Chosen(spec::kBudgetRemaining), "{{sloth_slo}}"}},
                  {{"green", 0}, {"red", 0}}};
  if (shape.bounded) {
    burn_down.queries.push_back({Chosen(spec::kBestRemaining), "{{sloth_slo}} at best"});
  }
  if (shape.sla) {
    burn_down.queries.push_back({Chosen(spec::kSlaRemaining), "{{sloth_slo}} of the SLA"});
  }
  layout.Add(burn_down);
}

void AddBurnRow(const DashboardShape& shape, Layout& layout) {
  layout.AddRow("Burn rate");
  Panel burn{"timeseries",
             "Burn rate by window",
             "How many times as fast as the budget lasts. An alert needs both windows of a row "
             "above its line.",
             "none",
             24,
             10,
             {},
             {{"transparent", 0}}};
  for (const core::Duration window : shape.windows) {
    burn.queries.push_back({Burn(window), "{{sloth_slo}} {{sloth_window}}"});
  }
  for (const double factor : shape.ticket_factors) burn.thresholds.push_back({"orange", factor});
  for (const double factor : shape.page_factors) burn.thresholds.push_back({"red", factor});
  std::stable_sort(burn.thresholds.begin() + 1, burn.thresholds.end(),
                   [](const Threshold& a, const Threshold& b) { return a.from < b.from; });
  layout.Add(burn);
}

void AddEventsRow(Layout& layout) {
  layout.AddRow("Events");
  Json& events = layout.Add(
      "timeseries", "Good and bad events", "Of each five minutes.", "short", 16, 8,
      {{Chosen(spec::kTotalBucket) + " - " + Chosen(spec::kBadBucket), "{{sloth_slo}} good"},
       {Chosen(spec::kBadBucket), "{{sloth_slo}} bad"}});
  Json& custom = events["fieldConfig"]["defaults"]["custom"];
  custom["drawStyle"] = "bars";
  custom["fillOpacity"] = 60;
  custom["stacking"] = {{"mode", "normal"}, {"group", "A"}};
  layout.Add(
      "bargauge", "Bad events spent and allowed", "In the budget window.", "short", 8, 8,
      {{NewestChosen(spec::kPeriodBad), "{{sloth_slo}} spent", true},
       {Chosen(spec::kBudgetEvents), "{{sloth_slo}} allowed", true}})["options"]["reduceOptions"] =
      Reduced();
}

void AddCohortRow(Layout& layout) {
  layout.AddRow("Cohorts");
  Json& table =
      layout.Add("table", "Budgets of cohorts", "Each cohort has a budget of its own.", "", 24, 9,
                 {{Chosen(spec::kCohortRemaining), "", true},
                  {Chosen(spec::kCohortObjective), "", true},
                  {NewestChosen(spec::kCohortPeriodTotal), "", true},
                  {NewestChosen(spec::kCohortPeriodBad), "", true}});
  table["transformations"] = Json::array(
      {{{"id", "merge"}, {"options", Json::object()}},
       {{"id", "filterFieldsByName"},
        {"options",
         {{"include",
           {{"names",
             {"sloth_slo", "slo_cohort", "Value #Q1", "Value #Q2", "Value #Q3", "Value #Q4"}}}}}}},
       {{"id", "organize"},
        {"options",
         {{"renameByName",
           {{"sloth_slo", "Objective"},
            {"slo_cohort", "Cohort"},
            {"Value #Q1", "Remaining"},
            {"Value #Q2", "Target"},
            {"Value #Q3", "Events"},
            {"Value #Q4", "Bad"}}}}}}});
  for (const char* const ratio : {"Remaining", "Target"}) {
    table["fieldConfig"]["overrides"].push_back(
        {{"matcher", {{"id", "byName"}, {"options", ratio}}},
         {"properties", {{{"id", "unit"}, {"value", "percentunit"}}}}});
  }
}

void AddRolloutRow(Layout& layout) {
  const std::string chosen = "{namespace=~\"$namespace\", policy=~\"$policy\"}";
  layout.AddRow("Rollouts");
  layout.Add("timeseries", "Traffic of the canary", "As slogate intends it.", "percent", 12, 8,
             {{"slogate_canary_weight" + chosen, "{{namespace}}/{{policy}}"}});
  layout.Add("timeseries", "Evidence",
             "Natural logarithm of the e-values: that the canary is worse (rollback), or proven "
             "not worse (promotion).",
             "none", 12, 8, {{"slogate_evidence" + chosen, "{{policy}} {{objective}} {{kind}}"}});
  layout.Add("state-timeline", "Phase", "What each rollout is doing.", "", 12, 8,
             {{"slogate_rollout_phase" + chosen, "{{namespace}}/{{policy}} {{phase}}"}});
  layout.Add("timeseries", "Budget of the rollouts' objectives",
             "What is left, as the controller counts it.", "percentunit", 12, 8,
             {{"slogate_error_budget_remaining_ratio" + chosen, "{{policy}} {{objective}}"}});
}

}  // namespace slogate::rules
