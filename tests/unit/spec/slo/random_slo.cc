#include "unit/spec/slo/random_slo.h"

#include <algorithm>
#include <map>
#include <string>

#include "promql/writer.h"
#include "slogate/core/rollout_state.h"
#include "spec/slo/time_zones.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using namespace core;

class Maker {
 public:
  explicit Maker(std::mt19937_64& random) : random_(random) {}

  ServiceLevelObjective Slo() {
    ServiceLevelObjective slo;
    slo.name = "slo-" + std::to_string(Below(100));
    if (Coin()) slo.ns = "team-" + std::to_string(Below(9));
    slo.service = Pick<std::string>({"shop", "Shop_2.api", "a"});
    if (Coin()) slo.owner = Text();
    if (Coin()) slo.tier = static_cast<int>(Below(4));
    slo.window = Window();
    slo.labels = SomeLabels();
    if (Coin()) slo.object_labels = {{"app.kubernetes.io/part-of", "shop"}, {"team", Text()}};
    if (Coin()) slo.object_annotations = {{"example.com/wiki", Text()}};
    if (Coin()) slo.prometheus = Prometheus();
    const std::size_t count = 1 + Below(5);
    for (std::size_t i = 0; i < count; ++i) slo.objectives.push_back(Objective(slo, i));
    slo.gate = slo.tier ? DefaultsOf(*slo.tier).gate : DefaultGate();
    if (Coin()) slo.gate = Gate();
    if (Coin()) slo.rollouts = Rollouts();
    for (std::size_t i = Below(3); i > 0; --i) slo.calendar.push_back(Entry());
    return slo;
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  bool Coin() { return Below(2) == 1; }
  template <typename T>
  T Pick(std::vector<T> choices) {
    return choices[Below(choices.size())];
  }
  template <typename Enum>
  Enum Any() {
    std::size_t count = 0;
    while (!ToString(static_cast<Enum>(count)).empty()) ++count;
    return static_cast<Enum>(Below(count));
  }
  // As a person writes it in percent.
  double Percent(int least, int most) {
    const auto thousandths =
        least * 1000 + static_cast<int>(Below(static_cast<std::size_t>(most - least) * 1000));
    return ShareOf(static_cast<double>(thousandths) / 1000);
  }

  std::string Text() {
    return Pick<std::string>({"plain", "yes", "10", "1e3", "~", "with: colon", "a # b", "- dash",
                              "it's", "\"quoted\"", " spaces ", "ümläut", "{braces}", "", "null",
                              "back\\slash", "2026-11-22T00:00:00Z", "emoji \xF0\x9F\x98\x80"});
  }
  std::string LongText() {
    return Coin() ? Text()
                  : Pick<std::string>({"two\nlines", "tab\there", "\n", "del\x7f", "a\r\n"});
  }
  Labels Named(bool annotations) {
    std::map<std::string, std::string> labels;
    for (std::size_t i = Below(4); i > 0; --i) {
      labels[Pick<std::string>({"team", "on", "y", "_x", "null", "severity"})] =
          annotations ? LongText() : Text();
    }
    return {labels.begin(), labels.end()};
  }
  Labels SomeLabels() { return Named(false); }
  Labels SomeAnnotations() { return Named(true); }

  BudgetWindow Window() {
    if (Coin()) return Any<CalendarUnit>();
    return std::chrono::hours(1 + Below(24 * 366));
  }

  Selector AnySelector(const std::string& name) {
    Selector selector{name, {}};
    for (std::size_t i = Below(3); i > 0; --i) {
      LabelMatcher matcher{
          "label" + std::to_string(i),
          Pick<LabelMatcher::Op>({LabelMatcher::Op::kEqual, LabelMatcher::Op::kNotMatch}),
          LongText()};
      if (matcher.IsPattern()) matcher.value = promql::EscapeRegex(matcher.value);
      selector.matchers.push_back(std::move(matcher));
    }
    return selector;
  }

  Indicator AnyIndicator() {
    switch (Below(5)) {
      case 0:
        return CounterIndicator{AnySelector("all_total"), AnySelector("part_total"), Coin()};
      case 1:
        return HistogramIndicator{AnySelector("h"), Pick<double>({0.3, 3, 1e9, 1e-7, 1e300})};
      case 2:
        return ScoreIndicator{AnySelector("n"), AnySelector("sum"),
                              Coin() ? std::optional(AnySelector("squares")) : std::nullopt};
      case 3:
        return ScoreHistogramIndicator{AnySelector("scores")};
      default: {
        PromqlIndicator promql;
        promql.total = "sum(rate(a{b=\"c # d\"}[{{.window}}]))";
        promql.part = "sum(rate(b[{{.window}}])) - c";
        promql.part_is_good = Coin();
        promql.per_second = Coin();
        return promql;
      }
    }
  }

  Sli AnySli(const ServiceLevelObjective& slo, std::size_t i) {
    if (i >= 2 && Coin()) {
      const std::string a = slo.objectives[0].name;
      const std::string b = slo.objectives[i - 1].name;
      if (Coin()) {
        return JourneyIndicator{{{a, 1, {}}, {b, Pick<double>({1, 0.25}), {a}}}};
      }
      CompositeIndicator composite{{a, b}, std::nullopt};
      if (Coin()) composite.per_request = AnyIndicator();
      return composite;
    }
    if (Below(4) == 0) return RatioIndicator{"avg_over_time(a[{{.window}}]) / b"};
    return AnyIndicator();
  }

  static bool KeepsCohorts(const Sli& sli) {
    const auto* indicator = std::get_if<Indicator>(&sli);
    return indicator != nullptr && !std::holds_alternative<PromqlIndicator>(*indicator);
  }

  SloObjective Objective(const ServiceLevelObjective& slo, std::size_t i) {
    SloObjective objective;
    objective.name = "objective-" + std::to_string(i);
    objective.description = LongText();
    objective.dimension = Any<Dimension>();
    objective.mode = Any<Mode>();
    if (i > 0 && Coin()) objective.leads = slo.objectives[0].name;
    objective.target = Percent(50, 100);
    if (objective.target < 0.02) objective.target = 0.5;
    if (Coin()) objective.sla_target = Percent(1, 50);
    objective.indicator = AnySli(slo, i);
    if (KeepsCohorts(objective.indicator) && Coin()) {
      objective.cohorts = SloCohorts{"region", static_cast<int>(2 + Below(100)), {}, Coin()};
      objective.cohorts->targets = {{"eu", Percent(2, 99)}, {"on", Percent(2, 99)}};
    }
    objective.labels = SomeLabels();
    if (Coin()) objective.alerting = AnyAlerting(slo.window);
    return objective;
  }

  Alert AnyAlert() { return {Coin(), SomeLabels(), SomeAnnotations()}; }

  Alerting AnyAlerting(const BudgetWindow& window) {
    Alerting alerting{Text(), SomeLabels(), SomeAnnotations(), AnyAlert(), AnyAlert(), {}};
    const bool fits = !std::holds_alternative<Duration>(window) ||
                      std::get<Duration>(window) >= std::chrono::hours(1);
    if (fits && Coin()) {
      alerting.rows = {{Any<Severity>(), std::chrono::hours(1), std::chrono::minutes(5), 14.4},
                       {Any<Severity>(), std::chrono::minutes(30), std::chrono::minutes(2), 1e-3}};
    }
    return alerting;
  }

  DeployGate Gate() {
    DeployGate gate;
    for (BudgetFloor& floor : gate.floors) {
      if (Coin()) floor.warn = Percent(0, 100);
      if (Coin()) floor.block = floor.warn ? *floor.warn : Percent(-500, 100);
    }
    gate.on_page_burn = Any<GateAction>();
    gate.on_ticket_burn = Any<GateAction>();
    gate.on_cohort = Any<GateAction>();
    gate.on_no_data = Any<GateAction>();
    gate.never_blocked_from = Any<ChangePriority>();
    return gate;
  }

  RolloutBudget Rollouts() {
    RolloutBudget budget;
    budget.on_exhausted = Any<BudgetEffect>();
    budget.on_burning = Any<BudgetEffect>();
    if (Coin()) budget.max_budget_spend = Percent(1, 100);
    if (Coin()) {
      budget.tighten_below = Percent(1, 100);
      budget.tightened_d = 0.02;
    }
    return budget;
  }

  // At times that clocks show: of two that look the same, the first.
  void PutInZone(CalendarEntry& entry) {
    entry.zone =
        TimeZoneOf(Pick<const char*>({"UTC", "Europe/Berlin", "Australia/Lord_Howe"})).value();
    entry.from = InstantOf(entry.zone, LocalTimeAt(entry.zone, entry.from));
    entry.to = InstantOf(entry.zone, LocalTimeAt(entry.zone, entry.to + std::chrono::hours(2)));
  }

  CalendarEntry Entry() {
    CalendarEntry entry;
    entry.name = Text();
    entry.from = TimePoint(Duration(Below(4'000'000'000'000)));
    entry.to = entry.from + Duration(1 + Below(1'000'000'000));
    if (Coin()) PutInZone(entry);
    if (Coin()) entry.budget_factor = Pick<double>({0.5, 1.5, 100});
    if (Coin()) entry.frozen_below = Any<ChangePriority>();
    return entry;
  }

  PrometheusSettings Prometheus() {
    PrometheusSettings prometheus;
    if (Coin()) {
      prometheus.provider = "default";
      return prometheus;
    }
    prometheus.address = "https://prometheus.example.com:9090/path";
    prometheus.headers = {{"X-Scope-OrgID", Text()}};
    prometheus.secret_headers = {{"X-Api-Key", {"mimir", "api-key"}}};
    if (Coin()) {
      prometheus.bearer_token = SecretKey{"token", "value"};
    } else {
      prometheus.basic_username = "reader";
      prometheus.basic_password = SecretKey{"login", "password"};
    }
    prometheus.ca = SecretKey{"ca", "ca.crt"};
    prometheus.client_certificate = SecretKey{"tls", "tls.crt"};
    prometheus.client_key = SecretKey{"tls", "tls.key"};
    prometheus.server_name = "prometheus";
    prometheus.timeout = std::chrono::milliseconds(1500);
    prometheus.scrape_interval = std::chrono::seconds(30);
    prometheus.scrapes_per_block = 8;
    return prometheus;
  }

  std::mt19937_64& random_;
};

}  // namespace

ServiceLevelObjective RandomSlo(std::mt19937_64& random) { return Maker(random).Slo(); }

}  // namespace slogate::spec
