#include "sandbox/api/api_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/kubernetes/kube_client.h"

namespace slogate::sandbox {
namespace {

using adapters::http::Client;
using adapters::http::Request;
using adapters::kubernetes::ClusterConfig;
using adapters::kubernetes::KubeClient;
using adapters::kubernetes::WatchEvent;
using nlohmann::json;

constexpr const char* kMaps = "/api/v1/namespaces/default/configmaps";
constexpr std::chrono::seconds kLongest{30};

json ConfigMap(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}};
}

Request To(const ApiServer& server, const std::string& path) {
  Request request;
  request.url = server.url() + path;
  request.timeout = kLongest;
  return request;
}

// A watch on a thread of its own; counts the lines that arrive.
class Watcher {
 public:
  explicit Watcher(const ApiServer& server, const std::string& query = "")
      : request_(To(server, std::string(kMaps) + "?watch=1" + query)) {
    thread_ = std::thread([this] { Run(); });
  }
  ~Watcher() {
    stop_ = true;
    thread_.join();
  }

  bool AwaitLines(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLongest, [&] { return lines_ >= count; });
  }
  bool AwaitEnd() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLongest, [&] { return ended_; });
  }
  int status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  void Run() {
    Client client;
    const auto response = client.Stream(
        request_,
        [this](std::string_view bytes) {
          const std::lock_guard lock(mutex_);
          for (const char c : bytes) lines_ += c == '\n' ? 1 : 0;
          changed_.notify_all();
          return true;
        },
        stop_);
    const std::lock_guard lock(mutex_);
    ended_ = true;
    status_ = response ? response->status : -1;
    changed_.notify_all();
  }

  const Request request_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t lines_ = 0;
  bool ended_ = false;
  int status_ = 0;
  std::thread thread_;
};

class ApiServerTest : public testing::Test {
 protected:
  std::unique_ptr<ApiServer> Start(ApiServer::Options options) {
    auto server = ApiServer::Start(store_, options);
    if (!server) {
      ADD_FAILURE() << server.error().message;
      return nullptr;
    }
    return std::move(*server);
  }

  Store store_;
};

TEST_F(ApiServerTest, WatchesEndAtOnceWithTheServer) {
  ASSERT_TRUE(store_.Create(kMaps, ConfigMap("a")));
  auto server = Start({});
  ASSERT_NE(server, nullptr);
  Watcher first(*server);
  Watcher second(*server);
  ASSERT_TRUE(first.AwaitLines(1));
  ASSERT_TRUE(second.AwaitLines(1));
  const auto begun = std::chrono::steady_clock::now();
  server = nullptr;
  EXPECT_TRUE(first.AwaitEnd());
  EXPECT_TRUE(second.AwaitEnd());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST_F(ApiServerTest, AWatchTellsChangesAsTheyCome) {
  const auto server = Start({});
  ASSERT_NE(server, nullptr);
  ASSERT_TRUE(store_.Create(kMaps, ConfigMap("first")));
  Watcher watcher(*server);
  ASSERT_TRUE(watcher.AwaitLines(1));
  for (std::size_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(store_.Create(kMaps, ConfigMap("a" + std::to_string(i))));
    EXPECT_TRUE(watcher.AwaitLines(i + 2)) << i;
  }
}

TEST_F(ApiServerTest, TooManyWatchesAreRefused) {
  ASSERT_TRUE(store_.Create(kMaps, ConfigMap("a")));
  ApiServer::Options options;
  options.most_watches = 1;
  const auto server = Start(options);
  ASSERT_NE(server, nullptr);
  Watcher first(*server);
  ASSERT_TRUE(first.AwaitLines(1));
  Watcher second(*server);
  ASSERT_TRUE(second.AwaitEnd());
  EXPECT_EQ(second.status(), 429);
}

TEST_F(ApiServerTest, AWatchWithMoreToSendThanItMayKeepEnds) {
  json large = ConfigMap("large");
  large["data"]["k"] = std::string(10'000, 'x');
  ASSERT_TRUE(store_.Create(kMaps, large));
  ApiServer::Options options;
  options.most_unread_bytes = 5'000;
  const auto server = Start(options);
  ASSERT_NE(server, nullptr);
  Watcher watcher(*server);
  EXPECT_TRUE(watcher.AwaitEnd());
  EXPECT_EQ(watcher.status(), 200);
}

TEST_F(ApiServerTest, LargeBodiesAreRefused) {
  ApiServer::Options options;
  options.most_body_bytes = 1'000;
  const auto server = Start(options);
  ASSERT_NE(server, nullptr);
  Client client;
  Request request = To(*server, kMaps);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = ConfigMap("a").dump() + std::string(1'000, ' ');
  const auto refused = client.Send(request);
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_EQ(refused->status, 413);
  request.body = ConfigMap("a").dump();
  EXPECT_EQ(client.Send(request)->status, 201);
}

TEST_F(ApiServerTest, BytesThatAreNoRequestForItGetAnAnswer) {
  const auto server = Start({});
  ASSERT_NE(server, nullptr);
  Client client;
  for (const char* path :
       {"/", "/api/v1/%zz", "/apis/a/b/c/d/e/f/g/h", "/api/v1/namespaces/%00",
        "/api/v1/configmaps?labelSelector=%28%28", "/api/v1/pods?watch=1&resourceVersion=-"}) {
    const auto answer = client.Send(To(*server, path));
    ASSERT_TRUE(answer) << path;
    EXPECT_GE(answer->status, 400) << path;
  }
}

TEST_F(ApiServerTest, AKubeClientKeepsACollectionInSight) {
  auto server = Start({});
  ASSERT_NE(server, nullptr);
  ClusterConfig config;
  config.server = server->url();
  KubeClient client(config);
  ASSERT_TRUE(client.Create(kMaps, ConfigMap("a")));
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> told;
  const auto tell = [&](std::string note) {
    const std::lock_guard lock(mutex);
    told.push_back(std::move(note));
    changed.notify_all();
  };
  const auto await = [&](std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kLongest, [&] { return told.size() >= count; });
  };
  std::atomic<bool> stop = false;
  KubeClient::Listener listener;
  listener.on_list = [&](const json& items) { tell("list " + std::to_string(items.size())); };
  listener.on_event = [&](const WatchEvent& event) {
    if (event.type != WatchEvent::Type::kBookmark) {
      tell(event.object.at("metadata").at("name").get<std::string>());
    }
  };
  std::thread watching([&] { client.ListAndWatch(kMaps, listener, stop); });
  EXPECT_TRUE(await(1));
  EXPECT_TRUE(client.Create(kMaps, ConfigMap("b")));
  EXPECT_TRUE(await(2));
  EXPECT_TRUE(client.Delete(std::string(kMaps) + "/a"));
  EXPECT_TRUE(await(3));
  stop = true;
  watching.join();
  const std::vector<std::string> expected = {"list 1", "b", "a"};
  EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace slogate::sandbox
