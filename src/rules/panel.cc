#include "rules/panel.h"

#include <algorithm>

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

}  // namespace slogate::rules
