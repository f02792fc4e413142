// A service level objective after validation: what a service promises its users, over which window,
// and what a spent error budget does to a change.
//
// Plain values. A ServiceLevelObjective that exists is sound: the readers of spec/ refuse
// everything else. Ratios and targets are shares in (0, 1), never percent.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "slogate/core/budget_window.h"
#include "slogate/core/change_calendar.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"
#include "slogate/core/words.h"

namespace slogate::core {

// PromQL with {{.window}} that gives the share of bad events; how many there were is not known, so
// neither is a budget in events.
struct RatioIndicator {
  std::string bad_ratio;

  friend bool operator==(const RatioIndicator&, const RatioIndicator&) = default;
};

// A request is good when it is good for every part. The parts are objectives of the same SLO; their
// marginals only bound the composite's bad events: the largest of theirs from below, the sum from
// above. `per_request` counts them exactly.
struct CompositeIndicator {
  std::vector<std::string> of;  // names of objectives, at least two
  std::optional<Indicator> per_request;

  friend bool operator==(const CompositeIndicator&, const CompositeIndicator&) = default;
};

// One step of a journey: an objective of the same SLO whose ratio is conditional on reaching it.
struct JourneyStep {
  std::string objective;
  double weight = 1;               // share of its bad events that lose the journey; (0, 1]
  std::vector<std::string> after;  // objectives of the steps that come before; empty: it begins

  friend bool operator==(const JourneyStep&, const JourneyStep&) = default;
};

// A journey is good when every step is; ordered so that `after` names earlier entries only.
struct JourneyIndicator {
  std::vector<JourneyStep> steps;

  friend bool operator==(const JourneyIndicator&, const JourneyIndicator&) = default;
};

using Sli = std::variant<Indicator, RatioIndicator, CompositeIndicator, JourneyIndicator>;

using Labels = std::vector<std::pair<std::string, std::string>>;  // ordered by name, each once

// The alerts of one severity.
struct Alert {
  bool enabled = true;
  Labels labels;
  Labels annotations;

  friend bool operator==(const Alert&, const Alert&) = default;
};

struct Alerting {
  std::string name;  // of the alerts; empty: made of service and objective
  Labels labels;     // of both severities
  Labels annotations;
  Alert page;
  Alert ticket;
  std::vector<BurnRow> rows;  // empty: BurnTable of the window

  friend bool operator==(const Alerting&, const Alerting&) = default;
};

struct CohortTarget {
  std::string cohort;  // value of the label
  double target = 0.99;

  friend bool operator==(const CohortTarget&, const CohortTarget&) = default;
};

// Cohorts or regions of an objective, each with a budget of its own.
struct SloCohorts {
  std::string by;                     // label of the indicator's series
  int most = 50;                      // the largest; more are reported, not judged
  std::vector<CohortTarget> targets;  // of cohorts that differ from the objective's
  bool page = false;                  // a cohort's burn pages as the objective's does

  friend bool operator==(const SloCohorts&, const SloCohorts&) = default;
};

struct SloObjective {
  std::string name;
  std::string description;
  Dimension dimension = Dimension::kAvailability;
  Mode mode = Mode::kEnforce;  // kAdvise: warns, never blocks (a leading indicator, say)
  std::string leads;           // the objective of the same SLO that this one foretells; or empty
  double target = 0.99;
  std::optional<double> sla_target;  // of the contract; looser than `target`
  Sli indicator;
  std::optional<SloCohorts> cohorts;
  Labels labels;
  Alerting alerting;

  friend bool operator==(const SloObjective&, const SloObjective&) = default;
};

// What is said of a change, ascending in severity.
enum class GateAction { kAllow, kWarn, kBlock };

// Remaining shares of the budget at or below which a change is warned about or blocked; absent:
// never.
struct BudgetFloor {
  std::optional<double> warn;
  std::optional<double> block;

  friend bool operator==(const BudgetFloor&, const BudgetFloor&) = default;
};

// May a change of this priority go out?
struct DeployGate {
  std::array<BudgetFloor, 4> floors;  // by ChangePriority
  GateAction on_page_burn = GateAction::kBlock;
  GateAction on_ticket_burn = GateAction::kWarn;
  GateAction on_cohort = GateAction::kWarn;   // the most that a cohort's budget or burn does
  GateAction on_no_data = GateAction::kWarn;  // kWarn: exit code 3 unless something blocks
  ChangePriority never_blocked_from = ChangePriority::kEmergency;  // blocks become warnings

  friend bool operator==(const DeployGate&, const DeployGate&) = default;
};

// The gate of a service that names neither a tier nor floors: that of tier 2.
DeployGate DefaultGate();

// Who bears a service's failures: 0 users at once, 3 nobody soon.
inline constexpr int kTiers = 4;

// Targets and gate that a service of this tier has unless it says otherwise.
struct TierDefaults {
  double availability = 0.99;
  double latency = 0.99;
  double quality = 0.99;
  DeployGate gate;
};
TierDefaults DefaultsOf(int tier);  // 0..kTiers - 1; the nearest of others

// The form of the text it was read from.
enum class SloForm { kSlogate, kSloth, kOpenSlo, kPyrra };

struct ServiceLevelObjective {
  std::string name;
  std::string ns;  // empty: not given
  std::string service;
  std::string owner;
  std::optional<int> tier;
  BudgetWindow window = std::chrono::hours(24 * 30);
  Labels labels;
  Labels object_labels;       // of the Kubernetes object, kept for the objects made of it
  Labels object_annotations;  // the same
  std::vector<SloObjective> objectives;
  DeployGate gate;
  std::vector<CalendarEntry> calendar;
  std::optional<RolloutBudget> rollouts;  // what its budgets do to rollouts that refer to it
  PrometheusSettings prometheus;  // where `gate check` asks; an empty address: it must be reported
  SloForm form = SloForm::kSlogate;

  friend bool operator==(const ServiceLevelObjective&, const ServiceLevelObjective&) = default;
};

// "<service>-<objective>": under which recorded series of the objective are found, as Sloth has it.
std::string SloId(const ServiceLevelObjective& slo, const SloObjective& objective);

// The words of files and reports, such as "Month" and "Block".
std::string_view ToString(CalendarUnit value);
std::string_view ToString(Severity value);
std::string_view ToString(ChangePriority value);
std::string_view ToString(GateAction value);
std::string_view ToString(SloForm value);

}  // namespace slogate::core
