#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/kube_servers.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using testing::KubeServers;

// What a watcher believes a namespace's ConfigMaps to be: names and colours.
class Picture {
 public:
  Picture(const ClusterConfig& config, const std::string& path) : client_(config, Options()) {
    listener_.on_list = [this](const json& items) {
      const std::lock_guard lock(mutex_);
      colours_.clear();
      for (const json& item : items) Put(item);
      ++lists_;
      changed_.notify_all();
    };
    listener_.on_event = [this](const WatchEvent& event) {
      const std::lock_guard lock(mutex_);
      if (event.type == WatchEvent::Type::kDeleted) {
        colours_.erase(event.object["metadata"]["name"].get<std::string>());
      } else if (event.type != WatchEvent::Type::kBookmark) {
        Put(event.object);
      }
      changed_.notify_all();
    };
    thread_ = std::thread([this, path] { client_.ListAndWatch(path, listener_, stop_); });
  }

  ~Picture() {
    stop_ = true;
    thread_.join();
  }

  using Colours = std::map<std::string, std::string>;

  // The picture once it equals `expected`, or as it is after half a minute.
  Colours Await(const Colours& expected) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return colours_ == expected; });
    return colours_;
  }

  int lists() {
    const std::lock_guard lock(mutex_);
    return lists_;
  }

 private:
  static KubeClient::Options Options() {
    KubeClient::Options options;
    options.page_size = 2;
    options.longest_backoff = core::Duration(500);
    options.watch_length = core::Duration(2000);
    return options;
  }

  void Put(const json& object) {
    colours_[object["metadata"]["name"].get<std::string>()] =
        object["data"]["colour"].get<std::string>();
  }

  KubeClient client_;
  KubeClient::Listener listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Colours colours_;
  int lists_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class ListAndWatchServerTest : public ::testing::Test {
 protected:
  void Create(const std::string& name, const std::string& colour) {
    const auto created =
        client_.Create(path_, json{{"metadata", {{"name", name}}}, {"data", {{"colour", colour}}}});
    ASSERT_TRUE(created) << created.error().message;
  }

  void Paint(const std::string& name, const std::string& colour) {
    const auto painted =
        client_.MergePatch(path_ + "/" + name, json{{"data", {{"colour", colour}}}});
    ASSERT_TRUE(painted) << painted.error().message;
  }

  KubeServers& servers_ = KubeServers::Shared();
  KubeClient& client_ = servers_.client();
  const std::string namespace_ = servers_.CreateNamespace("watch");
  // Later servers put a map of their own in each namespace; the selector leaves it out.
  const std::string path_ = "/api/v1/namespaces/" + namespace_ + "/configmaps";
  const std::string watched_ = path_ + "?fieldSelector=metadata.name!=kube-root-ca.crt";
};

TEST_F(ListAndWatchServerTest, FollowsEveryChangeThroughPagesAndWatches) {
  Picture::Colours expected;
  for (const std::string name : {"a", "b", "c", "d", "e"}) {
    Create(name, "green");
    expected[name] = "green";
  }
  Picture picture(client_.config(), watched_);
  ASSERT_EQ(picture.Await(expected), expected);

  for (int round = 0; round < 5; ++round) {
    const std::string colour = "shade" + std::to_string(round);
    for (auto& [name, held] : expected) {
      Paint(name, colour);
      held = colour;
      ASSERT_EQ(picture.Await(expected), expected);
    }
  }
  ASSERT_TRUE(client_.Delete(path_ + "/c"));
  expected.erase("c");
  EXPECT_EQ(picture.Await(expected), expected);
  EXPECT_EQ(picture.lists(), 1);
}

TEST_F(ListAndWatchServerTest, SurvivesAnOutageOfTheServer) {
  Create("a", "green");
  Picture picture(client_.config(), watched_);
  Picture::Colours expected{{"a", "green"}};
  ASSERT_EQ(picture.Await(expected), expected);

  servers_.StopApiServer();
  servers_.StartApiServer();

  Paint("a", "blue");
  Create("b", "red");
  expected = {{"a", "blue"}, {"b", "red"}};
  EXPECT_EQ(picture.Await(expected), expected);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
