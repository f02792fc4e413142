#include "sandbox/api/object_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace slogate::sandbox {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using Failure = ObjectStore::Failure;

ObjectKey Key(const std::string& name, const std::string& ns = "shop") {
  return {"configmaps", ns, name};
}

json Named(const std::string& name) { return {{"metadata", {{"name", name}}}}; }

std::string VersionOf(const Object& object) {
  return object->at("metadata").at("resourceVersion").get<std::string>();
}

TEST(ObjectStoreTest, EveryChangeHasAVersionOfItsOwn) {
  ObjectStore store;
  const auto a = store.Create(Key("a"), Named("a"));
  ASSERT_TRUE(a);
  const auto changed = store.Replace(Key("a"), *a, Named("a"));
  ASSERT_TRUE(changed);
  EXPECT_LT(std::stoll(VersionOf(*a)), std::stoll(VersionOf(*changed)));
  const auto removed = store.Remove(Key("a"), *changed);
  ASSERT_TRUE(removed);
  EXPECT_EQ(VersionOf(*removed), std::to_string(store.version()));
  EXPECT_EQ(store.Find(Key("a")), nullptr);
}

TEST(ObjectStoreTest, OnlyTheObjectThatWasReadIsReplacedOrRemoved) {
  ObjectStore store;
  const auto first = store.Create(Key("a"), Named("a"));
  const auto second = store.Replace(Key("a"), *first, Named("a"));
  ASSERT_TRUE(second);
  EXPECT_EQ(store.Replace(Key("a"), *first, Named("a")).error(), Failure::kConflict);
  EXPECT_EQ(store.Remove(Key("a"), *first).error(), Failure::kConflict);
  EXPECT_EQ(store.Find(Key("a")), *second);
  EXPECT_EQ(store.Replace(Key("b"), *first, Named("b")).error(), Failure::kAbsent);
  EXPECT_EQ(store.Create(Key("a"), Named("a")).error(), Failure::kExists);
}

TEST(ObjectStoreTest, ItHoldsNoMoreThanItMay) {
  ObjectStore store({.objects = 2, .history = 10});
  ASSERT_TRUE(store.Create(Key("a"), Named("a")));
  const auto b = store.Create(Key("b"), Named("b"));
  ASSERT_TRUE(b);
  EXPECT_EQ(store.Create(Key("c"), Named("c")).error(), Failure::kFull);
  ASSERT_TRUE(store.Remove(Key("b"), *b));
  EXPECT_TRUE(store.Create(Key("c"), Named("c")));
}

TEST(ObjectStoreTest, ListsByNamespaceAndName) {
  ObjectStore store;
  for (const auto& [name, ns] : {std::pair{"b", "two"}, {"a", "two"}, {"c", "one"}}) {
    ASSERT_TRUE(store.Create(Key(name, ns), Named(name)));
  }
  ASSERT_TRUE(store.Create({"secrets", "two", "x"}, Named("x")));
  std::string all;
  for (const Object& object : store.List("configmaps", "").objects) {
    all += object->at("metadata").at("name").get<std::string>();
  }
  EXPECT_EQ(all, "cab");
  EXPECT_EQ(store.List("configmaps", "two").objects.size(), 2U);
  EXPECT_EQ(store.List("configmaps", "tw").objects.size(), 0U);
}

TEST(ObjectStoreTest, TellsChangesSinceAVersionInOrder) {
  ObjectStore store;
  const auto a = store.Create(Key("a"), Named("a"));
  const std::int64_t before = store.version();
  ASSERT_TRUE(store.Create({"secrets", "shop", "s"}, Named("s")));
  const auto changed = store.Replace(Key("a"), *a, Named("a"));
  ASSERT_TRUE(store.Remove(Key("a"), *changed));
  const auto progress = store.Since(before, "configmaps");
  ASSERT_TRUE(progress);
  ASSERT_EQ(progress->revisions.size(), 2U);
  EXPECT_EQ(progress->revisions[0]->type, Revision::Type::kModified);
  EXPECT_EQ(progress->revisions[0]->before, *a);
  EXPECT_EQ(progress->revisions[1]->type, Revision::Type::kDeleted);
  EXPECT_EQ(progress->version, store.version());
  EXPECT_TRUE(store.Since(store.version(), "configmaps")->revisions.empty());
}

TEST(ObjectStoreTest, ForgetsWhatIsTooLongAgo) {
  ObjectStore store({.objects = 100, .history = 3});
  const std::int64_t start = store.version();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(store.Create(Key(std::to_string(i)), Named("x")));
  EXPECT_FALSE(store.Since(start, "configmaps"));
  ASSERT_TRUE(store.Since(start + 1, "configmaps"));
  EXPECT_EQ(store.Since(start + 1, "configmaps")->revisions.size(), 3U);
  EXPECT_FALSE(store.Since(store.version() + 1, "configmaps")) << "a version of another server";
}

TEST(ObjectStoreTest, WaitingEndsWithAChangeAWakeOrTheDeadline) {
  ObjectStore store;
  std::atomic<bool> wake = false;
  const auto far = steady_clock::now() + std::chrono::hours(1);
  std::thread writer([&] { ASSERT_TRUE(store.Create(Key("a"), Named("a"))); });
  store.WaitPast(1, far, wake);
  writer.join();
  EXPECT_EQ(store.version(), 2);
  std::thread waker([&] { store.Wake(wake); });
  store.WaitPast(2, far, wake);
  waker.join();
  EXPECT_TRUE(wake);
  wake = false;
  store.WaitPast(2, steady_clock::now(), wake);
  EXPECT_FALSE(wake);
}

TEST(ObjectStoreTest, ManyWritersLoseNothing) {
  ObjectStore store;
  const auto counter = store.Create(Key("counter"), {{"count", 0}});
  ASSERT_TRUE(counter);
  constexpr int kWriters = 4;
  constexpr int kTimes = 200;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&store] {
      for (int done = 0; done < kTimes;) {
        const Object before = store.Find(Key("counter"));
        json after = *before;
        after["count"] = after["count"].get<int>() + 1;
        if (store.Replace(Key("counter"), before, after)) ++done;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.Find(Key("counter"))->at("count"), kWriters * kTimes);
  EXPECT_EQ(store.Since(2, "configmaps")->revisions.size(), std::size_t{kWriters * kTimes});
}

}  // namespace
}  // namespace slogate::sandbox
