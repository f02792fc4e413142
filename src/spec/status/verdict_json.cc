#include "spec/status/verdict_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/status/conditions.h"
#include "spec/status/evidence_json.h"
#include "spec/status/frozen_json.h"
#include "spec/text/duration_text.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxVerdictText = 512;
constexpr int kTenthsToPoint = 5;

bool Points(const core::CohortVerdict& cohort) {
  return cohort.verdict != core::Verdict::kFail && cohort.rollback_tenths >= kTenthsToPoint;
}

json ToJson(const core::CohortVerdict& cohort) {
  return {{"value", CohortToJson(cohort.value)},
          {"rollbackPercent", cohort.rollback_tenths * 10},
          {"canary", CountsToJson(cohort.counts.canary)},
          {"baseline", CountsToJson(cohort.counts.baseline)}};
}

json CohortsToJson(const std::vector<core::CohortVerdict>& cohorts) {
  json worse = json::array();
  json pointing = json::array();
  json unseen = json::array();
  const std::size_t kept = std::min(cohorts.size(), kMaxCohorts);
  for (std::size_t i = 0; i < kept; ++i) {
    const core::CohortVerdict& cohort = cohorts[i];
    if (cohort.verdict == core::Verdict::kFail) worse.push_back(ToJson(cohort));
    if (Points(cohort)) pointing.push_back(ToJson(cohort));
    if (cohort.unseen) unseen.push_back(CohortToJson(cohort.value));
  }
  json object = {{"seen", kept - unseen.size()}};
  if (!worse.empty()) object["worse"] = std::move(worse);
  if (!pointing.empty()) object["pointing"] = std::move(pointing);
  if (!unseen.empty()) object["unseen"] = std::move(unseen);
  return object;
}

json ToJson(const core::ObjectiveVerdict& verdict) {
  json item = {{"objective", BoundedUtf8(verdict.objective, kMaxVerdictText)},
               {"dimension", core::ToString(verdict.dimension)},
               {"verdict", core::ToString(verdict.verdict)},
               {"reason", core::ToString(verdict.reason)},
               {"rollbackPercent", verdict.rollback_tenths * 10},
               {"promotionPercent", verdict.promotion_tenths * 10},
               {"canary", CountsToJson(verdict.counts.canary)},
               {"baseline", CountsToJson(verdict.counts.baseline)}};
  if (!verdict.message.empty()) {
    item["message"] = BoundedUtf8(verdict.message, kLongestMessage);
  }
  if (verdict.shift_tenths != 0) item["shiftPercent"] = verdict.shift_tenths * 10;
  if (verdict.shift_shown) item["shiftFound"] = true;
  if (!verdict.cohorts.empty()) item["cohorts"] = CohortsToJson(verdict.cohorts);
  return item;
}

core::CohortVerdict& CohortOf(std::vector<core::CohortVerdict>& cohorts, const std::string& value) {
  const auto found = std::find_if(cohorts.begin(), cohorts.end(),
                                  [&](const auto& cohort) { return cohort.value == value; });
  if (found != cohorts.end()) return *found;
  cohorts.emplace_back().value = value;
  return cohorts.back();
}

int ReadTenths(ObjectReader& reader, std::string_view field) {
  return static_cast<int>(reader.Integer(field, 0, 0, 100)) / 10;
}

void ReadListed(ObjectReader& reader, std::string_view field, core::Verdict verdict,
                std::vector<core::CohortVerdict>& cohorts) {
  reader.Each(field, {0, kMaxCohorts}, [&](ObjectReader& item, std::size_t) {
    item.Require("value", "");
    core::CohortVerdict& cohort =
        CohortOf(cohorts, item.AnyText("value", kLongestCohort).value_or(""));
    cohort.verdict = verdict;
    cohort.rollback_tenths = ReadTenths(item, "rollbackPercent");
    if (item.Has("canary")) cohort.counts.canary = ReadCounts(item.Child("canary"));
    if (item.Has("baseline")) cohort.counts.baseline = ReadCounts(item.Child("baseline"));
  });
}

std::vector<core::CohortVerdict> ReadCohortVerdicts(ObjectReader reader,
                                                    const core::FrozenObjective* frozen) {
  std::vector<core::CohortVerdict> cohorts;
  if (frozen != nullptr) {
    for (const std::string& value : frozen->cohorts) cohorts.emplace_back().value = value;
  }
  ReadListed(reader, "worse", core::Verdict::kFail, cohorts);
  ReadListed(reader, "pointing", core::Verdict::kInconclusive, cohorts);
  for (const std::string& value : ReadCohortValues(reader, "unseen")) {
    CohortOf(cohorts, value).unseen = true;
  }
  return cohorts;
}

core::ObjectiveVerdict ReadVerdict(ObjectReader& item, const core::FrozenParameters* frozen) {
  core::ObjectiveVerdict verdict;
  verdict.objective = item.Text("objective", kLongestMessage).value_or("");
  verdict.dimension = item.Word<core::Dimension>("dimension").value_or(verdict.dimension);
  verdict.verdict = item.Word<core::Verdict>("verdict").value_or(verdict.verdict);
  verdict.reason = item.Word<core::Reason>("reason").value_or(verdict.reason);
  verdict.message = item.Text("message", kLongestMessage).value_or("");
  verdict.rollback_tenths = ReadTenths(item, "rollbackPercent");
  verdict.promotion_tenths = ReadTenths(item, "promotionPercent");
  if (item.Has("canary")) verdict.counts.canary = ReadCounts(item.Child("canary"));
  if (item.Has("baseline")) verdict.counts.baseline = ReadCounts(item.Child("baseline"));
  verdict.shift_tenths = ReadTenths(item, "shiftPercent");
  verdict.shift_shown = item.Flag("shiftFound", false);
  if (!item.Has("cohorts")) return verdict;
  const core::FrozenObjective* judged_by = nullptr;
  for (std::size_t i = 0; frozen != nullptr && i < frozen->objectives.size(); ++i) {
    if (frozen->objectives[i].name == verdict.objective) judged_by = &frozen->objectives[i];
  }
  verdict.cohorts = ReadCohortVerdicts(item.Child("cohorts"), judged_by);
  return verdict;
}

bool EraseCountsOfEach(json& list) {
  if (!list.is_array()) return false;
  for (json& item : list) {
    if (!item.is_object()) return false;
    item.erase("canary");
    item.erase("baseline");
  }
  return true;
}

}  // namespace

json VerdictsToJson(const std::vector<core::ObjectiveVerdict>& verdicts) {
  json list = json::array();
  for (const auto& verdict : verdicts) {
    if (list.size() < kMaxObjectives) list.push_back(ToJson(verdict));
  }
  return list;
}

std::vector<core::ObjectiveVerdict> ReadVerdicts(
    ObjectReader& status, const std::optional<core::FrozenParameters>& frozen) {
  std::vector<core::ObjectiveVerdict> verdicts;
  status.Each("verdicts", {0, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    verdicts.push_back(ReadVerdict(item, frozen ? &*frozen : nullptr));
  });
  return verdicts;
}

bool EraseCounts(json& status) {
  const auto verdicts = status.find("verdicts");
  if (verdicts == status.end() || !EraseCountsOfEach(*verdicts)) return false;
  for (json& verdict : *verdicts) {
    const auto cohorts = verdict.find("cohorts");
    if (cohorts == verdict.end()) continue;
    if (!cohorts->is_object()) return false;
    cohorts->erase("seen");
    cohorts->erase("unseen");
    for (json& listed : *cohorts) {
      if (!EraseCountsOfEach(listed)) return false;
    }
  }
  return true;
}

namespace {

constexpr std::size_t kMaxBudgetText = 512;
constexpr std::size_t kLongestSaid = 512;
constexpr int kMaxPercent = 1'000'000;
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
    return static_cast<int>(item.Integer(field, 0, -kMaxPercent, kMaxPercent));
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
  status.Each("budgets", {0, kMaxObjectives},
              [&](ObjectReader& item, std::size_t) { budgets.push_back(ReadOne(item)); });
  return budgets;
}

}  // namespace slogate::spec
