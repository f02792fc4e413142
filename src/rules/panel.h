// Parts of a Grafana dashboard.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rules/dashboard.h"

namespace slogate::rules {

using Json = nlohmann::ordered_json;

struct Query {
  std::string expression;
  std::string legend;
  bool now_only = false;  // the newest value, not a line
};

struct Threshold {
  std::string color;
  double from = 0;  // of the first: ignored
};

struct Panel {
  std::string type;  // as Grafana calls it, such as gauge
  std::string title;
  std::string description;
  std::string unit;
  int width = 24;  // of 24 columns
  int height = 8;
  std::vector<Query> queries;
  std::vector<Threshold> thresholds;
};

// Lays panels out from left to right, and in the next line what no longer fits.
class Layout {
 public:
  void AddRow(const std::string& title);
  // The panel's JSON, for what is particular to it; valid until the next call.
  Json& Add(const Panel& panel);
  Json& Add(std::string type, std::string title, std::string description, std::string unit,
            int width, int height, std::vector<Query> queries,
            std::vector<Threshold> thresholds = {});
  Json Take() { return std::move(panels_); }

 private:
  Json Place(int width, int height);
  void EndLine();

  Json panels_ = Json::array();
  int next_id_ = 1;
  int x_ = 0;
  int y_ = 0;
  int line_height_ = 0;
};

// The data source that a person chose.
Json ChosenDatasource();

// The rows of a dashboard.

void AddBudgetRow(const DashboardShape& shape, Layout& layout);
void AddBurnRow(const DashboardShape& shape, Layout& layout);
void AddEventsRow(Layout& layout);
void AddCohortRow(Layout& layout);
void AddRolloutRow(Layout& layout);

}  // namespace slogate::rules
