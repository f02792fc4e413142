#include <string>
#include <string_view>

#include "slogate/core/budget.h"
#include "slogate/core/slo.h"

namespace slogate::core {

std::string SloId(const ServiceLevelObjective& slo, const SloObjective& objective) {
  return slo.service + "-" + objective.name;
}

std::string_view ToString(CalendarUnit value) {
  return WordOf<CalendarUnit::kYear>(value, {"Day", "Week", "Month", "Quarter", "Year"});
}

std::string_view ToString(Severity value) {
  return WordOf<Severity::kTicket>(value, {"Page", "Ticket"});
}

std::string_view ToString(ChangePriority value) {
  return WordOf<ChangePriority::kEmergency>(value, {"Low", "Normal", "High", "Emergency"});
}

std::string_view ToString(GateAction value) {
  return WordOf<GateAction::kBlock>(value, {"Allow", "Warn", "Block"});
}

std::string_view ToString(SloForm value) {
  return WordOf<SloForm::kOpenSlo>(value, {"slogate", "Sloth", "OpenSLO"});
}

std::string_view ToString(BudgetOrigin value) {
  return WordOf<BudgetOrigin::kPyrraRules>(
      value, {"Counters", "SlogateRules", "SlothRules", "PyrraRules"});
}

std::string_view ToString(BudgetState value) {
  return WordOf<BudgetState::kExhausted>(value, {"Unknown", "Healthy", "Exhausted"});
}

}  // namespace slogate::core
