#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/pairing.h"

namespace slogate::adapters::prometheus {
namespace {

TEST(NotesTest, OneLineARemarkWithAnExample) {
  Notes notes;
  notes.Add("slow");
  notes.Add("fell", "a{}");
  notes.Add("fell", "b{}");
  notes.Add("fell", "a{}");
  EXPECT_EQ(notes.Lines(), (std::vector<std::string>{"fell: a{} and 1 more", "slow"}));
}

TEST(NotesTest, StaysShortHoweverMuchThereIsToSay) {
  Notes notes;
  for (int i = 0; i < 100; ++i) notes.Add("remark " + std::to_string(i));
  const auto lines = notes.Lines();
  EXPECT_EQ(lines.size(), 21U);
  EXPECT_EQ(lines.back(), "and 80 other remarks");
}

}  // namespace
}  // namespace slogate::adapters::prometheus
