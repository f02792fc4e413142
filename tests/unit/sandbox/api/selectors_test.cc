#include "sandbox/api/selectors.h"

#include <gtest/gtest.h>

namespace slogate::sandbox {
namespace {

using nlohmann::json;

bool Selects(const std::string& selector) {
  const json object = {{"metadata", {{"name", "a"}, {"labels", {{"app", "x"}, {"tier", "1"}}}}}};
  const auto selection = Selection::Parse(ResourceType{}, {{"labelSelector", selector}});
  EXPECT_TRUE(selection) << selector;
  return selection && selection->Has(object);
}

TEST(SelectionTest, EveryRequirementMustBeMet) {
  for (const char* yes : {"", "app", "app=x", "app==x", "app in (x)", "app in (y, x),tier=1",
                          "app notin (y)", "!none", "none!=x", " app = x "}) {
    EXPECT_TRUE(Selects(yes)) << yes;
  }
  for (const char* no :
       {"!app", "app=y", "app!=x", "app in (y)", "app notin (x)", "none", "app=x,tier=2", "app="}) {
    EXPECT_FALSE(Selects(no)) << no;
  }
}

TEST(SelectionTest, WhatIsNoRequirementIsRefused) {
  for (const char* text :
       {"app=x=y", "=x", "app in x", "app within (x)", "a b", ",", "app in (x"}) {
    const auto selection = Selection::Parse(ResourceType{}, {{"labelSelector", text}});
    ASSERT_FALSE(selection) << text;
    EXPECT_EQ(selection.error().code, 400);
  }
}

TEST(SelectionTest, FieldsAreKnownByKind) {
  ResourceType pods;
  pods.plural = "pods";
  const auto by_node = Selection::Parse(pods, {{"fieldSelector", "spec.nodeName=one"}});
  ASSERT_TRUE(by_node);
  EXPECT_TRUE(by_node->Has({{"spec", {{"nodeName", "one"}}}}));
  EXPECT_FALSE(by_node->Has({{"spec", {{"nodeName", "two"}}}}));
  EXPECT_FALSE(by_node->Has(json::object()));
  EXPECT_FALSE(Selection::Parse(pods, {{"fieldSelector", "spec.image=one"}}));
}

}  // namespace
}  // namespace slogate::sandbox
