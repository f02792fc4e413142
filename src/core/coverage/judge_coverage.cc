#include <algorithm>

#include "slogate/core/coverage.h"
#include "slogate/core/words.h"

namespace slogate::core {
namespace {

using Level = CoverageFinding::Level;

constexpr std::size_t kLongestMissing = 400;  // bytes, before findings are counted only
constexpr std::size_t kLongestStatus = 1000;

std::string Called(const CoveringObject& object) {
  return std::string(ToString(object.kind)) + " " + object.name;
}

const CoveringObject::Place* PlaceThatSelects(const CoveringObject& object,
                                              const LabelMap& labels) {
  const auto found = std::ranges::find_if(
      object.places, [&](const auto& place) { return Selects(place.selector, labels); });
  return found == object.places.end() ? nullptr : &*found;
}

// The labels in which the canary's pods differ from production's.
std::string Difference(const Surroundings& seen) {
  LabelMap different;
  for (const auto& [key, value] : seen.canary_pods) {
    const auto own = seen.production_pods.find(key);
    if (own == seen.production_pods.end() || own->second != value) different.emplace(key, value);
  }
  return ToText(different);
}

std::string Widening(const CoveringObject::Place& place, const LabelMap& also) {
  return "set its " + place.field + " to " + ToYaml(Widened(place.selector, also));
}

bool AsksFor(const CoveringObject& service, const std::string& key) {
  return std::ranges::any_of(service.places, [&](const auto& place) {
    return std::ranges::any_of(place.selector,
                               [&](const LabelRequirement& one) { return one.key == key; });
  });
}

bool IsOfProduction(const CoveringObject& object, const Surroundings& seen) {
  return object.kind == CoverKind::kService && !object.for_both &&
         PlaceThatSelects(object, seen.production_pods) != nullptr;
}

// A label by which every Service of production selects, other than the one in use.
std::string BetterLabel(const Surroundings& seen) {
  for (const std::string& key : seen.mappable) {
    if (key == seen.mappable.front()) continue;
    const bool fits = std::ranges::all_of(seen.objects, [&](const CoveringObject& object) {
      return !IsOfProduction(object, seen) || AsksFor(object, key);
    });
    if (fits) return key;
  }
  return "";
}

std::string SplitFix(const Surroundings& seen) {
  if (seen.mappable.empty()) return "have it select by a label in which the tracks differ";
  if (const std::string better = BetterLabel(seen); !better.empty()) {
    return "set workload.canaryLabel to " + better + ", by which every Service of Deployment " +
           seen.production + " selects";
  }
  const std::string& key = seen.mappable.front();
  const auto own = seen.production_pods.find(key);
  return "have it select by " + key + "=" + (own == seen.production_pods.end() ? "" : own->second) +
         " as well, or annotate it slogate.dev/both-tracks=true if it may reach both";
}

std::optional<CoverageFinding> JudgeService(const CoveringObject& service,
                                            const Surroundings& seen) {
  if (!PlaceThatSelects(service, seen.production_pods)) return std::nullopt;
  const std::string called = Called(service);
  if (!PlaceThatSelects(service, seen.canary_pods)) {
    return CoverageFinding{Level::kFine, called, called + " selects production's pods only"};
  }
  if (service.for_both) {
    return CoverageFinding{Level::kFine, called, called + " may reach the pods of both tracks"};
  }
  return CoverageFinding{Level::kBlock, called,
                         called +
                             " selects the canary's pods beside production's, so its traffic "
                             "reaches the canary whatever the weight",
                         SplitFix(seen)};
}

std::string WithoutCover(const CoveringObject& object, const Surroundings& seen) {
  const std::string start = Called(object);
  const std::string missed = " and not the canary's (" + Difference(seen) + ")";
  switch (object.kind) {
    case CoverKind::kNetworkPolicy:
      return object.admits ? start + " admits production's pods" + missed +
                                 ": a good release fails where it may not connect"
                           : start + " selects production's pods" + missed +
                                 ": what it allows and forbids does not hold for them";
    case CoverKind::kPodMonitor:
      return start + " selects production's pods" + missed +
             ": they are not scraped, and a rollout stops with NoData";
    case CoverKind::kPodDisruptionBudget:
      return start + " protects production's pods" + missed;
    case CoverKind::kService:
    case CoverKind::kServiceMonitor:
    case CoverKind::kAutoscaler:
      break;
  }
  return start + " covers production's pods" + missed;
}

std::optional<CoverageFinding> JudgePodSelector(const CoveringObject& object,
                                                const Surroundings& seen) {
  const CoveringObject::Place* const place = PlaceThatSelects(object, seen.production_pods);
  if (!place) return std::nullopt;
  const std::string called = Called(object);
  if (PlaceThatSelects(object, seen.canary_pods)) {
    return CoverageFinding{Level::kFine, called, called + " covers the pods of both tracks"};
  }
  if (object.kind == CoverKind::kPodDisruptionBudget) {
    return CoverageFinding{Level::kNote, called, WithoutCover(object, seen),
                           "usually nothing is to be done"};
  }
  return CoverageFinding{Level::kWarning, called, WithoutCover(object, seen),
                         Widening(*place, seen.canary_pods)};
}

std::optional<CoverageFinding> JudgeServiceMonitor(const CoveringObject& monitor,
                                                   const Surroundings& seen) {
  std::string service;
  const CoveringObject::Place* place = nullptr;
  for (const CoveringObject& object : seen.objects) {
    if (place || object.kind != CoverKind::kService ||
        !PlaceThatSelects(object, seen.production_pods)) {
      continue;
    }
    place = PlaceThatSelects(monitor, object.labels);
    service = object.name;
    // One Service in front of both scrapes both.
    if (place && PlaceThatSelects(object, seen.canary_pods)) {
      return CoverageFinding{Level::kFine, Called(monitor),
                             Called(monitor) + " covers the pods of both tracks"};
    }
  }
  if (!place) return std::nullopt;
  const std::string called = Called(monitor);
  for (const auto& [name, labels] : seen.canary_services) {
    if (!PlaceThatSelects(monitor, labels)) continue;
    return CoverageFinding{Level::kFine, called,
                           called + " finds the canary's Service " + name + " by its labels"};
  }
  CoverageFinding finding{Level::kWarning, called,
                          called + " selects Service " + service +
                              " and no Service of the canary: its pods are not scraped, and a "
                              "rollout stops with NoData"};
  finding.fix = seen.canary_services.empty()
                    ? "give the canary a Service that it selects"
                    : Widening(*place, seen.canary_services.front().second);
  return finding;
}

std::optional<CoverageFinding> JudgeAutoscaler(const CoveringObject& scaler,
                                               const Surroundings& seen) {
  const std::string called = Called(scaler);
  if (scaler.scales == seen.production) {
    return CoverageFinding{Level::kFine, called,
                           called + " scales Deployment " + scaler.scales +
                               (seen.managed ? ", and the canary follows it" : "")};
  }
  if (!seen.managed || scaler.scales != seen.canary) return std::nullopt;
  return CoverageFinding{Level::kWarning, called,
                         called + " scales Deployment " + scaler.scales + ", which slogate scales",
                         "delete it: the canary's pods follow the weight"};
}

std::optional<CoverageFinding> Judge(const CoveringObject& object, const Surroundings& seen) {
  if (!object.problem.empty()) {
    return CoverageFinding{Level::kNote, Called(object),
                           Called(object) + " is not checked: " + object.problem};
  }
  switch (object.kind) {
    case CoverKind::kService:
      return JudgeService(object, seen);
    case CoverKind::kServiceMonitor:
      return JudgeServiceMonitor(object, seen);
    case CoverKind::kAutoscaler:
      return JudgeAutoscaler(object, seen);
    case CoverKind::kNetworkPolicy:
    case CoverKind::kPodMonitor:
    case CoverKind::kPodDisruptionBudget:
      break;
  }
  return JudgePodSelector(object, seen);
}

std::string Sentence(const CoverageFinding& finding) {
  return finding.message + (finding.fix.empty() ? "" : "; " + finding.fix);
}

// A condition takes no more; what is stored is what is compared.
std::string Bounded(const std::string& text) { return text.substr(0, kLongestStatus); }

bool Has(const Coverage& coverage, Level level) {
  return std::ranges::any_of(coverage.findings,
                             [&](const CoverageFinding& one) { return one.level == level; });
}

}  // namespace

Coverage JudgeCoverage(const Surroundings& seen) {
  Coverage coverage;
  coverage.unchecked = seen.unchecked;
  for (const CoveringObject& object : seen.objects) {
    if (auto finding = Judge(object, seen)) coverage.findings.push_back(*std::move(finding));
  }
  std::ranges::stable_sort(coverage.findings,
                           [](const auto& a, const auto& b) { return a.level > b.level; });
  return coverage;
}

std::string BlockOf(const Coverage& coverage) {
  for (const CoverageFinding& finding : coverage.findings) {
    if (finding.level == Level::kBlock) return Sentence(finding);
  }
  return "";
}

CoverageStatus StatusOf(const Coverage& coverage) {
  std::string unchecked;
  for (const std::string& kind : coverage.unchecked) {
    unchecked += (unchecked.empty() ? "" : ", ") + kind;
  }
  if (!unchecked.empty()) {
    unchecked =
        "Not checked, since slogate may not list them (chart value allow.coverage): " + unchecked;
  }
  std::string missing;
  std::size_t left_out = 0;
  for (const CoverageFinding& finding : coverage.findings) {
    if (finding.level != Level::kWarning && finding.level != Level::kBlock) continue;
    if (missing.size() > kLongestMissing) {
      ++left_out;
    } else {
      missing += (missing.empty() ? "" : ". ") + Sentence(finding);
    }
  }
  if (left_out > 0) {
    missing += ". And " + std::to_string(left_out) + " more: see gate validate --cluster";
  }
  if (!missing.empty()) {
    return {false, Has(coverage, Level::kBlock) ? "ServiceSelectsBoth" : "NotCovered",
            Bounded(missing + (unchecked.empty() ? "" : ". " + unchecked))};
  }
  if (!unchecked.empty()) return {std::nullopt, "NotChecked", Bounded(unchecked)};
  return {true, "Covered", "What covers production's pods in this namespace covers the canary's."};
}

std::string_view ToString(CoverKind value) {
  return WordOf<CoverKind::kAutoscaler>(
      value, {"Service", "NetworkPolicy", "PodMonitor", "ServiceMonitor", "PodDisruptionBudget",
              "HorizontalPodAutoscaler"});
}

}  // namespace slogate::core
