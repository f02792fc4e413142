#include <string>
#include <string_view>

#include "slogate/core/budget.h"
#include "slogate/core/slo.h"

namespace slogate::core {

std::string SloId(const ServiceLevelObjective& slo, const SloObjective& objective) {
  return slo.service + "-" + objective.name;
}

std::string_view ToString(CalendarUnit value) {
  switch (value) {
    case CalendarUnit::kDay:
      return "Day";
    case CalendarUnit::kWeek:
      return "Week";
    case CalendarUnit::kMonth:
      return "Month";
    case CalendarUnit::kQuarter:
      return "Quarter";
    case CalendarUnit::kYear:
      return "Year";
  }
  return "";
}

std::string_view ToString(Severity value) {
  switch (value) {
    case Severity::kPage:
      return "Page";
    case Severity::kTicket:
      return "Ticket";
  }
  return "";
}

std::string_view ToString(ChangePriority value) {
  switch (value) {
    case ChangePriority::kLow:
      return "Low";
    case ChangePriority::kNormal:
      return "Normal";
    case ChangePriority::kHigh:
      return "High";
    case ChangePriority::kEmergency:
      return "Emergency";
  }
  return "";
}

std::string_view ToString(GateAction value) {
  switch (value) {
    case GateAction::kAllow:
      return "Allow";
    case GateAction::kWarn:
      return "Warn";
    case GateAction::kBlock:
      return "Block";
  }
  return "";
}

std::string_view ToString(SloForm value) {
  switch (value) {
    case SloForm::kSlogate:
      return "slogate";
    case SloForm::kSloth:
      return "Sloth";
    case SloForm::kOpenSlo:
      return "OpenSLO";
  }
  return "";
}

std::string_view ToString(BudgetOrigin value) {
  switch (value) {
    case BudgetOrigin::kCounters:
      return "Counters";
    case BudgetOrigin::kSlogateRules:
      return "SlogateRules";
    case BudgetOrigin::kSlothRules:
      return "SlothRules";
    case BudgetOrigin::kPyrraRules:
      return "PyrraRules";
  }
  return "";
}

std::string_view ToString(BudgetState value) {
  switch (value) {
    case BudgetState::kUnknown:
      return "Unknown";
    case BudgetState::kHealthy:
      return "Healthy";
    case BudgetState::kExhausted:
      return "Exhausted";
  }
  return "";
}

}  // namespace slogate::core
