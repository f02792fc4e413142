#include "sandbox/api/store.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slogate::sandbox {
namespace {

using nlohmann::json;
using ports::ErrorCode;

constexpr const char* kMaps = "/api/v1/namespaces/default/configmaps";
constexpr const char* kPods = "/api/v1/namespaces/default/pods";

json ConfigMap(const std::string& name, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}}},
          {"data", {{"k", value}}}};
}

// What a watch has told, as "+a 1", "~a 2", "-a 2".
class Notes {
 public:
  Store::Changed Taker() {
    return [this](const Change& change) {
      const char* const mark = change.type == Change::Type::kAdded      ? "+"
                               : change.type == Change::Type::kModified ? "~"
                                                                        : "-";
      const std::string name = change.object.at("metadata").at("name");
      const std::lock_guard lock(mutex_);
      notes_.push_back(mark + name + " " + change.object.value("/data/k"_json_pointer, ""));
      changed_.notify_all();
    };
  }
  std::vector<std::string> AwaitCount(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return notes_.size() >= count; });
    return notes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> notes_;
};

TEST(StoreTest, ReadsAndWritesByPath) {
  Store store;
  const auto created = store.Create(kMaps, ConfigMap("a", "1"));
  ASSERT_TRUE(created) << created.error().message;
  ASSERT_TRUE(store.MergePatch(std::string(kMaps) + "/a", {{"data", {{"k", "2"}}}}));
  const auto read = store.Get(std::string(kMaps) + "/a");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("data").at("k"), "2");
  const auto listed = store.List(kMaps);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front(), *read);
  ASSERT_TRUE(store.Delete(std::string(kMaps) + "/a"));
  EXPECT_TRUE(store.List(kMaps)->empty());
}

TEST(StoreTest, FailsWithTheCodesOfAKubeClient) {
  Store store;
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  EXPECT_EQ(store.Get(std::string(kMaps) + "/b").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.Create(kMaps, ConfigMap("a", "1")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(store.Create(kMaps, ConfigMap("A", "1")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(store.Get("/apis/no.such/v1/things").error().code, ErrorCode::kNotFound);
  const auto stale =
      store.JsonPatch(std::string(kMaps) + "/a",
                      {{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", "1"}}});
  EXPECT_EQ(stale.error().code, ErrorCode::kConflict);
  EXPECT_NE(stale.error().message.find("the object has been modified"), std::string::npos);
}

TEST(StoreTest, FollowTellsWhatIsThereAndThenEachChange) {
  Store store;
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  Notes notes;
  const auto watch = store.Follow(kMaps, notes.Taker());
  ASSERT_TRUE(watch);
  notes.AwaitCount(1);
  ASSERT_TRUE(store.MergePatch(std::string(kMaps) + "/a", {{"data", {{"k", "2"}}}}));
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("b", "3")));
  ASSERT_TRUE(store.Delete(std::string(kMaps) + "/a"));
  const std::vector<std::string> expected = {"+a 1", "~a 2", "+b 3", "-a 2"};
  EXPECT_EQ(notes.AwaitCount(4), expected);
}

TEST(StoreTest, AFollowerThatLaggedBehindCatchesUp) {
  Store store({.limits = {.objects = 100, .history = 2}, .now = nullptr});
  std::mutex gate;
  std::unique_lock closed(gate);
  Notes notes;
  const auto take = notes.Taker();
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("b", "1")));
  const auto watch = store.Follow(kMaps, [&](const Change& change) {
    take(change);
    const std::lock_guard pass(gate);
  });
  ASSERT_TRUE(watch);
  notes.AwaitCount(1);
  ASSERT_TRUE(store.Delete(std::string(kMaps) + "/a"));
  for (const char* value : {"2", "3", "4"}) {
    ASSERT_TRUE(store.MergePatch(std::string(kMaps) + "/b", {{"data", {{"k", value}}}}));
  }
  closed.unlock();
  const std::vector<std::string> expected = {"+a 1", "+b 1", "~b 4", "-a 1"};
  EXPECT_EQ(notes.AwaitCount(4), expected);
}

TEST(StoreTest, AFollowerMayWrite) {
  Store store;
  Notes notes;
  const auto take = notes.Taker();
  const auto watch = store.Follow(kMaps, [&](const Change& change) {
    const json& object = change.object;
    if (object["data"]["k"] == "1") {
      EXPECT_TRUE(store.MergePatch(std::string(kMaps) + "/a", {{"data", {{"k", "2"}}}}));
    }
    take(change);
  });
  ASSERT_TRUE(watch);
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  const std::vector<std::string> expected = {"+a 1", "~a 2"};
  EXPECT_EQ(notes.AwaitCount(2), expected);
}

TEST(StoreTest, ManyWritersOfOneObjectLoseNothing) {
  Store store;
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "0")));
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&store, i] {
      for (int round = 0; round < 25; ++round) {
        const std::string key = std::to_string(i) + "-" + std::to_string(round);
        EXPECT_TRUE(store.MergePatch(std::string(kMaps) + "/a", {{"data", {{key, "x"}}}}));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.Get(std::string(kMaps) + "/a")->at("data").size(), 101U);
}

TEST(StoreTest, InstallsEveryDocumentOnce) {
  Store store;
  const std::string text = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
data: {k: "1"}
)";
  ASSERT_TRUE(store.Install(text));
  EXPECT_TRUE(store.Install(text)) << "what exists is left alone";
  EXPECT_TRUE(store.Get("/api/v1/namespaces/shop/configmaps/a"));
  const auto unknown = store.Install("apiVersion: v9\nkind: Nothing\n");
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(store.Install("a: [")) << "not YAML";
}

TEST(StoreTest, PodsOfANodeEndWhenTheirKubeletSaysSo) {
  Store store;
  json pod = {{"apiVersion", "v1"},
              {"kind", "Pod"},
              {"metadata", {{"name", "p"}}},
              {"spec", {{"containers", {{{"name", "main"}, {"image", "x"}}}}}}};
  ASSERT_TRUE(store.Create(kPods, pod));
  ASSERT_TRUE(store.Create(std::string(kPods) + "/p/binding", {{"target", {{"name", "node"}}}}));
  ASSERT_TRUE(store.Delete(std::string(kPods) + "/p"));
  const auto going = store.Get(std::string(kPods) + "/p");
  ASSERT_TRUE(going);
  EXPECT_TRUE(going->at("metadata").contains("deletionTimestamp"));
  ASSERT_TRUE(store.Delete(std::string(kPods) + "/p?gracePeriodSeconds=0"));
  EXPECT_FALSE(store.Get(std::string(kPods) + "/p"));
}

TEST(StoreTest, ObjectsBeyondTheLimitAreRefused) {
  // Two namespaces are there from the start.
  Store store({.limits = {.objects = 3, .history = 10}, .now = nullptr});
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  EXPECT_EQ(store.Create(kMaps, ConfigMap("b", "1")).error().code, ErrorCode::kUnavailable);
}

TEST(StoreTest, NestingWithoutEndIsRefused) {
  Store store;
  json deep = "x";
  for (int i = 0; i < 100; ++i) deep = json{{"d", deep}};
  EXPECT_EQ(store.Create(kMaps, deep).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  EXPECT_FALSE(store.MergePatch(std::string(kMaps) + "/a", deep));
}

TEST(StoreTest, AListAtAVersionThatIsPastIsGone) {
  Store store;
  ASSERT_TRUE(store.Create(kMaps, ConfigMap("a", "1")));
  const auto gone = store.Get(std::string(kMaps) + "?resourceVersion=1&resourceVersionMatch=Exact");
  EXPECT_NE(gone.error().message.find("410"), std::string::npos) << gone.error().message;
}

}  // namespace
}  // namespace slogate::sandbox
