#include "lint/lint.h"

namespace slogate::lint {

const std::vector<Code>& Codes() {
  constexpr Level kError = Level::kError;
  constexpr Level kWarning = Level::kWarning;
  static const std::vector<Code> codes = {
      {"alerting-off", kWarning},
      {"bad-query", kError},
      {"bucket-sum", kError},
      {"calendar-no-effect", kWarning},
      {"calendar-overlap", kWarning},
      {"calendar-past", kWarning},
      {"cohort-missing", kError},
      {"cohort-pinned", kWarning},
      {"cohort-too-many", kWarning},
      {"composite-mixed", kWarning},
      {"composite-tight", kWarning},
      {"duplicate-id", kError},
      {"events-for-rate", kWarning},
      {"fixed-window", kWarning},
      {"gauge-as-counter", kWarning},
      {"labels-never-join", kError},
      {"last-two-samples", kWarning},
      {"low-traffic", kWarning},
      {"missing-series", kError},
      {"never-moves", kWarning},
      {"never-pages", kError},
      {"no-boundary", kError},
      {"no-data", kWarning},
      {"no-matcher", kWarning},
      {"no-rate", kError},
      {"no-window", kError},
      {"part-contradicts", kError},
      {"part-is-total", kError},
      {"part-larger", kError},
      {"part-missing", kWarning},
      {"part-not-subset", kWarning},
      {"polarity", kError},
      {"quality-proxy", kWarning},
      {"rate-for-events", kError},
      {"regex-wide", kWarning},
      {"retention", kWarning},
      {"row-never-fires", kWarning},
      {"same-indicator", kWarning},
      {"sla-no-buffer", kWarning},
      {"stale-series", kError},
      {"stuck-bad", kError},
      {"stuck-good", kWarning},
      {"target-extreme", kWarning},
      {"target-low", kWarning},
      {"threshold-unit", kWarning},
      {"too-many-series", kWarning},
  };
  return codes;
}

std::string_view ToString(Level level) {
  switch (level) {
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "";
}

}  // namespace slogate::lint
