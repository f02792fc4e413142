#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "promql/writer.h"
#include "spec/policy/policy_parts.h"
#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_file.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using Json = nlohmann::ordered_json;

Json Word(std::string_view word) { return std::string(word); }

// Whole numbers without a fraction.
Json NumberOf(double value) {
  const bool whole = std::trunc(value) == value && std::fabs(value) < 1e15;
  return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json Percent(double share) { return NumberOf(PercentOf(share)); }

void PutText(Json& object, const char* field, const std::string& text) {
  if (!text.empty()) object[field] = text;
}

void PutLabels(Json& object, const char* field, const core::Labels& labels) {
  for (const auto& [name, value] : labels) object[field][name] = value;
}

Json ToJson(const core::CounterIndicator& counters) {
  return {{"counters",
           {{"total", promql::ToText(counters.total)},
            {counters.part_is_good ? "good" : "bad", promql::ToText(counters.part)}}}};
}

Json ToJson(const core::HistogramIndicator& histogram) {
  return {{"histogram",
           {{"metric", promql::ToText(histogram.histogram)},
            {"threshold", NumberOf(histogram.threshold)}}}};
}

Json ToJson(const core::PromqlIndicator& promql) {
  Json fields = {{"total", promql.total}, {promql.part_is_good ? "good" : "bad", promql.part}};
  if (promql.per_second) fields["perSecond"] = true;
  return {{"promql", std::move(fields)}};
}

Json ToJson(const core::ScoreIndicator& score) {
  Json fields = {{"total", promql::ToText(score.total)}, {"sum", promql::ToText(score.sum)}};
  if (score.squares) fields["squares"] = promql::ToText(*score.squares);
  return {{"score", std::move(fields)}};
}

Json ToJson(const core::ScoreHistogramIndicator& score) {
  return {{"scoreHistogram", {{"metric", promql::ToText(score.histogram)}}}};
}

Json ToJson(const core::Indicator& indicator) { return IndicatorToJson(indicator); }

Json ToJson(const core::RatioIndicator& ratio) {
  return {{"ratio", {{"badRatio", ratio.bad_ratio}}}};
}

Json ToJson(const core::CompositeIndicator& composite) {
  Json fields = {{"of", composite.of}};
  if (composite.per_request) fields["perRequest"] = ToJson(*composite.per_request);
  return {{"composite", std::move(fields)}};
}

Json ToJson(const core::JourneyIndicator& journey) {
  Json steps = Json::array();
  for (const core::JourneyStep& step : journey.steps) {
    Json item = {{"objective", step.objective}};
    if (step.weight != 1) item["weight"] = NumberOf(step.weight);
    if (!step.after.empty()) item["after"] = step.after;
    steps.push_back(std::move(item));
  }
  return {{"journey", {{"steps", std::move(steps)}}}};
}

Json ToJson(const core::SloCohorts& cohorts) {
  Json fields = {{"by", cohorts.by}};
  if (cohorts.most != core::SloCohorts{}.most) fields["max"] = cohorts.most;
  for (const core::CohortTarget& target : cohorts.targets) {
    fields["targets"][target.cohort] = Percent(target.target);
  }
  if (cohorts.page) fields["page"] = true;
  return fields;
}

void PutAlert(Json& alerting, const char* field, const core::Alert& alert) {
  Json fields = Json::object();
  if (!alert.enabled) fields["disabled"] = true;
  PutLabels(fields, "labels", alert.labels);
  PutLabels(fields, "annotations", alert.annotations);
  if (!fields.empty()) alerting[field] = std::move(fields);
}

Json ToJson(const core::Alerting& alerting) {
  Json fields = Json::object();
  PutText(fields, "name", alerting.name);
  PutLabels(fields, "labels", alerting.labels);
  PutLabels(fields, "annotations", alerting.annotations);
  PutAlert(fields, "page", alerting.page);
  PutAlert(fields, "ticket", alerting.ticket);
  for (const core::BurnRow& row : alerting.rows) {
    fields["burnRates"].push_back({{"severity", Word(core::ToString(row.severity))},
                                   {"longWindow", ToText(row.long_window)},
                                   {"shortWindow", ToText(row.short_window)},
                                   {"factor", NumberOf(row.factor)}});
  }
  return fields;
}

Json ToJson(const core::SloObjective& objective) {
  Json fields = {{"name", objective.name}};
  PutText(fields, "description", objective.description);
  fields["dimension"] = Word(core::ToString(objective.dimension));
  PutText(fields, "leads", objective.leads);
  const core::Mode usual = objective.leads.empty() ? core::Mode::kEnforce : core::Mode::kReport;
  if (objective.mode != usual) fields["mode"] = Word(core::ToString(objective.mode));
  fields["target"] = Percent(objective.target);
  if (objective.sla_target) fields["sla"] = {{"target", Percent(*objective.sla_target)}};
  fields["indicator"] =
      std::visit([](const auto& kind) { return ToJson(kind); }, objective.indicator);
  if (objective.cohorts) fields["cohorts"] = ToJson(*objective.cohorts);
  PutLabels(fields, "labels", objective.labels);
  if (objective.alerting != core::Alerting{}) fields["alerting"] = ToJson(objective.alerting);
  return fields;
}

Json ToJson(const core::RolloutBudget& budget) {
  Json fields = {{"onExhausted", Word(core::ToString(budget.on_exhausted))},
                 {"onBurning", Word(core::ToString(budget.on_burning))}};
  if (budget.max_budget_spend) fields["maxBudgetSpend"] = Percent(*budget.max_budget_spend);
  if (budget.tighten_below) {
    fields["tighten"] = {{"below", Percent(*budget.tighten_below)},
                         {"minEffect", NumberOf(budget.tightened_d)}};
  }
  return fields;
}

// What differs from `usual`.
Json ToJson(const core::DeployGate& gate, const core::DeployGate& usual) {
  Json fields = Json::object();
  for (std::size_t i = 0; i < gate.floors.size(); ++i) {
    const core::BudgetFloor& floor = gate.floors[i];
    if (floor == usual.floors[i]) continue;
    Json item = Json::object();
    if (floor.warn) item["warnBelow"] = Percent(*floor.warn);
    if (floor.block) item["blockBelow"] = Percent(*floor.block);
    const auto priority = static_cast<core::ChangePriority>(i);
    fields["byPriority"][std::string(core::ToString(priority))] = std::move(item);
  }
  const auto put = [&](const char* field, auto value, auto other) {
    if (value != other) fields[field] = Word(core::ToString(value));
  };
  put("onPageBurn", gate.on_page_burn, usual.on_page_burn);
  put("onTicketBurn", gate.on_ticket_burn, usual.on_ticket_burn);
  put("onCohort", gate.on_cohort, usual.on_cohort);
  put("onNoData", gate.on_no_data, usual.on_no_data);
  put("neverBlockedFrom", gate.never_blocked_from, usual.never_blocked_from);
  return fields;
}

std::string Instant(core::TimePoint time) {
  return time == std::chrono::floor<std::chrono::seconds>(time) ? ToSecondsText(time)
                                                                : ToText(time);
}

// As the clocks of the entry's zone show it.
std::string Instant(const core::CalendarEntry& entry, core::TimePoint time) {
  if (entry.zone.name.empty()) return Instant(time);
  const core::LocalTime local = core::LocalTimeAt(entry.zone, time);
  std::string text = Instant(core::TimePoint(local.time_since_epoch()));
  text.pop_back();  // the Z
  return text;
}

Json ToJson(const core::CalendarEntry& entry) {
  Json fields = {{"name", entry.name}};
  if (!entry.zone.name.empty()) fields["timeZone"] = entry.zone.name;
  fields["from"] = Instant(entry, entry.from);
  fields["to"] = Instant(entry, entry.to);
  if (entry.repeat != core::Repeat::kNever) fields["repeat"] = Word(core::ToString(entry.repeat));
  if (entry.until) fields["until"] = Instant(entry, *entry.until);
  if (entry.budget_factor != 1 || !entry.frozen_below) {
    fields["budgetFactor"] = NumberOf(entry.budget_factor);
  }
  if (entry.frozen_below) fields["frozenBelow"] = Word(core::ToString(*entry.frozen_below));
  return fields;
}

void PutSecret(Json& object, const char* field, const std::optional<core::SecretKey>& secret) {
  if (!secret) return;
  object[field] = {{"secretRef", {{"name", secret->name}, {"key", secret->key}}}};
}

void PutCredentials(Json& fields, const core::PrometheusSettings& prometheus) {
  PutSecret(fields, "bearerToken", prometheus.bearer_token);
  if (prometheus.basic_password) {
    fields["basicAuth"]["username"] = prometheus.basic_username;
    PutSecret(fields["basicAuth"], "password", prometheus.basic_password);
  }
  PutSecret(fields, "ca", prometheus.ca);
  if (prometheus.client_certificate) {
    PutSecret(fields["clientCertificate"], "certificate", prometheus.client_certificate);
    PutSecret(fields["clientCertificate"], "key", prometheus.client_key);
  }
}

Json ToJson(const core::PrometheusSettings& prometheus) {
  const core::PrometheusSettings usual;
  Json fields = Json::object();
  PutText(fields, "address", prometheus.address);
  PutText(fields, "provider", prometheus.provider);
  for (const auto& [name, value] : prometheus.headers) {
    fields["headers"].push_back({{"name", name}, {"value", value}});
  }
  for (const auto& [name, secret] : prometheus.secret_headers) {
    Json header = {{"name", name}};
    header["secretRef"] = {{"name", secret.name}, {"key", secret.key}};
    fields["headers"].push_back(std::move(header));
  }
  PutCredentials(fields, prometheus);
  PutText(fields, "serverName", prometheus.server_name);
  if (prometheus.timeout != usual.timeout) fields["timeout"] = ToText(prometheus.timeout);
  if (prometheus.scrape_interval != usual.scrape_interval) {
    fields["scrapeInterval"] = ToText(prometheus.scrape_interval);
  }
  if (prometheus.scrapes_per_block != usual.scrapes_per_block) {
    fields["scrapesPerBlock"] = prometheus.scrapes_per_block;
  }
  return fields;
}

Json SpecToJson(const core::ServiceLevelObjective& slo) {
  Json spec = {{"service", slo.service}};
  PutText(spec, "owner", slo.owner);
  if (slo.tier) spec["tier"] = *slo.tier;
  if (const auto* unit = std::get_if<core::CalendarUnit>(&slo.window)) {
    spec["calendarWindow"] = Word(core::ToString(*unit));
  } else {
    spec["window"] = ToText(std::get<core::Duration>(slo.window));
  }
  PutLabels(spec, "labels", slo.labels);
  if (slo.prometheus != core::PrometheusSettings{}) spec["prometheus"] = ToJson(slo.prometheus);
  for (const core::SloObjective& objective : slo.objectives) {
    spec["objectives"].push_back(ToJson(objective));
  }
  Json gate = ToJson(slo.gate, slo.tier ? core::DefaultsOf(*slo.tier).gate : core::DefaultGate());
  if (slo.rollouts) gate["rollouts"] = ToJson(*slo.rollouts);
  if (!gate.empty()) spec["gate"] = std::move(gate);
  for (const core::CalendarEntry& entry : slo.calendar) spec["calendar"].push_back(ToJson(entry));
  return spec;
}

}  // namespace

Json IndicatorToJson(const core::Indicator& indicator) {
  return std::visit([](const auto& kind) { return ToJson(kind); }, indicator);
}

ports::Result<core::ServiceLevelObjective> SloFromJson(const nlohmann::json& slo_object) {
  std::vector<Mistake> mistakes;
  core::ServiceLevelObjective slo = ReadSlo(slo_object, mistakes);
  if (mistakes.empty()) return slo;
  return ports::Fail(ports::ErrorCode::kInvalidArgument, MessageOf(mistakes));
}

Json SloToJson(const core::ServiceLevelObjective& slo) {
  Json object = {{"apiVersion", "slogate.dev/v1alpha1"},
                 {"kind", "ServiceLevelObjective"},
                 {"metadata", {{"name", slo.name}}}};
  PutText(object["metadata"], "namespace", slo.ns);
  PutLabels(object["metadata"], "labels", slo.object_labels);
  PutLabels(object["metadata"], "annotations", slo.object_annotations);
  object["spec"] = SpecToJson(slo);
  return object;
}

}  // namespace slogate::spec
