// The parts of a ServiceLevelObjective, one reader each. Mistakes go to the reader that is passed
// in; what is returned is only meaningful when there were none.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/slo.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

inline constexpr std::size_t kMaxSloObjectives = 32;
inline constexpr std::size_t kMaxLabels = 32;

// What other forms of file leave to their writers' taste and slogate does not.
enum class LabelValues { kTexts, kScalars };

// Labels of Prometheus: names and texts, ordered by name. kScalars: numbers and booleans are
// taken for the texts they are written as.
core::Labels ReadLabels(ObjectReader& owner, std::string_view field,
                        LabelValues values = LabelValues::kTexts);
// Annotations: names as of labels, any text.
core::Labels ReadAnnotations(ObjectReader& owner, std::string_view field,
                             LabelValues values = LabelValues::kTexts);

// At most 63 letters, digits, dashes, underscores and dots, as services and objectives are called
// in labels. Empty when it is missing or unsound; both are reported.
std::string ReadSloName(ObjectReader& object, std::string_view field, const std::string& of_what);
bool IsSloName(std::string_view text);

inline constexpr core::Duration kDefaultWindow = std::chrono::hours(24 * 30);

// `owner`.window, no shorter than `least`, or `owner`.calendarWindow.
core::BudgetWindow ReadBudgetWindow(ObjectReader& owner, core::Duration least,
                                    core::Duration otherwise = kDefaultWindow);

// A share written in percent, above 0 and below 100.
double ReadPercentTarget(ObjectReader& object, std::string_view field);

std::vector<core::SloObjective> ReadSloObjectives(ObjectReader& spec, std::optional<int> tier,
                                                  const core::BudgetWindow& window);
// The indicator in `objective`.indicator.
core::Sli ReadSli(ObjectReader& objective);
core::Alerting ReadAlerting(ObjectReader& objective, const core::BudgetWindow& window);
// The field `off` switches it off.
core::Alert ReadAlert(ObjectReader& alerting, std::string_view field, std::string_view off,
                      LabelValues values);
// `owner`.burnRates, of a budget of this window.
std::vector<core::BurnRow> ReadBurnRates(ObjectReader& owner, const core::BudgetWindow& window);

// Reports parts, steps and leads that name no objective, or each other in a circle.
void CheckReferences(ObjectReader& spec, const std::vector<core::SloObjective>& objectives);

// `gate`: what the tier says. `rollouts`: set when the gate says what budgets do to rollouts.
core::DeployGate ReadGate(ObjectReader& spec, core::DeployGate gate,
                          std::optional<core::RolloutBudget>& rollouts);
std::vector<core::CalendarEntry> ReadCalendar(ObjectReader& spec);

// What budgets do to rollouts.
void ReadRolloutBudget(ObjectReader& reader, core::RolloutBudget& budget);

// The whole of a ServiceLevelObjective object.
core::ServiceLevelObjective ReadSlo(const nlohmann::json& slo_object,
                                    std::vector<Mistake>& mistakes,
                                    core::Duration default_window = kDefaultWindow);

// The labels and annotations of a Kubernetes object that its owner gave it, from `metadata`: texts
// within bounds. What kubectl and the like keep there for themselves is left out.
void ReadObjectMetadata(ObjectReader& metadata, core::ServiceLevelObjective& slo);

}  // namespace slogate::spec
