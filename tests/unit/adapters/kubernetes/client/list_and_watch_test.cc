#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ports::ErrorCode;
using testing::Answer;
using testing::Chunks;
using testing::CutShort;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using testing::InTurn;
using testing::Silence;

constexpr const char* kPath = "/apis/slogate.dev/v1alpha1/rolloutpolicies";

std::string ListOf(const std::vector<std::string>& names, const std::string& version,
                   const std::string& next = "") {
  json list{{"metadata", {{"resourceVersion", version}, {"continue", next}}}};
  list["items"] = json::array();
  for (const auto& name : names) list["items"].push_back(json{{"metadata", {{"name", name}}}});
  return list.dump();
}

std::string EventOf(const std::string& type, const std::string& name, const std::string& version) {
  return json{{"type", type},
              {"object", {{"metadata", {{"name", name}, {"resourceVersion", version}}}}}}
             .dump() +
         "\n";
}

std::string ErrorEvent(int code) {
  return json{{"type", "ERROR"},
              {"object", {{"kind", "Status"}, {"code", code}, {"message", "too old"}}}}
             .dump() +
         "\n";
}

// Says its chunks and then nothing, until the client goes.
HttpServer::Handler Held(std::vector<std::string> chunks) {
  return [=](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    for (const auto& chunk : chunks) exchange.Chunk(chunk);
    exchange.HoldUntilClosed();
  };
}

HttpServer::Handler CutAfter(std::vector<std::string> chunks) {
  return [=](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    for (const auto& chunk : chunks) exchange.Chunk(chunk);
    exchange.Cut();
  };
}

bool IsWatch(const HttpRequest& request) {
  return request.target.find("watch=1") != std::string::npos;
}

// Answers lists and watches in turn, each from its own script.
HttpServer::Handler Scripts(std::vector<HttpServer::Handler> lists,
                            std::vector<HttpServer::Handler> watches) {
  return [list = InTurn(std::move(lists)), watch = InTurn(std::move(watches))](
             const HttpRequest& request, HttpExchange& exchange) {
    (IsWatch(request) ? watch : list)(request, exchange);
  };
}

// Runs ListAndWatch on a thread and notes, in words, what it was told.
class Watcher {
 public:
  explicit Watcher(const HttpServer& server, KubeClient::Options options = Quick(),
                   bool names_only = false) {
    listener_.names_only = names_only;
    ClusterConfig config;
    config.server = server.url();
    client_ = std::make_unique<KubeClient>(config, options);
    listener_.on_list = [this](const json& items) {
      std::string names = "list";
      for (const auto& item : items) {
        names += " " + item["metadata"]["name"].get<std::string>();
      }
      Note(names);
      ThrowIfRequested(names);
    };
    listener_.on_event = [this](const WatchEvent& event) {
      constexpr const char* kTypes[] = {"added", "modified", "deleted", "bookmark"};
      const std::string words = std::string(kTypes[static_cast<int>(event.type)]) + " " +
                                event.object["metadata"]["name"].get<std::string>();
      Note(words);
      ThrowIfRequested(words);
    };
    listener_.on_failure = [this](const ports::Error& error) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(error);
      changed_.notify_all();
    };
    thread_ = std::thread([this] { client_->ListAndWatch(kPath, listener_, stop_); });
  }

  ~Watcher() { Stop(); }

  // The listener throws once when it is reported these words.
  void ThrowAt(const std::string& words) {
    const std::lock_guard lock(mutex_);
    throw_at_ = words;
  }

  static KubeClient::Options Quick() {
    KubeClient::Options options;
    options.first_backoff = core::Duration(10);
    options.longest_backoff = core::Duration(40);
    options.watch_length = core::Duration(60'000);
    return options;
  }

  std::vector<std::string> AwaitNotes(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return notes_.size() >= count; });
    return notes_;
  }

  std::vector<ports::Error> AwaitFailures(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return failures_.size() >= count; });
    return failures_;
  }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void ThrowIfRequested(const std::string& words) {
    const std::lock_guard lock(mutex_);
    if (words != throw_at_) return;
    throw_at_.clear();
    throw std::runtime_error("not today");
  }

  void Note(const std::string& words) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(words);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> notes_;
  std::string throw_at_;
  std::vector<ports::Error> failures_;
  std::atomic<bool> stop_{false};
  std::unique_ptr<KubeClient> client_;
  KubeClient::Listener listener_;
  std::thread thread_;
};

std::vector<std::string> Targets(const HttpServer& server) {
  std::vector<std::string> targets;
  for (const auto& request : server.requests()) targets.push_back(request.target);
  return targets;
}

TEST(ListAndWatchTest, ListsInPagesAndWatchesFromThere) {
  HttpServer server(
      Scripts({Answer(200, ListOf({"a", "b"}, "7", "to/ken==")), Answer(200, ListOf({"c"}, "7"))},
              {Held({EventOf("MODIFIED", "a", "8"), EventOf("DELETED", "b", "9"),
                     EventOf("BOOKMARK", "", "10"), EventOf("ADDED", "d", "11")})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(5),
              ElementsAre("list a b c", "modified a", "deleted b", "bookmark ", "added d"));
  const auto targets = Targets(server);
  ASSERT_EQ(targets.size(), 3u);
  EXPECT_EQ(targets[0], std::string(kPath) + "?limit=500");
  EXPECT_EQ(targets[1], std::string(kPath) + "?limit=500&continue=to%2Fken%3D%3D");
  EXPECT_THAT(targets[2], HasSubstr("watch=1&allowWatchBookmarks=true&resourceVersion=7&"));
  EXPECT_THAT(targets[2], HasSubstr("timeoutSeconds="));
}

TEST(ListAndWatchTest, WhoWantsNamesOnlyGetsMetadataAfterOneShortPage) {
  HttpServer server(
      Scripts({Answer(200, ListOf({"a"}, "7", "next"))}, {Held({EventOf("MODIFIED", "b", "8")})}));
  Watcher watcher(server, Watcher::Quick(), true);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "modified b"));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].target, std::string(kPath) + "?limit=1");
  EXPECT_EQ(requests[0].headers.at("accept"),
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json");
  EXPECT_THAT(requests[1].target, HasSubstr("resourceVersion=7&"));
  EXPECT_EQ(requests[1].headers.at("accept"),
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json");
}

TEST(ListAndWatchTest, PagesThatExpireAreReadAsOneList) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7", "next")), Answer(410, "{}"),
                             Answer(200, ListOf({"a", "b"}, "9"))},
                            {Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(1), ElementsAre("list a b"));
  EXPECT_EQ(Targets(server).at(2), std::string(kPath) + "?limit=0");
}

TEST(ListAndWatchTest, LostConnectionResumesFromTheLastVersion) {
  HttpServer server(
      Scripts({Answer(200, ListOf({"a"}, "7"))},
              {CutAfter({EventOf("MODIFIED", "a", "8")}), Held({EventOf("MODIFIED", "a", "9")})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(3), ElementsAre("list a", "modified a", "modified a"));
  const auto targets = Targets(server);
  ASSERT_EQ(targets.size(), 3u);
  EXPECT_THAT(targets[2], HasSubstr("resourceVersion=8&"));
  EXPECT_EQ(watcher.AwaitFailures(1).at(0).code, ErrorCode::kUnavailable);
}

TEST(ListAndWatchTest, BookmarkMovesTheVersionOn) {
  HttpServer server(
      Scripts({Answer(200, ListOf({}, "7"))}, {Chunks({EventOf("BOOKMARK", "", "99")}), Held({})}));
  Watcher watcher(server);
  ASSERT_TRUE(server.AwaitRequests(3));
  EXPECT_THAT(Targets(server).at(2), HasSubstr("resourceVersion=99&"));
}

TEST(ListAndWatchTest, EventSplitAnywhereArrivesWhole) {
  const std::string line = EventOf("ADDED", "a", "8");
  std::vector<std::string> chunks;
  for (const char c : line) chunks.emplace_back(1, c);
  HttpServer server(Scripts({Answer(200, ListOf({}, "7"))}, {Held(chunks)}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list", "added a"));
}

TEST(ListAndWatchTest, HalfALineIsLostWithItsConnection) {
  const std::string line = EventOf("ADDED", "a", "8");
  HttpServer server(Scripts({Answer(200, ListOf({}, "7"))},
                            {Chunks({line.substr(0, line.size() / 2)}), Held({line})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list", "added a"));
  EXPECT_THAT(Targets(server).at(2), HasSubstr("resourceVersion=7&"));
}

TEST(ListAndWatchTest, GoneAsStatusListsAgain) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7")), Answer(200, ListOf({"b"}, "20"))},
                            {Answer(410, R"({"message":"too old resource version"})"), Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "list b"));
  EXPECT_THAT(watcher.AwaitFailures(1).at(0).message, HasSubstr("too old resource version"));
  ASSERT_TRUE(server.AwaitRequests(4));
  EXPECT_THAT(Targets(server).at(3), HasSubstr("resourceVersion=20&"));
}

TEST(ListAndWatchTest, GoneAsEventListsAgain) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7")), Answer(200, ListOf({"b"}, "20"))},
                            {Held({ErrorEvent(410)}), Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "list b"));
  EXPECT_THAT(watcher.AwaitFailures(1).at(0).message, HasSubstr("410 too old"));
}

TEST(ListAndWatchTest, AnyErrorEventListsAgain) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7")), Answer(200, ListOf({"b"}, "20"))},
                            {Held({ErrorEvent(500)}), Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "list b"));
}

TEST(ListAndWatchTest, LineThatIsNoEventListsAgain) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7")), Answer(200, ListOf({"b"}, "20"))},
                            {Held({"<html>\n"}), Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "list b"));
  EXPECT_EQ(watcher.AwaitFailures(1).at(0).code, ErrorCode::kMalformedResponse);
}

TEST(ListAndWatchTest, ServerErrorsKeepTheVersion) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7"))},
                            {Answer(500, "{}"), Answer(429, "{}", {{"Retry-After", "1"}}),
                             Held({EventOf("ADDED", "b", "8")})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "added b"));
  EXPECT_THAT(Targets(server).at(3), HasSubstr("resourceVersion=7&"));
}

TEST(ListAndWatchTest, FailingListIsRepeatedUntilItSucceeds) {
  HttpServer server(
      Scripts({Answer(500, "{}"), CutShort("{", 100), Answer(200, "[]"),
               Answer(403, R"({"message":"forbidden"})"), Answer(200, ListOf({"a"}, "7"))},
              {Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitNotes(1), ElementsAre("list a"));
  const auto failures = watcher.AwaitFailures(4);
  ASSERT_EQ(failures.size(), 4u);
  EXPECT_EQ(failures[0].code, ErrorCode::kUnavailable);
  EXPECT_EQ(failures[1].code, ErrorCode::kUnavailable);
  EXPECT_EQ(failures[2].code, ErrorCode::kMalformedResponse);
  EXPECT_EQ(failures[3].code, ErrorCode::kUnauthorized);
}

TEST(ListAndWatchTest, ListThatNeverEndsIsAFailure) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7", "same"))}, {Held({})}));
  Watcher watcher(server);
  EXPECT_THAT(watcher.AwaitFailures(1).at(0).message, HasSubstr("never ends"));
}

TEST(ListAndWatchTest, SilentWatchCountsAsLost) {
  KubeClient::Options options = Watcher::Quick();
  options.watch_length = core::Duration(1000);
  options.watch_grace = core::Duration(100);
  HttpServer server(
      Scripts({Answer(200, ListOf({"a"}, "7"))}, {Silence(), Held({EventOf("ADDED", "b", "8")})}));
  Watcher watcher(server, options);
  EXPECT_THAT(watcher.AwaitNotes(2), ElementsAre("list a", "added b"));
  EXPECT_EQ(watcher.AwaitFailures(1).at(0).code, ErrorCode::kTimeout);
}

TEST(ListAndWatchTest, WatchesThatEndAtOnceBackOff) {
  KubeClient::Options options = Watcher::Quick();
  options.first_backoff = core::Duration(60'000);
  options.longest_backoff = core::Duration(60'000);
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7"))}, {Chunks({})}));
  Watcher watcher(server, options);
  EXPECT_THAT(watcher.AwaitFailures(1).at(0).message, HasSubstr("ended at once"));
  EXPECT_EQ(server.requests().size(), 2u);
}

void ExpectReportedAndListedAgain(const std::string& words) {
  std::promise<void> armed;
  HttpServer::Handler first = [ready = armed.get_future().share()](const HttpRequest& request,
                                                                   HttpExchange& exchange) {
    ready.wait();
    Answer(200, ListOf({"a"}, "7"))(request, exchange);
  };
  HttpServer server(Scripts({first, Answer(200, ListOf({"a", "b"}, "9"))},
                            {Held({EventOf("ADDED", "b", "8")}), Held({})}));
  Watcher watcher(server);
  watcher.ThrowAt(words);
  armed.set_value();
  const auto failures = watcher.AwaitFailures(1);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].code, ErrorCode::kInternal);
  EXPECT_THAT(failures[0].message, HasSubstr("not today"));
  const std::size_t second_list = words == "list a" ? 2 : 3;
  EXPECT_EQ(watcher.AwaitNotes(second_list).at(second_list - 1), "list a b");
}

TEST(ListAndWatchTest, AListenerThatThrowsAtAListIsGivenAnotherOne) {
  ExpectReportedAndListedAgain("list a");
}

TEST(ListAndWatchTest, AListenerThatThrowsAtAnEventIsGivenAnotherList) {
  ExpectReportedAndListedAgain("added b");
}

TEST(ListAndWatchTest, StopsWithinASecondDuringAWatch) {
  HttpServer server(Scripts({Answer(200, ListOf({"a"}, "7"))}, {Held({})}));
  Watcher watcher(server);
  ASSERT_TRUE(server.AwaitRequests(2));
  const auto requested = std::chrono::steady_clock::now();
  watcher.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - requested, std::chrono::seconds(1));
}

TEST(ListAndWatchTest, StopsWithinASecondDuringABackoff) {
  KubeClient::Options options = Watcher::Quick();
  options.first_backoff = core::Duration(60'000);
  options.longest_backoff = core::Duration(60'000);
  HttpServer server(Answer(500, "{}"));
  Watcher watcher(server, options);
  EXPECT_EQ(watcher.AwaitFailures(1).size(), 1u);
  const auto requested = std::chrono::steady_clock::now();
  watcher.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - requested, std::chrono::seconds(1));
}

TEST(ListAndWatchTest, StopsWithinASecondDuringARetryAfter) {
  HttpServer server(Answer(429, "{}", {{"Retry-After", "10"}}));
  Watcher watcher(server);
  ASSERT_TRUE(server.AwaitRequests(1));
  const auto requested = std::chrono::steady_clock::now();
  watcher.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - requested, std::chrono::seconds(1));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
