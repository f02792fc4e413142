// What the page on error budgets says of tiers and burn rates is what the program does.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "places.h"
#include "slogate/core/budget.h"

namespace slogate::testing {
namespace {

std::string Number(double value) {
  std::ostringstream text;
  text.precision(4);
  text << value;
  return text.str();
}

std::string Percent(const std::optional<double>& share) {
  return share ? Number(100 * *share) : "-";
}

std::string FloorsText(const core::BudgetFloor& floor) {
  if (!floor.warn && !floor.block) return "-";
  return Percent(floor.warn) + ", " + Percent(floor.block);
}

std::string TierRow(int tier) {
  const core::TierDefaults defaults = core::DefaultsOf(tier);
  const bool usual = defaults.gate == core::DefaultGate();
  std::string row = "| " + std::to_string(tier) + (usual ? ", and none" : "");
  for (const double target : {defaults.availability, defaults.latency, defaults.quality}) {
    row += " | " + Number(100 * target);
  }
  for (const core::BudgetFloor& floor : defaults.gate.floors) row += " | " + FloorsText(floor);
  return row +
         (defaults.gate.on_page_burn == core::GateAction::kBlock ? " | blocks |" : " | warns |");
}

std::string PageText() {
  std::ostringstream text;
  text << std::ifstream(std::string(SLOGATE_SOURCE_DIR) + "/docs/slos/error-budgets.md").rdbuf();
  return text.str();
}

TEST(DocumentedBudgetsTest, TheTableOfTiersIsTheProgramsOwn) {
  const std::string page = PageText();
  for (int tier = 0; tier < core::kTiers; ++tier) {
    EXPECT_NE(page.find(TierRow(tier) + "\n"), std::string::npos) << TierRow(tier);
  }
}

TEST(DocumentedBudgetsTest, TheFactorsAreTheProgramsOwn) {
  const std::string page = PageText();
  const auto month = core::BurnTable(std::chrono::hours(24 * 30));
  const auto four_weeks = core::BurnTable(std::chrono::hours(24 * 28));
  for (std::size_t i = 0; i < month.size(); ++i) {
    const std::string factors =
        "| " + Number(month[i].factor) + " | " + Number(four_weeks[i].factor) + " |\n";
    EXPECT_NE(page.find(factors), std::string::npos) << factors;
  }
}

}  // namespace
}  // namespace slogate::testing
