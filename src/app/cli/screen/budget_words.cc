#include "app/cli/screen/budget_words.h"

#include <cstdio>

#include "app/cli/output.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

std::string Times(double burn) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2g", burn);
  return burn >= 100 ? std::to_string(static_cast<long>(burn)) : text;
}

std::string Left(const core::BudgetStatus& status) {
  const int percent = status.remaining_percent;
  if (percent < 0) return "overspent by " + std::to_string(-percent) + " %";
  return std::to_string(percent) + " % left";
}

}  // namespace

std::string BudgetText(const core::BudgetStatus& status) {
  std::string text = status.known ? Left(status) : "not known";
  if (!status.known && !status.message.empty()) text += ": " + Printable(status.message);
  if (status.provisional) text += " (of a young series)";
  if (status.burning) {
    text += ", burns too fast: " + Times(status.burn) + "x";
  } else if (status.burn > 1) {
    text += ", burns " + Times(status.burn) + "x";
  }
  if (status.exhausted_in.count() > 0) text += ", gone in " + spec::ToText(status.exhausted_in);
  if (status.spent_percent > 0) {
    text += "; the canary spent " + std::to_string(status.spent_percent) + " %";
  }
  return text;
}

Tone ToneOf(const core::BudgetStatus& status) {
  if (status.known && status.exhausted && !status.provisional) return Tone::kBad;
  return status.burning || !status.known ? Tone::kWarn : Tone::kPlain;
}

}  // namespace slogate::app
