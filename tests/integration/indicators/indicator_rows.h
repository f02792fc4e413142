// Every kind of indicator that a policy or a ServiceLevelObjective knows, with what is true of it.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace slogate::tests {

struct IndicatorRow {
  std::string name;
  // As YAML. Of a policy: without labels of the job, by which readers must tell the stranger apart;
  // empty: policies take it from a ServiceLevelObjective. Of that: of the shop alone.
  std::string of_policy;
  std::string of_slo;
  double bad = 1;                 // bad events for each of Traffic::bad
  bool counted = true;            // false: only the ratio is known
  std::string not_compared = "";  // why no rollout can count of_slo
};

const std::vector<IndicatorRow>& IndicatorRows();

std::ostream& operator<<(std::ostream& out, const IndicatorRow& row);

// A name for the row's service.
std::string ServiceOf(const IndicatorRow& row);

// A ServiceLevelObjective of this service, whose objective `asked` has the row's indicator.
std::string SloText(const IndicatorRow& row, const std::string& service);

// A RolloutPolicy with the objective `asked` and a budget; followed by the
// ServiceLevelObjective that it refers to, if it has no indicator of its own; what that is made of
// reports only. `tracks` as YAML.
std::string PolicyText(const IndicatorRow& row, const std::string& tracks);

}  // namespace slogate::tests
