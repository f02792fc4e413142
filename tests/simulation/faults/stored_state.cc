#include "simulation/faults/stored_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "spec/status/status_json.h"

namespace slogate::faults {
namespace {

using nlohmann::json;

constexpr int kTenthsToPoint = 5;

// Named one by one, so that it does not compile when a field is added.
auto FieldsOf(const core::RolloutState& state) {
  const auto& [phase, paused_phase, reason, message, waits_since, edited, phase_began, stable,
               previous, candidate, rejected, rejected_reason, failed, attempts, retry, resume,
               step, stage, stage_began, first_block, desired, lowered, observed, notes, adopted,
               moved, giving_back, missing, pods_awaited, old_restarts, approved, waived,
               old_requests, undo, undo_honoured, after_promotion, frozen, checkpoint, verdicts,
               budgets, coverage, history] = state;
  return std::tie(phase, paused_phase, reason, message, waits_since, edited, phase_began, stable,
                  previous, candidate, rejected, rejected_reason, failed, attempts, retry, resume,
                  step, stage, stage_began, first_block, desired, lowered, observed, notes, adopted,
                  moved, giving_back, missing, pods_awaited, old_restarts, approved, waived,
                  old_requests, undo, undo_honoured, after_promotion, frozen, checkpoint, budgets,
                  coverage, history);
}

// Without counts, evidence and cohorts.
auto WordsOf(const core::ObjectiveVerdict& verdict) {
  const auto& [objective, dimension, found, reason, message, counts, evidence, rollback, promotion,
               limit, shift, shift_shown, cohorts] = verdict;
  return std::tie(objective, dimension, found, reason, message, rollback, promotion, limit, shift,
                  shift_shown);
}

bool IsListed(const core::CohortVerdict& cohort) {
  return cohort.verdict == core::Verdict::kFail || cohort.rollback_tenths >= kTenthsToPoint;
}

// Whatever is worse, and then whatever points there.
std::vector<std::tuple<bool, std::string, int>> ListedOf(const core::ObjectiveVerdict& verdict) {
  std::vector<std::tuple<bool, std::string, int>> listed;
  for (const core::CohortVerdict& cohort : verdict.cohorts) {
    if (!IsListed(cohort)) continue;
    const bool worse = cohort.verdict == core::Verdict::kFail;
    listed.emplace_back(!worse, cohort.value, cohort.rollback_tenths);
  }
  std::ranges::stable_sort(listed, {}, [](const auto& one) { return std::get<0>(one); });
  return listed;
}

bool SaysTheSame(const core::ObjectiveVerdict& a, const core::ObjectiveVerdict& b) {
  if (WordsOf(a) != WordsOf(b) || a.cohorts.empty() != b.cohorts.empty()) return false;
  return a.cohorts.empty() || ListedOf(a) == ListedOf(b);
}

// In the order in which they were frozen; without that only those of which something is said, the
// worse first.
void ReadCohorts(const core::RolloutState& state, core::ObjectiveVerdict& verdict) {
  std::vector<core::CohortVerdict> read;
  const auto entry = [&read](const std::string& value) -> core::CohortVerdict& {
    const auto found = std::ranges::find(read, value, &core::CohortVerdict::value);
    if (found != read.end()) return *found;
    return read.emplace_back(core::CohortVerdict{.value = value, .counts = {}});
  };
  for (std::size_t i = 0; state.frozen && i < state.frozen->objectives.size(); ++i) {
    const core::FrozenObjective& objective = state.frozen->objectives[i];
    if (objective.name != verdict.objective) continue;
    read.clear();
    for (const std::string& value : objective.cohorts) {
      read.emplace_back(core::CohortVerdict{.value = value, .counts = {}});
    }
  }
  for (const bool worse : {true, false}) {
    for (const core::CohortVerdict& cohort : verdict.cohorts) {
      if (!IsListed(cohort) || (cohort.verdict == core::Verdict::kFail) != worse) continue;
      core::CohortVerdict& listed = entry(cohort.value);
      listed.verdict = worse ? core::Verdict::kFail : core::Verdict::kInconclusive;
      listed.rollback_tenths = cohort.rollback_tenths;
      listed.counts = cohort.counts;
    }
  }
  for (const core::CohortVerdict& cohort : verdict.cohorts) {
    if (cohort.unseen) entry(cohort.value).unseen = true;
  }
  verdict.cohorts = std::move(read);
}

core::Route AsRead(const core::Route& route) {
  core::Route read;
  read.kind = route.kind;
  read.name = route.name;
  read.canary_service = route.canary_service;
  read.baseline_service = route.baseline_service;
  read.rule_names = route.rule_names;
  read.host = route.host;
  read.canary_subset = route.canary_subset;
  read.baseline_subset = route.baseline_subset;
  read.canary_ingress = route.canary_ingress;
  read.canary_deployment = route.canary_deployment;
  read.baseline_deployment = route.baseline_deployment;
  return read;
}

bool SameCohort(const core::CohortVerdict& a, const core::CohortVerdict& b) {
  return a.value == b.value && a.verdict == b.verdict && a.unseen == b.unseen &&
         a.counts == b.counts && a.rollback_tenths == b.rollback_tenths;
}

// To the last count.
bool IsTheSame(const core::RolloutState& a, const core::RolloutState& b) {
  return FieldsOf(a) == FieldsOf(b) &&
         std::ranges::equal(a.verdicts, b.verdicts, [](const auto& x, const auto& y) {
           return WordsOf(x) == WordsOf(y) && x.counts == y.counts &&
                  std::ranges::equal(x.cohorts, y.cohorts, SameCohort);
         });
}

json TextOf(const ports::PolicyRecord& record, const core::RolloutState& state,
            const json& previous, core::TimePoint now) {
  return spec::StatusToJson(state, record.policy ? &*record.policy : nullptr, record.generation,
                            previous, now);
}

}  // namespace

core::RolloutState AsRead(core::RolloutState state, std::size_t routes) {
  for (core::Route& route : state.moved) route = AsRead(route);
  if (state.approved) {
    state.approved->text.clear();
    state.approved->now = false;
  }
  state.observed_percents.resize(routes);
  state.route_notes.resize(routes);
  state.checkpoint.step_blocks = state.checkpoint.step_blocks_with_events = 0;
  for (core::EvidenceState& evidence : state.checkpoint.objectives) evidence.newest = {};
  for (core::ObjectiveVerdict& verdict : state.verdicts) {
    verdict.evidence = {};
    if (!verdict.cohorts.empty()) ReadCohorts(state, verdict);
  }
  for (core::BudgetStatus& budget : state.budgets) {
    if (!budget.known) budget.remaining_percent = 0;
  }
  if (state.history.size() > core::kLongestHistory) {
    const auto kept = static_cast<std::ptrdiff_t>(core::kLongestHistory);
    state.history.erase(state.history.begin(), state.history.end() - kept);
  }
  return state;
}

bool SaysTheSame(const core::RolloutState& a, const core::RolloutState& b) {
  return FieldsOf(a) == FieldsOf(b) &&
         std::ranges::equal(a.verdicts, b.verdicts,
                            [](const auto& x, const auto& y) { return SaysTheSame(x, y); });
}

ports::Result<core::RolloutState> ReadFromText(const ports::PolicyRecord& record,
                                               const core::RolloutState& state) {
  const std::string text = TextOf(record, state, nullptr, core::TimePoint{}).dump();
  return spec::StateFromStatusJson(json::parse(text));
}

bool TextSaysTheSame(const ports::PolicyRecord& record, const core::RolloutState& state) {
  const json before = TextOf(record, record.state, nullptr, core::TimePoint{});
  return TextOf(record, state, before, core::TimePoint(std::chrono::hours(1))) == before;
}

std::string Contradiction(const ports::PolicyRecord& record, const core::RolloutState& state) {
  const core::RolloutState next = AsRead(state, record.policy ? record.policy->routes.size() : 0);
  const auto read = ReadFromText(record, state);
  if (!read) return "it cannot be read: " + read.error().message;
  if (!IsTheSame(next, *read)) {
    return "read it is\n" + TextOf(record, *read, nullptr, {}).dump() + "\nand not\n" +
           TextOf(record, next, nullptr, {}).dump();
  }
  const bool same = TextSaysTheSame(record, state);
  if (same == SaysTheSame(record.state, next)) return "";
  return std::string(same ? "no news" : "news") + " is taken for the opposite: \n" +
         TextOf(record, record.state, nullptr, {}).dump() + "\nand\n" +
         TextOf(record, state, nullptr, {}).dump();
}

}  // namespace slogate::faults
