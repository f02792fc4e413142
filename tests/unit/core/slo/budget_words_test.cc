#include <gtest/gtest.h>

#include "slogate/core/budget.h"
#include "slogate/core/words.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

// Every enumerator from 0 to the last has a word of its own that leads back to it.
template <typename Enum>
void ExpectWords(Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_FALSE(ToString(value).empty()) << i;
    EXPECT_EQ(FromString<Enum>(ToString(value)), value) << ToString(value);
  }
  EXPECT_EQ(ToString(static_cast<Enum>(static_cast<int>(last) + 1)), "");
  EXPECT_EQ(FromString<Enum>("nonsense"), std::nullopt);
}

TEST(SloWordsTest, EveryEnumeratorHasOne) {
  ExpectWords(CalendarUnit::kYear);
  ExpectWords(Severity::kTicket);
  ExpectWords(ChangePriority::kEmergency);
  ExpectWords(GateAction::kBlock);
  ExpectWords(SloForm::kPyrra);
  ExpectWords(BudgetOrigin::kPyrraRules);
  ExpectWords(BudgetState::kExhausted);
}

TEST(SloWordsTest, AnIdIsServiceAndObjective) {
  const auto slo = SmallSlo({SmallObjective("availability")});
  EXPECT_EQ(SloId(slo, slo.objectives[0]), "shop-availability");
}

}  // namespace
}  // namespace slogate::core
