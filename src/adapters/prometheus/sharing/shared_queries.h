// Raw samples for many rollouts by one query.
#pragma once

#include <chrono>
#include <compare>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/sharing/series_query.h"
#include "adapters/prometheus/sharing/shared_query.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// Rollouts whose queries have one shape, ask the same address with the same credentials, and look
// at the same time: the first that asks does so for all that are expected to ask the same next, and
// the others find their parts of the answer. A part is what the rollout's own query would give.
//
// Whatever is the matter with a shared query (it fails, is partial, slow, too large, or has a
// warning), its members ask for themselves, within the time limit that they have anyway; who cannot
// be answered well alone does not share for a while, and nor does the group if it fails again.
//
// Thread-safe.
class SharedQueries {
 public:
  using Clock = std::chrono::steady_clock;

  struct Limits {
    std::size_t members = 500;               // of one query
    std::size_t query_bytes = 64U << 10U;    // of its text
    std::size_t url_query_bytes = 2'000;     // likewise where queries go in URLs
    std::size_t expected_bytes = 2U << 20U;  // of one answer, by what the members had last
    std::size_t reply_bytes = 4U << 20U;     // of one answer
    std::size_t member_bytes = 256U << 10U;  // of one member; with more it asks for itself
    core::Duration longest_wait{2'000};      // and at most a quarter of the connection's timeout
    core::Duration first_pause{60'000};      // of a group; doubled with each failure
    core::Duration longest_pause{960'000};
    core::Duration shelf_life{60'000};        // of a part
    core::Duration forgotten_after{600'000};  // a query that is not asked again
  };

  SharedQueries() : SharedQueries(Limits(), Clock::now) {}
  SharedQueries(Limits limits, std::function<Clock::time_point()> clock)
      : limits_(limits), clock_(std::move(clock)) {}

  // The samples of `span`; `next` is what will be asked for in the next block, if all goes well.
  // `api` is the rollout's own, and afterwards knows the server's time. Answers and failures are
  // those of its own query.
  Answered<Reply> Read(const std::string& rollout, QueryApi& api, const SeriesQuery& query,
                       const SampleSpan& span, const SampleSpan& next);

  // Drops what is remembered for the rollout.
  void Forget(const std::string& rollout);

 private:
  // As whom one asks, and for series of which shape.
  struct GroupKey {
    std::string address;
    std::map<std::string, std::string> headers;
    std::vector<std::string> credentials;
    std::string shape;

    friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
  };

  struct Part {
    Reply reply;
    SampleSpan span;
    std::optional<core::TimePoint> server_time;
    Clock::time_point read{};
  };

  // One shared query under way.
  struct Round {
    bool ended = false;
    bool stopped = false;  // by who asked: no fault of the query
  };

  // One query of one rollout.
  struct Seat {
    explicit Seat(SeriesQuery of) : query(std::move(of)) {}

    const SeriesQuery query;
    std::optional<SampleSpan> next;  // expected; nothing: its own query has not been answered yet
    std::size_t bytes = 0;           // of the latest answer
    std::optional<Part> part;
    std::shared_ptr<Round> round;  // that asks for it
    SampleSpan round_span;
    int failures = 0;
    Clock::time_point alone_until{};
    Clock::time_point asked{};
  };

  using SeatKey = std::pair<std::string, std::string>;  // the rollout, the query's text

  struct Group {
    std::map<SeatKey, std::shared_ptr<Seat>> seats;
    int failures = 0;
    Clock::time_point paused_until{};
  };

  using Lock = std::unique_lock<std::mutex>;

  // What is asked at once, the asker first.
  struct Batch {
    std::vector<std::shared_ptr<Seat>> members;
    SharedQuery query;  // of theirs, in this order
  };

  static GroupKey KeyOf(const ports::MetricsConnection& connection, std::string shape);
  // Nothing: the seat has to ask for itself.
  std::optional<Part> TakeShare(Lock& lock, Group& group, const std::shared_ptr<Seat>& seat,
                                QueryApi& api, const SampleSpan& span);
  Batch BatchLocked(const Group& group, const std::shared_ptr<Seat>& asker, const SampleSpan& span,
                    bool by_url) const;
  void Lead(Lock& lock, Group& group, const Batch& batch, QueryApi& api, const SampleSpan& span);
  // Gives each member its part. Nothing: the query was not answered.
  void EndLocked(Group& group, const Batch& batch, const SampleSpan& span,
                 std::optional<SharedQuery::Parts> parts,
                 std::optional<core::TimePoint> server_time, bool stopped);
  void NoteOwnLocked(Seat& seat, const Answered<Reply>& reply, core::Duration took,
                     core::Duration wait, const SampleSpan& next);
  void SendAlone(Seat& seat) const;
  core::Duration PauseAfter(int failures) const;
  bool MayShare(const Seat& seat, const SampleSpan& span) const;
  core::Duration WaitOf(const QueryApi& api) const;
  void SweepLocked();

  const Limits limits_;
  const std::function<Clock::time_point()> clock_;
  std::mutex mutex_;
  std::condition_variable_any round_ended_;
  std::map<GroupKey, std::shared_ptr<Group>> groups_;
  Clock::time_point swept_{};
};

}  // namespace slogate::adapters::prometheus
