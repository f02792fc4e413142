#include "app/cli/counts_report.h"

#include <cmath>
#include <cstdint>
#include <cstdio>

namespace slogate::app {

using Json = nlohmann::ordered_json;

std::string CountText(double events) {
  char text[40];
  const bool whole = std::abs(events) >= 100 || std::abs(events - std::round(events)) < 0.05;
  std::snprintf(text, sizeof(text), whole ? "%.0f" : "%.1f", events);
  return text;
}

std::string RateText(const core::Counts& counts) {
  if (counts.total <= 0) return "-";
  char text[40];
  std::snprintf(text, sizeof(text), "%.4f %%", 100 * counts.bad / counts.total);
  return text;
}

Json NumberJson(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

Json CountsJson(const core::Counts& counts) {
  Json arm;
  arm["events"] = NumberJson(counts.total);
  arm["bad"] = NumberJson(counts.bad);
  arm["rate"] = counts.total > 0 ? Json(counts.bad / counts.total) : Json(nullptr);
  return arm;
}

}  // namespace slogate::app
