#include "spec/budget_status_json.h"

#include <nlohmann/json.hpp>

#include "spec/duration_text.h"
#include "spec/policy_parts.h"
#include "spec/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBudgetText = 512;
constexpr std::size_t kLongestSaid = 512;
constexpr int kMostPercent = 1'000'000;
// Of a target a hair below 100 %, when every event is bad. Ten times as much fits a whole number.
constexpr double kMaxBurn = 1e17;
constexpr DurationBounds kAnyDuration{core::Duration{0}, std::chrono::hours(24 * 3660)};

json ToJson(const core::BudgetStatus& status) {
  json object = {{"objective", BoundedUtf8(status.objective, kMaxBudgetText)},
                 {"known", status.known},
                 {"exhausted", status.exhausted},
                 {"burning", status.burning},
                 {"burn", status.burn}};
  if (status.known) object["remainingPercent"] = status.remaining_percent;
  if (status.provisional) object["provisional"] = true;
  if (status.exhausted_in.count() > 0) object["exhaustedIn"] = ToText(status.exhausted_in);
  if (status.spent_percent != 0) object["spentPercent"] = status.spent_percent;
  if (!status.message.empty()) object["message"] = BoundedUtf8(status.message, kLongestSaid);
  return object;
}

core::BudgetStatus ReadOne(ObjectReader& item) {
  const auto percent = [&](const char* field) {
    return static_cast<int>(item.Integer(field, 0, -kMostPercent, kMostPercent));
  };
  core::BudgetStatus status;
  status.objective = item.Text("objective", kMaxBudgetText).value_or("");
  status.known = item.Flag("known", false);
  status.exhausted = item.Flag("exhausted", false);
  status.burning = item.Flag("burning", false);
  status.provisional = item.Flag("provisional", false);
  status.burn = item.Number("burn", 0, {.least = 0, .most = kMaxBurn});
  status.remaining_percent = percent("remainingPercent");
  status.spent_percent = percent("spentPercent");
  status.exhausted_in = item.Time("exhaustedIn", core::Duration{0}, kAnyDuration);
  status.message = item.Text("message", kLongestSaid).value_or("");
  return status;
}

}  // namespace

json BudgetsToJson(const std::vector<core::BudgetStatus>& budgets) {
  json list = json::array();
  for (const core::BudgetStatus& status : budgets) list.push_back(ToJson(status));
  return list;
}

std::vector<core::BudgetStatus> ReadBudgets(ObjectReader& status) {
  std::vector<core::BudgetStatus> budgets;
  status.Each("budgets", {0, kMostObjectives},
              [&](ObjectReader& item, std::size_t) { budgets.push_back(ReadOne(item)); });
  return budgets;
}

}  // namespace slogate::spec
