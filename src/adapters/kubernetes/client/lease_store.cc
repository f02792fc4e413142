#include "adapters/kubernetes/client/lease_store.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "adapters/kubernetes/client/object_fields.h"

namespace slogate::adapters::kubernetes {
namespace {

namespace chrono = std::chrono;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes text from the front of what is left, and remembers when something did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int Number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (text_.empty() || !IsDigit(text_.front())) {
        good_ = false;
        return 0;
      }
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  bool Skip(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Expect(char wanted) { good_ = Skip(wanted) && good_; }

  core::Duration Fraction() {
    core::Duration::rep milliseconds = 0;
    core::Duration::rep unit = 100;
    bool any = false;
    while (!text_.empty() && IsDigit(text_.front())) {
      milliseconds += (text_.front() - '0') * unit;
      unit /= 10;
      any = true;
      text_.remove_prefix(1);
    }
    good_ = good_ && any;
    return core::Duration(milliseconds);
  }

  core::Duration Offset() {
    if (Skip('Z') || Skip('z')) return core::Duration::zero();
    const bool west = Skip('-');
    if (!west) Expect('+');
    const int hours = Number(2);
    Expect(':');
    const int minutes = Number(2);
    good_ = good_ && hours < 24 && minutes < 60;
    const core::Duration offset = chrono::hours(hours) + chrono::minutes(minutes);
    return west ? -offset : offset;
  }

  bool Done() const { return good_ && text_.empty(); }
  void Require(bool condition) { good_ = good_ && condition; }

 private:
  std::string_view text_;
  bool good_ = true;
};

}  // namespace

std::string FormatMicroTime(core::TimePoint time) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ld000Z",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<long>(clock.hours().count()),
                static_cast<long>(clock.minutes().count()),
                static_cast<long>(clock.seconds().count()),
                static_cast<long>(clock.subseconds().count()));
  return text;
}

std::optional<core::TimePoint> ParseMicroTime(std::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4);
  scan.Expect('-');
  const int month = scan.Number(2);
  scan.Expect('-');
  const int day = scan.Number(2);
  scan.Expect('T');
  const int hours = scan.Number(2);
  scan.Expect(':');
  const int minutes = scan.Number(2);
  scan.Expect(':');
  const int seconds = scan.Number(2);
  const core::Duration fraction = scan.Skip('.') ? scan.Fraction() : core::Duration::zero();
  const core::Duration offset = scan.Offset();
  const chrono::year_month_day date(chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  // A leap second counts as the first of the next minute.
  scan.Require(date.ok() && hours < 24 && minutes < 60 && seconds <= 60);
  if (!scan.Done()) return std::nullopt;
  return core::TimePoint(chrono::sys_days(date)) + chrono::hours(hours) + chrono::minutes(minutes) +
         chrono::seconds(seconds) + fraction - offset;
}

namespace {

using nlohmann::json;
using ports::ErrorCode;
using ports::Lease;
using ports::Result;

json SpecOf(const Lease& lease) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lease.duration).count();
  // A lease that was given up has no holder: an empty one is not valid everywhere.
  return json{{"holderIdentity", lease.holder.empty() ? json() : json(lease.holder)},
              // The API server refuses less than a second.
              {"leaseDurationSeconds", std::max<std::int64_t>(1, seconds)},
              {"renewTime", FormatMicroTime(lease.renewed)},
              {"leaseTransitions", lease.transitions}};
}

Result<Lease> LeaseOf(const json& object) {
  Lease lease;
  lease.resource_version = TextField(object, {"metadata", "resourceVersion"});
  if (lease.resource_version.empty()) {
    return ports::Fail(ErrorCode::kMalformedResponse, "Lease: it has no resource version");
  }
  lease.holder = TextField(object, {"spec", "holderIdentity"});
  const std::int64_t seconds = NumberField(object, {"spec", "leaseDurationSeconds"});
  // Fields may be absent; what is absent stays at the port's default.
  if (seconds > 0 && seconds <= 86'400) lease.duration = std::chrono::seconds(seconds);
  const std::int64_t transitions = NumberField(object, {"spec", "leaseTransitions"});
  lease.transitions = static_cast<int>(std::clamp<std::int64_t>(transitions, 0, 1'000'000'000));
  lease.renewed = ParseMicroTime(TextField(object, {"spec", "renewTime"})).value_or(lease.renewed);
  return lease;
}

}  // namespace

KubeLeaseStore::KubeLeaseStore(KubeClient& client, std::string ns, std::string name)
    : client_(client),
      ns_(std::move(ns)),
      name_(std::move(name)),
      collection_("/apis/coordination.k8s.io/v1/namespaces/" + ns_ + "/leases") {}

Result<Lease> KubeLeaseStore::Read() {
  auto answer = client_.Get(collection_ + "/" + name_);
  if (!answer && answer.error().code == ErrorCode::kNotFound) return Lease{};
  return Remember(std::move(answer));
}

Result<Lease> KubeLeaseStore::Write(const Lease& lease) {
  return lease.resource_version.empty() ? Create(lease) : Renew(lease);
}

Result<Lease> KubeLeaseStore::Create(const Lease& lease) {
  json object{{"apiVersion", "coordination.k8s.io/v1"},
              {"kind", "Lease"},
              {"metadata", {{"name", name_}, {"namespace", ns_}}},
              {"spec", SpecOf(lease)}};
  object["spec"]["acquireTime"] = FormatMicroTime(lease.renewed);
  return Remember(client_.Create(collection_, object));
}

Result<Lease> KubeLeaseStore::Renew(const Lease& lease) {
  // A merge patch that names a resource version is refused with 409 when that is not the newest.
  json patch{{"metadata", {{"resourceVersion", lease.resource_version}}}, {"spec", SpecOf(lease)}};
  if (ChangesHands(lease)) patch["spec"]["acquireTime"] = FormatMicroTime(lease.renewed);
  auto answer = client_.MergePatch(collection_ + "/" + name_, patch);
  if (!answer && answer.error().code == ErrorCode::kNotFound) {
    return ports::Fail(ErrorCode::kConflict, answer.error().message);
  }
  return Remember(std::move(answer));
}

Result<Lease> KubeLeaseStore::Remember(Result<json> answer) {
  if (!answer) return tl::unexpected(std::move(answer.error()));
  auto lease = LeaseOf(*answer);
  if (!lease) return lease;
  const std::lock_guard lock(mutex_);
  last_ = *lease;
  return lease;
}

bool KubeLeaseStore::ChangesHands(const Lease& lease) {
  const std::lock_guard lock(mutex_);
  return last_.resource_version == lease.resource_version && last_.holder != lease.holder;
}

}  // namespace slogate::adapters::kubernetes
