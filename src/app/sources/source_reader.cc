#include "app/sources/source_reader.h"

#include <cstddef>
#include <utility>

namespace slogate::app {
namespace {

const Outage kInternalError{core::SourceProblem::kMalformed,
                            "internal error; the controller's log has it"};

std::string Prefix(const ports::Key& policy) { return policy.ToString() + "/"; }

// Whether a reading of the one answers the other, but for the time that has passed.
bool SameQuestion(const core::BudgetPlan& a, const core::BudgetPlan& b) {
  return a.indicator == b.indicator && a.service == b.service && a.objective == b.objective &&
         a.target == b.target && a.period == b.period && a.chunk == b.chunk &&
         a.windows == b.windows;
}

bool IsFresh(const core::BudgetPlan& kept, const core::BudgetPlan& plan, bool at_start) {
  const core::Duration longest = at_start ? plan.scrape_interval : core::BudgetCadence(plan);
  return kept.at <= plan.at && plan.at - kept.at < longest;
}

core::BudgetReading Unread(const Outage& outage) {
  core::BudgetReading reading;
  reading.source = outage.problem;
  reading.message = outage.message;
  return reading;
}

void AddUnread(const core::ReadingPlan& plan, const Outage& outage, SourceReadings& readings) {
  if (plan.wants_history) {
    readings.history = core::HistoryReading{outage.problem, outage.message, {}};
  } else {
    readings.evidence = core::EvidenceReading{outage.problem, outage.message, {}, {}};
  }
}

std::optional<core::ReadingPlan> CountsOf(const SourcePlans& plans,
                                          const std::vector<core::BudgetReading>& budgets) {
  return plans.counts_after_budgets ? plans.counts_after_budgets(budgets) : plans.counts;
}

}  // namespace

// What the answers of one reading say of the source: an outage when all of them do.
class SourceReader::Answers {
 public:
  void Add(core::SourceProblem problem, const std::string& message) {
    asked_ = true;
    if (!IsOutage(problem)) {
      answered_ = true;
    } else if (!outage_) {
      outage_ = Outage{problem, message};
    }
  }
  void NoteIn(SourceReadings& readings) const {
    readings.asked = asked_;
    if (!answered_) readings.outage = outage_;
  }

 private:
  bool asked_ = false;
  bool answered_ = false;
  std::optional<Outage> outage_;
};

SourcePlans PlanSources(const ports::PolicyRecord& record, const core::Observations& seen,
                        core::TimePoint at) {
  const core::Policy& policy = *record.policy;
  SourcePlans plans;
  plans.policy = record.key;
  plans.prometheus = policy.prometheus;
  plans.at = at;
  for (const core::Objective& objective : policy.objectives) {
    if (objective.has_budget) plans.objectives.push_back(objective.name);
  }
  plans.budgets = core::PlanBudgets(policy, record.state, seen.workload, at);
  plans.at_start = core::AtStart(policy, record.state, seen.workload);
  if (!plans.at_start || plans.budgets.empty()) {
    plans.counts = core::PlanReading(policy, record.state, seen, at);
  } else {
    plans.counts_after_budgets = [policy, state = record.state, seen,
                                  at](std::vector<core::BudgetReading> budgets) {
      core::Observations all = seen;
      all.budgets = std::move(budgets);
      return core::PlanReading(policy, state, all, at);
    };
  }
  return plans;
}

SourceReadings Unanswered(const SourcePlans& plans, const Outage& outage) {
  SourceReadings readings;
  readings.budgets.assign(plans.budgets.size(), Unread(outage));
  if (const auto plan = CountsOf(plans, readings.budgets)) AddUnread(*plan, outage, readings);
  return readings;
}

std::vector<core::BudgetReading> BudgetReader::Read(
    const SourcePlans& plans, const ports::MetricsConnection& connection,
    const std::function<void(const core::BudgetReading&)>& on_answer) {
  std::vector<core::BudgetReading> readings;
  for (std::size_t i = 0; i < plans.budgets.size(); ++i) {
    const core::BudgetPlan& plan = plans.budgets[i];
    const std::string key = Prefix(plans.policy) + plans.objectives[i];
    {
      const std::lock_guard lock(mutex_);
      const auto found = kept_.find(key);
      if (found != kept_.end() && SameQuestion(found->second.plan, plan) &&
          IsFresh(found->second.plan, plan, plans.at_start)) {
        readings.push_back(found->second.reading);
        continue;
      }
    }
    core::BudgetReading reading = source_.ReadBudget(key, connection, plan);
    on_answer(reading);
    reading.trace.clear();
    readings.push_back(reading);
    if (connection.stop.stop_requested()) continue;
    const std::lock_guard lock(mutex_);
    kept_[key] = {plan, std::move(reading)};
  }
  return readings;
}

void BudgetReader::Forget(const ports::Key& policy) {
  const std::string prefix = Prefix(policy);
  source_.ForgetBudgets(prefix);
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

SourceReader::SourceReader(ports::MetricsSource& metrics, ports::BudgetSource& budgets,
                           ports::SecretStore& secrets, Providers providers, FileReader read_file,
                           const ExceptionGuard& guard)
    : metrics_(metrics),
      secrets_(secrets),
      budgets_(budgets),
      providers_(std::move(providers)),
      read_file_(std::move(read_file)),
      guard_(guard) {}

std::string SourceReader::AddressOf(const core::PrometheusSettings& settings) const {
  if (settings.provider.empty()) return settings.address;
  const auto provider = providers_.find(settings.provider);
  return provider == providers_.end() ? "" : provider->second.address;
}

SourceReadings SourceReader::Read(const SourcePlans& plans, const std::stop_token& stop) {
  SourceReadings readings;
  const bool whole = guard_.Run("sources", [&] {
    ConnectionResult connection =
        ResolveConnection(plans.policy.ns, plans.prometheus, providers_, secrets_, read_file_);
    if (!connection) {
      readings = Unanswered(plans, {connection.error().problem, connection.error().message});
      return;
    }
    connection->stop = stop;
    Answers answers;
    ReadBudgets(plans, *connection, readings, answers);
    if (const auto plan = CountsOf(plans, readings.budgets)) {
      ReadCounts(plans, *plan, *connection, readings, answers);
    }
    answers.NoteIn(readings);
  });
  if (whole) return readings;
  Forget(plans.policy);
  guard_.Run("sources", [&] { readings = Unanswered(plans, kInternalError); });
  return readings;
}

void SourceReader::ReadBudgets(const SourcePlans& plans, const ports::MetricsConnection& connection,
                               SourceReadings& readings, Answers& answers) {
  const bool read = guard_.Run("budgets", [&] {
    readings.budgets = budgets_.Read(plans, connection, [&](const core::BudgetReading& reading) {
      answers.Add(reading.source, reading.message);
    });
  });
  if (read) return;
  Forget(plans.policy);
  readings.budgets.assign(plans.budgets.size(), Unread(kInternalError));
}

void SourceReader::ReadCounts(const SourcePlans& plans, const core::ReadingPlan& plan,
                              const ports::MetricsConnection& connection, SourceReadings& readings,
                              Answers& answers) {
  const bool read = guard_.Run("counts", [&] {
    if (plan.wants_history) {
      readings.history = metrics_.History(connection, plan, plans.at);
      answers.Add(readings.history->source, readings.history->message);
    } else {
      readings.evidence = metrics_.Count(plans.policy.ToString(), connection, plan, plans.at);
      answers.Add(readings.evidence->source, readings.evidence->message);
    }
  });
  if (read) return;
  Forget(plans.policy);
  AddUnread(plan, kInternalError, readings);
}

// A reader that threw may remember half an answer, so that this follows an exception as well.
void SourceReader::Forget(const ports::Key& policy) {
  guard_.Run("counts", [&] { metrics_.Forget(policy.ToString()); });
  guard_.Run("budgets", [&] { budgets_.Forget(policy); });
}

}  // namespace slogate::app
