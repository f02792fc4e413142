// What selects, scales and watches production's pods, and whether it covers the canary's as well.
//
// Pure; callable from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slogate::core {

using LabelMap = std::map<std::string, std::string>;

struct LabelRequirement {
  enum class Op { kIn, kNotIn, kExists, kDoesNotExist };
  std::string key;
  Op op = Op::kIn;
  std::vector<std::string> values = {};  // of kIn and kNotIn

  friend bool operator==(const LabelRequirement&, const LabelRequirement&) = default;
};

// A Kubernetes label selector: every requirement holds. One without requirements selects
// everything.
using LabelSelector = std::vector<LabelRequirement>;

bool Selects(const LabelSelector& selector, const LabelMap& labels);

// `selector` changed so that it selects `also` too: values are added, and what no value fixes is
// left out.
LabelSelector Widened(const LabelSelector& selector, const LabelMap& also);

// As one line of YAML, such as {matchExpressions: [{key: app, operator: In, values: [a, b]}]}.
std::string ToYaml(const LabelSelector& selector);

// The pairs as text, such as app=shop,tier=web.
std::string ToText(const LabelMap& labels);

// Kinds of objects that cover pods. A ServiceMonitor selects Services, the others select pods.
enum class CoverKind {
  kService,
  kNetworkPolicy,
  kPodMonitor,
  kServiceMonitor,
  kPodDisruptionBudget,
  kAutoscaler,
};

struct CoveringObject {
  // One of them has to select the pods, such as the peers of one rule.
  struct Place {
    std::string field;  // such as spec.podSelector
    LabelSelector selector;
  };

  CoverKind kind = CoverKind::kService;
  std::string name;
  std::vector<Place> places = {};
  bool admits = false;       // NetworkPolicy: the places are peers that a rule admits
  std::string scales = {};   // autoscaler: the Deployment
  LabelMap labels = {};      // Service: its own
  bool for_both = false;     // Service: it may reach both tracks
  std::string problem = {};  // why its selector could not be read; empty: it was
};

// What surrounds the two tracks of a policy.
struct Surroundings {
  std::string production;  // Deployment
  std::string canary;      // Deployment
  LabelMap production_pods;
  LabelMap canary_pods;
  // LabelMap of each of the canary's Services, by name.
  std::vector<std::pair<std::string, LabelMap>> canary_services;
  bool managed = true;                // slogate makes the canary
  std::vector<std::string> mappable;  // labels that may tell the tracks apart; the first one does
  std::vector<CoveringObject> objects;
  std::vector<std::string> unserved;   // kinds that this cluster does not serve
  std::vector<std::string> unchecked;  // kinds that may not be listed, such as
                                       // networkpolicies.networking.k8s.io
};

struct CoverageFinding {
  // kFine: covered. kNote: usually nothing to do. kWarning: not covered. kBlock: traffic would go
  // astray.
  enum class Level { kFine, kNote, kWarning, kBlock };
  Level level = Level::kFine;
  std::string object;   // such as "NetworkPolicy shop"
  std::string message;  // a sentence without its full stop
  std::string fix = {};

  friend bool operator==(const CoverageFinding&, const CoverageFinding&) = default;
};

struct Coverage {
  std::vector<CoverageFinding> findings;  // worst first, then in the order of the objects
  std::vector<std::string> unchecked;

  friend bool operator==(const Coverage&, const Coverage&) = default;
};

Coverage JudgeCoverage(const Surroundings& seen);

// What keeps a rollout from beginning, with the fix; empty: nothing.
std::string BlockOf(const Coverage& coverage);

// The condition CanaryCovered.
struct CoverageStatus {
  std::optional<bool> covered;  // absent: not known
  std::string reason;
  std::string message;

  friend bool operator==(const CoverageStatus&, const CoverageStatus&) = default;
};

CoverageStatus StatusOf(const Coverage& coverage);

std::string_view ToString(CoverKind value);

}  // namespace slogate::core
