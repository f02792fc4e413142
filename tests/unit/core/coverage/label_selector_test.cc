#include <gtest/gtest.h>

#include "slogate/core/coverage.h"

namespace slogate::core {
namespace {

using Op = LabelRequirement::Op;

const LabelMap kShop{{"app", "shop"}, {"tier", "web"}};
const LabelMap kCanary{{"app", "shop-canary"}, {"tier", "web"}};

TEST(LabelSelectorTest, WithoutRequirementsSelectsEverything) {
  EXPECT_TRUE(Selects({}, kShop));
  EXPECT_TRUE(Selects({}, {}));
}

TEST(LabelSelectorTest, EveryRequirementHolds) {
  EXPECT_TRUE(Selects({{"app", Op::kIn, {"cart", "shop"}}, {"tier", Op::kExists}}, kShop));
  EXPECT_FALSE(Selects({{"app", Op::kIn, {"shop"}}, {"tier", Op::kIn, {"db"}}}, kShop));
  EXPECT_FALSE(Selects({{"app", Op::kIn, {"shop"}}}, {}));
}

TEST(LabelSelectorTest, NegationsHoldWithoutTheLabel) {
  EXPECT_TRUE(Selects({{"zone", Op::kNotIn, {"a"}}, {"zone", Op::kDoesNotExist}}, kShop));
  EXPECT_FALSE(Selects({{"app", Op::kNotIn, {"shop"}}}, kShop));
  EXPECT_FALSE(Selects({{"app", Op::kDoesNotExist}}, kShop));
}

TEST(LabelSelectorTest, IsWidenedByTheValueThatIsMissing) {
  const LabelSelector wide =
      Widened({{"app", Op::kIn, {"shop"}}, {"tier", Op::kIn, {"web"}}}, kCanary);
  EXPECT_TRUE(Selects(wide, kShop));
  EXPECT_TRUE(Selects(wide, kCanary));
  EXPECT_FALSE(Selects(wide, {{"app", "cart"}, {"tier", "web"}}));
  EXPECT_EQ(ToYaml(wide),
            "{matchLabels: {tier: web}, matchExpressions: [{key: app, operator: In, values: "
            "[shop, shop-canary]}]}");
}

TEST(LabelSelectorTest, IsWidenedByLeavingOutWhatNoValueFixes) {
  EXPECT_EQ(Widened({{"app", Op::kNotIn, {"shop-canary"}}, {"app", Op::kExists}}, kCanary),
            (LabelSelector{{"app", Op::kExists}}));
  EXPECT_EQ(Widened({{"zone", Op::kIn, {"a"}}, {"tier", Op::kDoesNotExist}}, kCanary),
            LabelSelector{});
}

TEST(LabelSelectorTest, YamlQuotesWhatIsNoPlainText) {
  EXPECT_EQ(ToYaml({{"a", Op::kIn, {"true"}}, {"b", Op::kIn, {"1.0"}}, {"c", Op::kIn, {""}}}),
            "{matchLabels: {a: \"true\", b: \"1.0\", c: \"\"}}");
  EXPECT_EQ(ToYaml({{"app", Op::kDoesNotExist}}),
            "{matchExpressions: [{key: app, operator: DoesNotExist}]}");
  EXPECT_EQ(ToYaml({}), "{}");
}

}  // namespace
}  // namespace slogate::core
