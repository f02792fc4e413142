// The parts of a policy's spec, one reader each. Mistakes go to the reader that is passed in; what
// is returned is only meaningful when there were none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "spec/slo/slo_import.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

inline constexpr std::size_t kMaxRoutes = 8;
inline constexpr std::size_t kMaxObjectives = 16;
inline constexpr std::size_t kMaxSteps = 16;
// Cohorts are of all objectives of a policy together, bounds of one objective. What is beyond is
// not stored.
inline constexpr std::size_t kMaxCohorts = 200;
inline constexpr std::size_t kMaxBounds = 64;
inline constexpr std::size_t kLongestCohort = 128;  // bytes of a label's value
// Longest selector, in bytes: as people may write it, and as it may come back from a status, where
// another way of quoting can make it longer.
inline constexpr std::size_t kLongestSelector = 2048;
inline constexpr std::size_t kLongestStoredSelector = 8192;

// Ends the names of what slogate makes for the canary.
inline constexpr std::string_view kCanarySuffix = "-canary";

core::Workload ReadWorkload(ObjectReader& spec);
// A route that counts pods needs to know whose.
std::vector<core::Route> ReadRoutes(ObjectReader& spec, const core::Workload& workload);
core::PrometheusSettings ReadPrometheus(ObjectReader& spec);

// Absent tracks follow from the Services of `routes`.
core::Tracks ReadTracks(ObjectReader& spec, const std::vector<core::Route>& routes);

// Where an indicator is read: in a policy its PromQL tells the tracks apart, in an objective of its
// own there are none. Stored in a status it was accepted once, by whatever rules there were.
enum class IndicatorUse { kOfTracks, kOfService, kStored };

// Reads whatever kinds of indicator the object has, and counts them; the last one wins. Fields of
// no kind are left to the caller.
std::optional<core::Indicator> ReadIndicatorKinds(ObjectReader& reader,
                                                  std::size_t longest_selector, IndicatorUse use,
                                                  int& kinds);

// Reads the object under this name into `indicator`; false when there is none.
bool ReadKind(ObjectReader& reader, const char* kind, auto& indicator, auto read_kind) {
  if (!reader.Has(kind)) return false;
  ObjectReader child = reader.Child(kind);
  if (!child.IsObject()) return true;
  indicator = read_kind(child);
  child.RefuseOthers();
  return true;
}

// Reports what Prometheus would refuse of a query, its placeholders filled in, and a query that
// gives no numbers.
void CheckPromql(ObjectReader& owner, std::string_view field, std::string_view text,
                 IndicatorUse use);

// PromQL with the placeholders of its use, on one line; what is wrong is reported.
std::string ReadPromql(ObjectReader& owner, std::string_view field, IndicatorUse use);

// The indicator in `owner`.indicator; std::nullopt when it is missing or unsound, as reported.
std::optional<core::Indicator> ReadIndicator(ObjectReader& owner, std::size_t longest_selector,
                                             IndicatorUse use = IndicatorUse::kOfTracks);
// What is in `owner`.indicator of an objective of a service.
nlohmann::ordered_json IndicatorToJson(const core::Indicator& indicator);

// Those of the ServiceLevelObjective that spec.slo names, as the policy refines them, after its
// own. `slo` null: it names none.
std::vector<core::Objective> ReadObjectives(ObjectReader& spec,
                                            const core::ServiceLevelObjective* slo);
// The limit of the canary alone in `item`.limit, if any, of an objective with this target.
std::optional<double> ReadLimit(ObjectReader& item, double target);
// Each margin within its own bounds.
void ReadMargins(ObjectReader& reader, core::Margins& margins);
// The label of `by` in an object of cohorts.
std::string ReadCohortLabel(ObjectReader& reader);
// Reports cohorts that the tracks do not share, or that are too many together.
void CheckCohorts(ObjectReader& spec, const core::Policy& policy);
void ReadComparison(ObjectReader& reader, core::Comparison& comparison);
std::optional<core::Duration> ReadWarmUp(ObjectReader& reader);

// A step may not be shorter than `block`, the length of one block of counts.
std::vector<core::Step> ReadSteps(ObjectReader& spec, core::Duration block);

// The whole of a RolloutPolicy object.
core::Policy ReadPolicy(const nlohmann::json& policy_object, std::vector<Mistake>& mistakes,
                        const SloLookup& find_slo = {});

}  // namespace slogate::spec
