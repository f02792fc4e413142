// A rollout policy after validation: what the user promised and how a canary is let in.
//
// Plain values. A Policy that exists is sound: spec::ParsePolicy refuses everything else, so the
// core never meets an empty objective list or a weight above 99. Thread rule for all core types:
// values, safe to copy and to read from any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "slogate/core/budget_window.h"
#include "slogate/core/change_calendar.h"
#include "slogate/core/time.h"

namespace slogate::core {

enum class Dimension { kAvailability, kLatency, kQuality };

// kEnforce: the objective can roll back and must be shown before full traffic.
// kReport: judged and reported, never acted on.
enum class Mode { kEnforce, kReport };

enum class Track { kCanary, kBaseline };

// kManaged: slogate runs the candidate in a Deployment of its own beside the user's, and lets
// Kubernetes roll it out when it has passed. kExternal: both Deployments are owned by others.
enum class Promotion { kManaged, kExternal };

// What keeps a new revision of the user's Deployment from rolling out before it is judged.
// kAdmission: the API server pauses the Deployment in the write that changes its template. kPaused:
// the Deployment is paused at rest as well.
enum class HoldBy { kAdmission, kPaused };

// Of a rejected revision, which the user's Deployment still asks for. kHold: it stays held.
// kRestore: the Deployment is given the running template back.
enum class OnRollback { kHold, kRestore };

// Of a revision that is held when its policy is deleted. kHold: it stays held. kRelease: it rolls
// out.
enum class OnDelete { kHold, kRelease };

// What a step asks for before the next one begins (besides least duration and events).
enum class Require { kNoHarmSeen, kProvenNotWorse, kApproval };

enum class OnTimeout { kHold, kPause };
enum class OnDrift { kReassert, kPause };

// One label matcher of a Prometheus selector, such as code=~"5..".
struct LabelMatcher {
  enum class Op { kEqual, kNotEqual, kMatch, kNotMatch };
  std::string name;
  Op op = Op::kEqual;
  std::string value;

  bool IsPattern() const { return op == Op::kMatch || op == Op::kNotMatch; }

  friend bool operator==(const LabelMatcher&, const LabelMatcher&) = default;
};

// An instant-vector selector: a metric name and matchers, no functions, no range.
struct Selector {
  std::string metric;
  std::vector<LabelMatcher> matchers;

  friend bool operator==(const Selector&, const Selector&) = default;
};

// Two counters. `part` counts the bad events, or the good ones when `part_is_good`.
struct CounterIndicator {
  Selector total;
  Selector part;
  bool part_is_good = false;

  friend bool operator==(const CounterIndicator&, const CounterIndicator&) = default;
};

// A classic histogram: good events are those at or below `threshold`, which is a bucket bound.
// `histogram.metric` is the base name, without _bucket or _count.
struct HistogramIndicator {
  Selector histogram;
  double threshold = 0;

  friend bool operator==(const HistogramIndicator&, const HistogramIndicator&) = default;
};

// Free PromQL giving events per block; {{.window}} and {{.track}} are filled in. Estimated: never
// enough for ProvenNotWorse unless `enough_to_promote`.
struct PromqlIndicator {
  std::string total;
  std::string part;
  bool part_is_good = false;
  bool enough_to_promote = false;
  bool per_second = false;  // of an SLO, which has no tracks: the values are rates, as Sloth's are

  friend bool operator==(const PromqlIndicator&, const PromqlIndicator&) = default;
};

// Scores in [0, 1], 1 the best: counters of graded events, of their scores and, if there is one, of
// their squared scores.
struct ScoreIndicator {
  Selector total;
  Selector sum;
  std::optional<Selector> squares;

  friend bool operator==(const ScoreIndicator&, const ScoreIndicator&) = default;
};

// Scores in [0, 1] as a classic histogram: count and sum are exact, and each score counts the worst
// square of its bucket. `histogram.metric` is the base name.
struct ScoreHistogramIndicator {
  Selector histogram;

  friend bool operator==(const ScoreHistogramIndicator&, const ScoreHistogramIndicator&) = default;
};

using Indicator = std::variant<CounterIndicator, HistogramIndicator, PromqlIndicator,
                               ScoreIndicator, ScoreHistogramIndicator>;

inline bool IsScore(const Indicator& indicator) {
  return std::holds_alternative<ScoreIndicator>(indicator) ||
         std::holds_alternative<ScoreHistogramIndicator>(indicator);
}

// Slices of an objective by the values of one label, each judged on its own as well.
struct Cohorts {
  std::string by;           // label of the indicator's series
  double min_events = 200;  // of the canary, over the rollout; a cohort below is unseen
  int most = 50;            // the largest before the rollout; others are named, not judged

  friend bool operator==(const Cohorts&, const Cohorts&) = default;
};

// What a shift of the latency histogram at bounds other than the objective's own may do.
enum class Shift { kReport, kEnforce };

// The margins of the comparator; see comparator.h for their meaning.
struct Margins {
  double r0 = 1.0;  // rate ratio the canary may have without being worse
  double d = 0.05;  // practical significance, as a share of the error budget
  double r1 = 1.5;  // rate ratio that promotion must exclude
  double b = 1.0;   // share of the error budget below which a canary is fine by itself

  friend bool operator==(const Margins&, const Margins&) = default;
};

struct Objective {
  std::string name;
  // Of the ServiceLevelObjective that it comes from, whose budget is the whole service's and may be
  // kept by recording rules. Empty: it is the policy's own.
  std::string service;
  Dimension dimension = Dimension::kAvailability;
  double target = 0.99;  // 0 < target < 1
  BudgetWindow window = std::chrono::hours(24 * 30);
  std::vector<BurnRow> burn_rows;  // empty: BurnTable of the window
  Mode mode = Mode::kEnforce;
  Indicator indicator;
  Margins margins;
  std::optional<double> phi;  // dispersion given by the user; measured when absent
  double min_events = 0;      // of the canary, over the rollout, before the objective can pass
  std::optional<Cohorts> cohorts;
  Shift shift = Shift::kReport;  // of a HistogramIndicator
  bool has_budget = true;        // false: neither read nor shown, and nothing waits for it
  // Times 1 - target: the bad rate above which the canary is rolled back whatever the baseline
  // does; limit x (1 - target) < 1. Absent: the baseline alone is compared with.
  std::optional<double> limit;

  friend bool operator==(const Objective&, const Objective&) = default;
};

struct Comparison {
  double alpha = 0.01;            // chance that a canary equal to its baseline is rolled back
  double promotion_alpha = 0.05;  // chance that a canary worse than the margin is proven not worse

  friend bool operator==(const Comparison&, const Comparison&) = default;
};

struct Step {
  int weight_percent = 0;  // 1..99, rising from step to step
  Duration min_duration{0};
  Duration max_duration{0};  // of time with evidence; 0: none
  double min_events = 0;     // of the canary, per enforced objective, in this step
  Require require = Require::kNoHarmSeen;
  OnTimeout on_timeout = OnTimeout::kPause;

  friend bool operator==(const Step&, const Step&) = default;
};

// How many canary pods run during a rollout: a number, a share of the baseline's replicas, or, with
// neither, as many as the weight takes of the baseline's replicas. Rounded up, at least one.
struct CanaryScale {
  std::optional<int> replicas;
  std::optional<double> share_of_baseline;

  friend bool operator==(const CanaryScale&, const CanaryScale&) = default;
};

struct Workload {
  std::string kind = "Deployment";  // External: may be StatefulSet, of both
  std::string deployment;           // the user's, production: the baseline track
  std::string canary_deployment;    // Managed: "<deployment>-canary"; External: the given ref
  Promotion promotion = Promotion::kManaged;
  HoldBy hold = HoldBy::kAdmission;
  std::string canary_label;  // whose value tells canary pods from production's; empty: chosen
  OnRollback on_rollback = OnRollback::kHold;
  OnDelete on_delete = OnDelete::kHold;
  CanaryScale canary_scale;
  Duration scale_down_delay = std::chrono::seconds(30);
  Duration progress_deadline = std::chrono::minutes(10);
  int max_canary_restarts = 3;  // of a pod, beyond a baseline pod's; more rolls back

  friend bool operator==(const Workload&, const Workload&) = default;
};

// One pair of backends whose weights slogate moves. Which of the names are set is the kind's own
// matter; those of other kinds are empty.
struct Route {
  std::string kind = "HTTPRoute";  // HTTPRoute, GRPCRoute, VirtualService, Ingress or Service
  std::string name;
  std::string canary_service;  // all but Service, and VirtualService by subsets
  std::string baseline_service;
  std::vector<std::string> rule_names;    // of all but Ingress and Service; empty: all with both
  std::vector<std::string> except_rules;  // of all; never of a policy, but of what it gives back
  std::string host;                       // VirtualService by subsets: the host both belong to
  std::string canary_subset;
  std::string baseline_subset;
  std::string canary_ingress;     // Ingress: the one that carries the canary's weight
  std::string canary_deployment;  // Service: the two whose pods share its traffic
  std::string baseline_deployment;
  Duration settle_time = std::chrono::seconds(5);  // from weights confirmed to first block
  OnDrift on_drift = OnDrift::kReassert;

  friend bool operator==(const Route&, const Route&) = default;
};

// True when the canary's weight is its share of the pods: setting the weight scales the canary,
// and the route is accepted once the pods are there. No other kind is mixed with such a route.
inline bool CountsPods(const Route& route) { return route.kind == "Service"; }

// A key of a Secret in the policy's own namespace.
struct SecretKey {
  std::string name;
  std::string key;

  friend bool operator==(const SecretKey&, const SecretKey&) = default;
};

// A header of every query whose value is a Secret's.
struct SecretHeader {
  std::string name;
  SecretKey value;

  friend bool operator==(const SecretHeader&, const SecretHeader&) = default;
};

struct PrometheusSettings {
  std::string address;   // http(s)://host[:port][/path]; empty when `provider` is given
  std::string provider;  // a provider named in the controller's configuration
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<SecretHeader> secret_headers;  // no name is in both
  std::optional<SecretKey> bearer_token;
  std::string basic_username;
  std::optional<SecretKey> basic_password;
  std::optional<SecretKey> ca;
  std::optional<SecretKey> client_certificate;
  std::optional<SecretKey> client_key;
  std::string server_name;  // expected in the server's certificate
  Duration timeout = std::chrono::seconds(10);
  Duration scrape_interval = std::chrono::seconds(15);
  int scrapes_per_block = 4;  // >= 4; block length = scrape_interval x this

  friend bool operator==(const PrometheusSettings&, const PrometheusSettings&) = default;
};

// How the two tracks are reported apart in Prometheus. Either matchers for each track, or the name
// of the label that carries the pod-template-hash.
struct Tracks {
  std::vector<LabelMatcher> canary;
  std::vector<LabelMatcher> baseline;
  std::string revision_label;  // empty: matchers alone tell the tracks apart

  friend bool operator==(const Tracks&, const Tracks&) = default;
};

// Hold at once; Pause when it has lasted `pause_after` (0: never pause).
struct OnMissing {
  Duration pause_after = std::chrono::minutes(30);

  friend bool operator==(const OnMissing&, const OnMissing&) = default;
};

// What an error budget that is exhausted, or burns fast, does to rollouts. Each effect includes
// those before it and ends by itself with its cause; nothing of this rolls back, since a shared
// incident burns both tracks.
enum class BudgetEffect {
  kIgnore,
  kRefuseStart,  // no rollout begins
  kHold,         // and a running one raises no weight
  kPause,        // and is paused
};

// How error budgets gate rollouts.
struct RolloutBudget {
  BudgetEffect on_exhausted = BudgetEffect::kRefuseStart;
  BudgetEffect on_burning = BudgetEffect::kPause;  // while a page row fires
  // Share of one window's budget that a rollout's canary may spend; more pauses until a person
  // resumes. Absent: no cap.
  std::optional<double> max_budget_spend;
  // A rollout that begins with less than this share left is judged with `tightened_d` for d, when
  // that is smaller. Absent: never.
  std::optional<double> tighten_below;
  double tightened_d = 0;

  friend bool operator==(const RolloutBudget&, const RolloutBudget&) = default;
};

struct Policy {
  Workload workload;
  std::vector<Route> routes;
  PrometheusSettings prometheus;
  Tracks tracks;
  std::vector<Objective> objectives;
  Comparison comparison;
  std::vector<Step> steps;
  // After each step's weight: new pods may do worse for so long (AbsorbWarmUp). Absent: as long as
  // the history shows of pods of the baseline.
  std::optional<Duration> warm_up;
  std::optional<RolloutBudget> budget;  // absent: budgets are neither read nor shown
  std::vector<CalendarEntry> calendar;  // of the ServiceLevelObjective that it refers to
  ChangePriority priority = ChangePriority::kNormal;  // of what it releases, to freezes
  OnMissing on_no_data;
  OnMissing on_source_failure;
  Duration watch_after_promotion = std::chrono::minutes(30);  // 0: not at all
  bool paused = false;
  bool dry_run = false;
  std::string retry;  // a changed value lets a rejected revision try again

  friend bool operator==(const Policy&, const Policy&) = default;
};

inline bool CountsPods(const Policy& policy) {
  return !policy.routes.empty() && CountsPods(policy.routes.front());
}

// Length of one block of counts.
inline Duration BlockLength(const PrometheusSettings& prometheus) {
  return prometheus.scrape_interval * prometheus.scrapes_per_block;
}

}  // namespace slogate::core
