#include "integration/budgets/true_rules.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::tests {
namespace {

constexpr std::string_view kRatio = "slo:sli_error:ratio_rate";
constexpr std::string_view kAtBest = "_at_best";
constexpr std::string_view kCohortRatio = "slo:cohort_error:ratio_rate";

}  // namespace

TrueRules::TrueRules(const EventWorld& world, const core::ServiceLevelObjective& slo,
                     const core::SloObjective& objective)
    : slo_(slo),
      objective_(objective),
      all_{TrueIndicator(world, core::SloId(slo, objective)), objective.target},
      best_{TrueIndicator(world, core::SloId(slo, objective), "", Bound::kBest), objective.target},
      period_(core::NominalLength(slo.window)),
      period_minutes_(
          static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(period_).count())) {
  if (!objective.cohorts) return;
  for (const char* region : {"eu", "us", "ap"}) {
    Whom whom{TrueIndicator(world, core::SloId(slo, objective), region), objective.target};
    for (const core::CohortTarget& own : objective.cohorts->targets) {
      if (own.cohort == region) whom.target = own.target;
    }
    cohorts_.emplace(region, std::move(whom));
  }
}

TrueValues TrueRules::Of(const std::string& record, int minute) const {
  TrueValues values;
  const auto add = [&](const std::string& cohort, const Whom& whom) {
    if (const std::optional<double> value = One(record, whom, minute)) values[cohort] = *value;
  };
  if (const std::size_t at_best = record.find(kAtBest); at_best != std::string::npos) {
    std::string name = record;
    if (const auto value = One(name.erase(at_best, kAtBest.size()), best_, minute)) {
      values[""] = *value;
    }
    return values;
  }
  if (!record.starts_with("slo:cohort_")) {
    add("", all_);
    return values;
  }
  for (const auto& [cohort, whom] : cohorts_) add(cohort, whom);
  return values;
}

std::optional<double> TrueRules::PeriodRatio(const Whom& whom, int minute) const {
  if (std::holds_alternative<core::RatioIndicator>(objective_.indicator)) {
    return whom.truth.MeanRatio(minute - period_minutes_, minute);
  }
  const int begin = minute - period_minutes_;
  // Of a whole whose parts are not counted themselves, as of them.
  const auto buckets = whom.truth.has_wholes()
                           ? whom.truth.FromBuckets(begin, minute, TrueIndicator::PartBuckets::kOwn)
                           : whom.truth.Buckets(begin, minute);
  return buckets && buckets->total > 0 ? std::optional(buckets->ratio()) : std::nullopt;
}

std::optional<double> TrueRules::Ratio(const std::string& window, const Whom& whom,
                                       int minute) const {
  const core::Duration length = spec::ParseDuration(window).value();
  if (length == period_) return PeriodRatio(whom, minute);
  const int begin = minute - static_cast<int>(length / std::chrono::minutes(1));
  const bool is_raw = length <= spec::kLongestRawWindow ||
                      std::holds_alternative<core::RatioIndicator>(objective_.indicator);
  const auto count = is_raw ? whom.truth.Over(minute, length)
                     : std::holds_alternative<core::JourneyIndicator>(objective_.indicator)
                         ? whom.truth.FromBuckets(begin, minute, TrueIndicator::PartBuckets::kOwn)
                         : whom.truth.Buckets(begin, minute);
  const bool known = count && !count->unknown && count->total > 0;
  return known ? std::optional(count->ratio()) : std::nullopt;
}

std::optional<double> TrueRules::One(const std::string& record, const Whom& whom,
                                     int minute) const {
  const double budget = 1 - whom.target;
  for (const std::string_view prefix : {kRatio, kCohortRatio}) {
    if (record.starts_with(prefix)) return Ratio(record.substr(prefix.size()), whom, minute);
  }
  const auto bucket = whom.truth.Buckets(minute - 1, minute);
  const auto buckets = whom.truth.Buckets(minute - period_minutes_, minute);
  const std::optional<double> period = PeriodRatio(whom, minute);
  const std::optional<double> current = Ratio("5m", whom, minute);
  const auto over = [](const std::optional<double>& ratio, double share) {
    return ratio ? std::optional(*ratio / share) : std::nullopt;
  };
  const auto rest = [&](double share) {
    return period ? std::optional(1 - *period / share) : std::nullopt;
  };
  const auto total = [](const auto& count) {
    return count ? std::optional(count->total) : std::nullopt;
  };
  const auto bad = [](const auto& count) {
    return count ? std::optional(count->bad) : std::nullopt;
  };
  const double sla = objective_.sla_target.value_or(0);
  const std::map<std::string, std::optional<double>> values = {
      {"slo:sli_total:increase5m", total(bucket)},
      {"slo:sli_bad:increase5m", bad(bucket)},
      {"slo:cohort_total:increase5m", total(bucket)},
      {"slo:cohort_bad:increase5m", bad(bucket)},
      {"slo:period_total:events", total(buckets)},
      {"slo:period_bad:events", bad(buckets)},
      {"slo:cohort_period_total:events", total(buckets)},
      {"slo:cohort_period_bad:events", bad(buckets)},
      {"slo:error_budget:events", buckets ? std::optional(budget * buckets->total) : std::nullopt},
      {"slo:objective:ratio", whom.target},
      {"slo:cohort_objective:ratio", whom.target},
      {"slo:error_budget:ratio", budget},
      {"slo:time_period:days", period_minutes_ / (24.0 * 60)},
      {"slo:current_burn_rate:ratio", over(current, budget)},
      {"slo:period_burn_rate:ratio", over(period, budget)},
      {"slo:period_error_budget_remaining:ratio", rest(budget)},
      {"slo:cohort_budget_remaining:ratio", rest(budget)},
      {"slo:sla:ratio", sla},
      {"slo:period_sla_budget_remaining:ratio", rest(1 - sla)},
      {"sloth_slo_info", 1}};
  const auto found = values.find(record);
  if (found == values.end()) throw std::out_of_range("nothing is known of " + record);
  return found->second;
}

bool TrueRules::AnyRow(const Whom& whom, std::optional<core::Severity> severity, int minute) const {
  const auto above = [&](core::Duration window, double factor) {
    const auto ratio = Ratio(spec::ToText(window), whom, minute);
    return ratio && *ratio / (1 - whom.target) > factor;
  };
  for (const core::BurnRow& row : core::BurnTable(slo_.window)) {
    if (severity && row.severity != *severity) continue;
    if (above(row.short_window, row.factor) && above(row.long_window, row.factor)) return true;
  }
  return false;
}

// Nobody is woken for what may not be.
bool TrueRules::Fires(core::Severity severity, int minute) const {
  const bool composite = std::holds_alternative<core::CompositeIndicator>(objective_.indicator);
  return AnyRow(composite && all_.truth.is_bounded() ? best_ : all_, severity, minute);
}

bool TrueRules::CohortFires(int minute) const {
  for (const auto& [cohort, whom] : cohorts_) {
    if (AnyRow(whom, std::nullopt, minute)) return true;
  }
  return false;
}

}  // namespace slogate::tests
