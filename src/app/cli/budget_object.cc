#include "app/cli/budget_object.h"

#include <nlohmann/json.hpp>

#include "spec/duration_text.h"

namespace slogate::app {

using Json = nlohmann::ordered_json;

Json BudgetsJson(const std::vector<core::BudgetStatus>& budgets) {
  Json list = Json::array();
  for (const core::BudgetStatus& status : budgets) {
    const bool foreseen = status.exhausted_in.count() > 0;
    Json json;
    json["objective"] = status.objective;
    json["remainingPercent"] = status.known ? Json(status.remaining_percent) : Json(nullptr);
    json["exhausted"] = status.exhausted;
    json["provisional"] = status.provisional;
    json["burning"] = status.burning;
    json["burn"] = status.burn;
    json["exhaustedIn"] = foreseen ? Json(spec::ToText(status.exhausted_in)) : Json(nullptr);
    json["spentPercent"] = status.spent_percent;
    json["message"] = status.message;
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace slogate::app
