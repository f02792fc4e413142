// Keeps a collection in sight for somebody in the same process.
#pragma once

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>

#include "sandbox/api/api.h"
#include "sandbox/api/store.h"
#include "sandbox/api/watch_cursor.h"

namespace slogate::sandbox {

// Promises as Store::Follow. `cursor` is what `request` opened; begins again by itself.
class Follower : public Store::Watch {
 public:
  Follower(Api& api, ApiRequest request, WatchCursor cursor, Store::Changed changed);
  ~Follower() override;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  void Run();
  void Tell(const nlohmann::json& event);
  void ForgetAbsent();
  bool Reopen();

  Api& api_;
  const ApiRequest request_;
  WatchCursor cursor_;
  const Store::Changed changed_;
  std::map<std::string, nlohmann::json> known_;
  std::set<std::string> fresh_;  // what the list that makes up for lost changes held
  bool expired_ = false;
  bool catching_up_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace slogate::sandbox
