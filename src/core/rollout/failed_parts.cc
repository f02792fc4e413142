#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/rollout/judgement.h"
#include "slogate/core/attribution.h"

namespace slogate::core {
namespace {

enum class Part { kWhole, kCohort, kShift, kLimit };

struct Member {
  std::size_t objective = 0;
  Part part = Part::kWhole;
  std::size_t cohort = 0;
};

struct Members {
  std::vector<Member> members;
  std::vector<WeightedEvidence> evidence;

  void Add(Member member, double log_e, double weight) {
    members.push_back(member);
    evidence.push_back({.log_e = log_e, .weight = weight});
  }
};

constexpr double kWholeAmongCohorts = 0.2;
constexpr double kLimitShare = 0.2;

// A weight of 1 for the objective, shared by its parts. Cohorts are many, and so have most of it.
void AddObjective(Members& members, const FrozenParameters& frozen, std::size_t index,
                  const LogEvidence& evidence) {
  const std::size_t cohorts = evidence.cohorts.size();
  const bool shift = frozen.objectives[index].shift == Shift::kEnforce;
  const bool limit = frozen.objectives[index].parameters.limit > 0;
  const double compared = limit ? 1 - kLimitShare : 1;
  const double part = shift ? 0.5 * compared : compared;
  const double whole = cohorts > 0 ? kWholeAmongCohorts * part : part;
  members.Add({index, Part::kWhole, 0}, evidence.rollback, whole);
  for (std::size_t i = 0; i < cohorts; ++i) {
    members.Add({index, Part::kCohort, i}, evidence.cohorts[i],
                (part - whole) / static_cast<double>(cohorts));
  }
  if (shift) members.Add({index, Part::kShift, 0}, evidence.shift, part);
  if (limit) members.Add({index, Part::kLimit, 0}, evidence.limit, kLimitShare);
}

std::string NameOf(const FrozenObjective& objective, const Member& member) {
  switch (member.part) {
    case Part::kWhole:
      return objective.name;
    case Part::kCohort:
      return objective.name + "{" + objective.cohort_label + "=" +
             objective.cohorts[member.cohort] + "}";
    case Part::kShift:
      return objective.name + " (latency shift)";
    case Part::kLimit:
      return objective.name + " (limit)";
  }
  return objective.name;
}

void Mark(ObjectiveAttribution& attribution, const Member& member) {
  switch (member.part) {
    case Part::kWhole:
      attribution.whole = true;
      return;
    case Part::kCohort:
      attribution.cohorts[member.cohort] = true;
      return;
    case Part::kShift:
      attribution.shift = true;
      return;
    case Part::kLimit:
      attribution.limit = true;
      return;
  }
}

// Members by closed testing; when those shield each other, the one that adds most to the mean.
std::vector<std::size_t> ToFailure(const Members& members, double alpha) {
  std::vector<std::size_t> failed_objectives = AttributeFailure(members.evidence, alpha);
  if (!failed_objectives.empty()) return failed_objectives;
  const auto strongest = std::ranges::max_element(
      members.evidence, [](const WeightedEvidence& a, const WeightedEvidence& b) {
        return a.log_e + std::log(a.weight) < b.log_e + std::log(b.weight);
      });
  return {static_cast<std::size_t>(strongest - members.evidence.begin())};
}

// True: the mean reaches 1/alpha.
bool Judge(const Members& members, const FrozenParameters& frozen, Attribution& attribution,
           std::vector<std::string>* names) {
  if (members.members.empty() || LogMean(members.evidence) < -std::log(frozen.alpha)) return false;
  attribution.limits_only = true;
  for (const std::size_t at_fault : ToFailure(members, frozen.alpha)) {
    const Member& member = members.members[at_fault];
    Mark(attribution.objectives[member.objective], member);
    attribution.limits_only = attribution.limits_only && member.part == Part::kLimit;
    if (names != nullptr) {
      names->push_back(NameOf(frozen.objectives[member.objective], member));
    }
  }
  return true;
}

}  // namespace

bool ObjectiveAttribution::Any() const {
  return limit || whole || shift || std::ranges::find(cohorts, true) != cohorts.end();
}

bool ObjectiveAttribution::LimitOnly() const {
  return limit && !whole && !shift && std::ranges::find(cohorts, true) == cohorts.end();
}

Attribution FindAttribution(const FrozenParameters& frozen,
                            const std::vector<LogEvidence>& evidence) {
  Attribution attribution;
  attribution.objectives.resize(frozen.objectives.size());
  Members enforced;
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    attribution.objectives[i].cohorts.assign(evidence[i].cohorts.size(), false);
    Members own;
    AddObjective(own, frozen, i, evidence[i]);
    attribution.objectives[i].log_e = LogMean(own.evidence);
    if (frozen.objectives[i].mode == Mode::kEnforce) {
      AddObjective(enforced, frozen, i, evidence[i]);
    } else {
      Judge(own, frozen, attribution, nullptr);
    }
  }
  attribution.shown_worse = Judge(enforced, frozen, attribution, &attribution.failed_objectives);
  attribution.limits_only = attribution.limits_only && attribution.shown_worse;
  return attribution;
}

}  // namespace slogate::core
