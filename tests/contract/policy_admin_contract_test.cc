// What every PolicyAdmin promises, held against the one in memory and the one on a real cluster.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/kubernetes/policy/kube_policy_admin.h"
#include "contract/contract_cluster.h"
#include "contract/policies.h"
#include "support/fakes.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ports::ActKind;

constexpr const char* kText = "abcdef0123/2 by ann at 2026-05-01T10:00:00Z";

class AdminWorld {
 public:
  virtual ~AdminWorld() = default;
  virtual ports::PolicyAdmin& admin() = 0;
  // Two namespaces of this test alone.
  virtual std::string ns() const = 0;
  virtual std::string other_ns() const = 0;
  virtual void Create(const ports::Key& key) = 0;
  virtual void CreateUnsound(const ports::Key& key) = 0;
  virtual void Remove(const ports::Key& key) = 0;
  virtual void Tell(const ports::PolicyRecord& record, const std::string& reason, bool warning,
                    core::TimePoint at) = 0;
};

class MemoryAdminWorld : public AdminWorld {
 public:
  ports::PolicyAdmin& admin() override { return admin_; }
  std::string ns() const override { return "admin-a"; }
  std::string other_ns() const override { return "admin-b"; }
  void Create(const ports::Key& key) override { store_.Put(key, PolicyFor("http://p:9090")); }
  void CreateUnsound(const ports::Key& key) override {
    store_.PutUnsound(key, "spec.steps: weights must rise; order them");
  }
  void Remove(const ports::Key& key) override { store_.Remove(key); }
  void Tell(const ports::PolicyRecord& record, const std::string& reason, bool warning,
            core::TimePoint at) override {
    admin_.Tell(record.key, {.first = at,
                             .last = at,
                             .count = 1,
                             .warning = warning,
                             .reason = reason,
                             .message = reason + " happened"});
  }

 private:
  demo::MemoryPolicyStore store_;
  demo::MemoryPolicyAdmin admin_{store_};
};

class KubeAdminWorld : public AdminWorld {
 public:
  ports::PolicyAdmin& admin() override { return admin_; }
  std::string ns() const override { return objects_.ns(); }
  std::string other_ns() const override { return others_.ns(); }
  void Create(const ports::Key& key) override {
    In(key).Create(PolicyObjectFor(key, "http://p:9090"));
  }
  void CreateUnsound(const ports::Key& key) override {
    In(key).Create(UnsoundPolicyObjectFor(key));
  }
  void Remove(const ports::Key& key) override {
    In(key).Delete("slogate.dev/v1alpha1", "RolloutPolicy", key.name);
  }
  void Tell(const ports::PolicyRecord& record, const std::string& reason, bool warning,
            core::TimePoint at) override {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    // Whole minutes of one hour are all that these tests need.
    const std::string time = "2026-05-01T10:0" + std::to_string(seconds / 60 % 10) + ":00Z";
    In(record.key)
        .Create({{"apiVersion", "v1"},
                 {"kind", "Event"},
                 {"metadata", {{"name", record.key.name + "." + reason}}},
                 {"involvedObject",
                  {{"apiVersion", "slogate.dev/v1alpha1"},
                   {"kind", "RolloutPolicy"},
                   {"name", record.key.name},
                   {"namespace", record.key.ns},
                   {"uid", record.uid}}},
                 {"reason", reason},
                 {"message", reason + " happened"},
                 {"type", warning ? "Warning" : "Normal"},
                 {"count", 1},
                 {"firstTimestamp", time},
                 {"lastTimestamp", time}});
  }

 private:
  const NamespaceObjects& In(const ports::Key& key) const {
    return key.ns == objects_.ns() ? objects_ : others_;
  }

  NamespaceObjects objects_{"admin-a"};
  NamespaceObjects others_{"admin-b"};
  adapters::kubernetes::KubePolicyAdmin admin_{Cluster().client()};
};

class PolicyAdminContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  PolicyAdminContractTest() {
    if (std::string(GetParam()) == "Memory") {
      world_ = std::make_unique<MemoryAdminWorld>();
    } else {
      world_ = std::make_unique<KubeAdminWorld>();
    }
  }

  ports::Key Key(const std::string& name) const { return {world_->ns(), name}; }
  ports::PolicyRecord Get(const std::string& name) {
    const auto record = world_->admin().Get(Key(name));
    EXPECT_TRUE(record.has_value()) << record.error().message;
    return record.value_or(ports::PolicyRecord{});
  }
  ports::PolicyRecord Ask(const ports::PolicyRecord& record, const ports::PolicyChange& change) {
    const auto requested = world_->admin().Ask(record, change);
    EXPECT_TRUE(requested.has_value()) << requested.error().message;
    return requested.value_or(ports::PolicyRecord{});
  }

  std::unique_ptr<AdminWorld> world_;
};

TEST_P(PolicyAdminContractTest, ListsByNamespaceInOrder) {
  world_->Create(Key("web"));
  world_->CreateUnsound(Key("api"));
  world_->Create({world_->other_ns(), "shop"});
  const auto here = world_->admin().List(world_->ns());
  ASSERT_TRUE(here.has_value()) << here.error().message;
  ASSERT_EQ(here->size(), 2U);
  EXPECT_EQ((*here)[0].key, Key("api"));
  EXPECT_NE((*here)[0].problem, "");
  EXPECT_EQ((*here)[1].key, Key("web"));
  EXPECT_EQ((*here)[1].policy, PolicyFor("http://p:9090"));
  const auto everywhere = world_->admin().List("");
  ASSERT_TRUE(everywhere.has_value());
  std::vector<ports::Key> ours;
  for (const ports::PolicyRecord& record : *everywhere) {
    if (record.key.ns == world_->ns() || record.key.ns == world_->other_ns()) {
      ours.push_back(record.key);
    }
  }
  EXPECT_EQ(ours, (std::vector<ports::Key>{Key("api"), Key("web"),
                                           ports::Key{world_->other_ns(), "shop"}}));
}

TEST_P(PolicyAdminContractTest, AnEmptyNamespaceHasNoPolicies) {
  const auto none = world_->admin().List("nothing-here");
  ASSERT_TRUE(none.has_value()) << none.error().message;
  EXPECT_TRUE(none->empty());
}

TEST_P(PolicyAdminContractTest, AnAbsentPolicyIsNotFound) {
  const auto record = world_->admin().Get(Key("nothing"));
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyAdminContractTest, EveryWordIsReadAsItWasMeant) {
  world_->Create(Key("shop"));
  const std::string word = "yes by ann at 2026-05-01T10:00:00Z";
  const ports::PolicyRecord requested =
      Ask(Get("shop"), {.words = {{ActKind::kApprove, kText},
                                  {ActKind::kPromote, "abcdef0123"},
                                  {ActKind::kAbort, "abcdef0123"},
                                  {ActKind::kPause, word},
                                  {ActKind::kResume, word},
                                  {ActKind::kRetry, word},
                                  {ActKind::kUndo, "abcdef0123/now by ann"}},
                        .paused = std::nullopt});
  EXPECT_EQ(requested.requests.approve,
            (core::Request{"abcdef0123", 2, "ann", "2026-05-01T10:00:00Z", kText}));
  ASSERT_TRUE(requested.requests.promote.has_value());
  EXPECT_EQ(requested.requests.promote->revision, "abcdef0123");
  EXPECT_EQ(requested.requests.promote->step, 0);
  ASSERT_TRUE(requested.requests.abort.has_value());
  EXPECT_EQ(requested.requests.abort->revision, "abcdef0123");
  ASSERT_TRUE(requested.requests.pause.has_value());
  EXPECT_EQ(requested.requests.pause->by, "ann");
  EXPECT_EQ(requested.requests.resume, word);
  ASSERT_TRUE(requested.requests.undo.has_value());
  EXPECT_EQ(requested.requests.undo->revision, "abcdef0123");
  EXPECT_TRUE(requested.requests.undo->now);
  ASSERT_TRUE(requested.policy.has_value());
  EXPECT_EQ(requested.policy->retry, "@" + word);
  EXPECT_EQ(requested.generation, 1) << "words are no part of the spec";
  EXPECT_EQ(Get("shop").requests, requested.requests);
}

TEST_P(PolicyAdminContractTest, AWordCanBeTakenBackAndThePauseOfTheSpecLifted) {
  world_->Create(Key("shop"));
  ports::PolicyRecord record =
      Ask(Get("shop"), {.words = {{ActKind::kPause, "yes"}}, .paused = true});
  EXPECT_TRUE(record.policy->paused);
  EXPECT_TRUE(record.requests.pause.has_value());
  record = Ask(record, {.words = {{ActKind::kPause, std::nullopt}, {ActKind::kResume, "now"}},
                        .paused = false});
  EXPECT_FALSE(record.policy->paused);
  EXPECT_EQ(record.requests.pause, std::nullopt);
  EXPECT_EQ(record.requests.resume, "now");
  EXPECT_EQ(record.policy->routes, PolicyFor("http://p:9090").routes);
}

TEST_P(PolicyAdminContractTest, AskingOfAnOlderVersionIsAConflict) {
  world_->Create(Key("shop"));
  const ports::PolicyRecord old = Get("shop");
  Ask(old, {.words = {{ActKind::kPause, "yes"}}, .paused = std::nullopt});
  const auto late = world_->admin().Ask(
      old, {.words = {{ActKind::kAbort, "abcdef0123"}}, .paused = std::nullopt});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(Get("shop").requests.abort, std::nullopt);
}

TEST_P(PolicyAdminContractTest, AskingOfAPolicyThatIsGoneIsNotFound) {
  world_->Create(Key("shop"));
  const ports::PolicyRecord record = Get("shop");
  world_->Remove(Key("shop"));
  const auto requested =
      world_->admin().Ask(record, {.words = {{ActKind::kPause, "yes"}}, .paused = std::nullopt});
  ASSERT_FALSE(requested.has_value());
  EXPECT_EQ(requested.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyAdminContractTest, EventsAreOfThisPolicyAloneAndNewestLast) {
  using namespace std::chrono_literals;
  // 2026-05-01T10:00:00Z
  const core::TimePoint begin{core::Duration(1'777'629'600'000)};
  world_->Create(Key("shop"));
  world_->Create(Key("web"));
  const ports::PolicyRecord shop = Get("shop");
  world_->Tell(shop, "Later", true, begin + 2min);
  world_->Tell(shop, "Sooner", false, begin + 1min);
  world_->Tell(Get("web"), "Elsewhere", false, begin);
  const auto events = world_->admin().EventsOf(shop);
  ASSERT_TRUE(events.has_value()) << events.error().message;
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0].reason, "Sooner");
  EXPECT_EQ((*events)[0].message, "Sooner happened");
  EXPECT_FALSE((*events)[0].warning);
  EXPECT_EQ((*events)[0].last, begin + 1min);
  EXPECT_EQ((*events)[1].reason, "Later");
  EXPECT_TRUE((*events)[1].warning);
  EXPECT_EQ((*events)[1].first, begin + 2min);
  EXPECT_EQ((*events)[1].count, 1);
}

TEST_P(PolicyAdminContractTest, ALaterPolicyOfTheSameNameHasNoEventsYet) {
  world_->Create(Key("shop"));
  world_->Tell(Get("shop"), "Old", false, core::TimePoint{});
  world_->Remove(Key("shop"));
  world_->Create(Key("shop"));
  const auto events = world_->admin().EventsOf(Get("shop"));
  ASSERT_TRUE(events.has_value()) << events.error().message;
  EXPECT_TRUE(events->empty());
}

INSTANTIATE_TEST_SUITE_P(Admins, PolicyAdminContractTest, ::testing::Values("Memory", "Kube"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing
