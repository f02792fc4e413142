#include "sandbox/api/follower.h"

#include <chrono>
#include <utility>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::sandbox {

using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

std::string KeyOf(const json& object) {
  return TextField(object, {"metadata", "namespace"}) + "/" +
         TextField(object, {"metadata", "name"});
}

}  // namespace

Follower::Follower(Api& api, ApiRequest request, WatchCursor cursor, Store::Changed changed)
    : api_(api),
      request_(std::move(request)),
      cursor_(std::move(cursor)),
      changed_(std::move(changed)) {
  thread_ = std::thread([this] { Run(); });
}

Follower::~Follower() {
  api_.store().Wake(stop_);
  thread_.join();
}

void Follower::Run() {
  while (!stop_) {
    for (const json& event : cursor_.Next(std::chrono::steady_clock::now())) Tell(event);
    if (catching_up_) ForgetAbsent();
    if (cursor_.ended() && !Reopen()) return;
    if (!stop_) api_.store().WaitPast(cursor_.version(), cursor_.due(), stop_);
  }
}

void Follower::Tell(const json& event) {
  const std::string type = TextField(event, {"type"});
  if (type == "ERROR") {
    expired_ = true;
    return;
  }
  const json& object = event.at("object");
  const std::string key = KeyOf(object);
  if (type == "DELETED") {
    known_.erase(key);
    changed_({Change::Type::kDeleted, object});
    return;
  }
  if (catching_up_) fresh_.insert(key);
  const bool is_new = known_.insert_or_assign(key, object).second;
  changed_({is_new ? Change::Type::kAdded : Change::Type::kModified, object});
}

// After a list that makes up for changes that are no longer kept.
void Follower::ForgetAbsent() {
  for (auto known = known_.begin(); known != known_.end();) {
    if (fresh_.contains(known->first)) {
      ++known;
      continue;
    }
    changed_({Change::Type::kDeleted, known->second});
    known = known_.erase(known);
  }
  fresh_.clear();
  catching_up_ = false;
}

bool Follower::Reopen() {
  ApiRequest again = request_;
  if (!expired_) {
    again.query += "&resourceVersion=" + std::to_string(cursor_.version());
  }
  catching_up_ = std::exchange(expired_, false);
  auto cursor = api_.OpenWatch(again);
  // The kind is no longer served.
  if (!cursor) return false;
  cursor_ = std::move(*cursor);
  return true;
}

}  // namespace slogate::sandbox
