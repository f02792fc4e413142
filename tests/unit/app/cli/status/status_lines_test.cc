#include <gtest/gtest.h>

#include "app/cli/status/status_text.h"
#include "support/fake_clock.h"
#include "support/shown_policies.h"

namespace slogate::app {
namespace {

const core::TimePoint kNow = tests::FakeClock().Now();

RolloutView Shown(const std::string& name) {
  return ViewOf(tests::ShownPolicy(name, {"shop", "checkout"}, kNow), kNow);
}

// The golden files show what they say; here only that they always can be shown.
TEST(StatusLinesTest, EveryRolloutFitsEveryTerminal) {
  for (const std::string& name : tests::ShownPolicyNames()) {
    const RolloutView view = Shown(name);
    const std::vector<NextAct> acts = NextActs(view, {"gate", " -n shop"});
    for (std::size_t columns = 20; columns <= 120; columns += 5) {
      const std::vector<Line> lines = StatusLines(view, acts, kNow, columns, {});
      EXPECT_FALSE(lines.empty());
      for (const Line& line : lines) {
        const std::string text = Render(line, {});
        EXPECT_LE(Width(text), columns) << name << ": " << text;
        EXPECT_EQ(text, Printable(text)) << name;
      }
    }
  }
}

TEST(StatusLinesTest, EveryRolloutFitsATable) {
  std::vector<RolloutView> views;
  for (const std::string& name : tests::ShownPolicyNames()) {
    RolloutView view = Shown(name);
    view.ns = "a-namespace-with-a-long-name";
    view.name = name + "-of-a-service-with-a-long-name";
    views.push_back(view);
  }
  for (const Line& line : StatusTable(views, 80)) EXPECT_LE(Width(line), 80U) << Render(line, {});
  const std::vector<Line> whole = StatusTable(views, std::nullopt);
  EXPECT_NE(Render(whole[1], {}).find(views[0].name), std::string::npos);
}

TEST(NextActsTest, WhoeverMustActIsReportedHow) {
  for (const std::string& name : tests::ShownPolicyNames()) {
    const RolloutView view = Shown(name);
    // Of an unsound policy the message itself is the fix.
    if (!NeedsPerson(view) || view.reason == core::Reason::kInvalidPolicy) continue;
    EXPECT_FALSE(NextActs(view, {"gate", ""}).empty()) << name;
  }
  EXPECT_TRUE(NeedsPerson(Shown("approval")));
  EXPECT_TRUE(NeedsPerson(Shown("timed-out")));
  EXPECT_FALSE(NeedsPerson(Shown("no-data"))) << "it goes on by itself";
  EXPECT_EQ(NextActs(Shown("approval"), {"kubectl gate", " -n shop"}).front().command,
            "kubectl gate approve checkout -n shop");
}

}  // namespace
}  // namespace slogate::app
