#include "adapters/prometheus/sharing/shared_queries.h"

#include <algorithm>
#include <iterator>

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

// A source that does not answer says nothing of the query, and the next own query that is answered
// ends it.
bool IsOfTheSource(SourceProblem problem) {
  return problem == SourceProblem::kUnreachable || problem == SourceProblem::kServerError ||
         problem == SourceProblem::kUnauthorized;
}

std::size_t BytesOf(const Reply& reply) {
  std::size_t bytes = 0;
  for (const auto& series : reply.series) bytes += BytesOf(series);
  return bytes;
}

}  // namespace

SharedQueries::GroupKey SharedQueries::KeyOf(const ports::MetricsConnection& connection,
                                             std::string shape) {
  return {connection.address,
          connection.headers,
          {connection.bearer_token, connection.basic_username, connection.basic_password,
           connection.ca_pem, connection.client_certificate_pem, connection.client_key_pem,
           connection.server_name},
          std::move(shape)};
}

core::Duration SharedQueries::WaitOf(const QueryApi& api) const {
  return std::min(limits_.longest_wait, api.connection().timeout / 4);
}

core::Duration SharedQueries::PauseAfter(int failures) const {
  constexpr int kMaxDoublings = 10;
  return std::min(limits_.longest_pause,
                  limits_.first_pause * (1 << std::clamp(failures - 1, 0, kMaxDoublings)));
}

Answered<Reply> SharedQueries::Read(const std::string& rollout, QueryApi& api,
                                    const SeriesQuery& query, const SampleSpan& span,
                                    const SampleSpan& next) {
  auto shape = ShapeOf(query);
  if (!shape) return ReadSpan(api, query, span);
  const Clock::time_point began = clock_();
  Lock lock(mutex_);
  SweepLocked();
  std::shared_ptr<Group>& kept = groups_[KeyOf(api.connection(), std::move(*shape))];
  if (!kept) kept = std::make_shared<Group>();
  const std::shared_ptr<Group> group = kept;
  std::shared_ptr<Seat>& place = group->seats[{rollout, query.Text()}];
  if (!place) place = std::make_shared<Seat>(query);
  const std::shared_ptr<Seat> seat = place;
  seat->asked = began;
  if (auto part = TakeShare(lock, *group, seat, api, span)) {
    seat->next = next;
    api.NoteServerTime(part->server_time);
    return std::move(part->reply);
  }
  lock.unlock();
  const auto took = [&](Clock::time_point since) {
    return std::chrono::duration_cast<core::Duration>(clock_() - since);
  };
  const core::Duration left = api.connection().timeout - took(began);
  QueryApi own(api.transport(), api.connection(), {.timeout = std::max(left, core::Duration(1))});
  const Clock::time_point asked = clock_();
  auto reply = ReadSpan(own, query, span);
  api.NoteServerTime(own.server_time());
  lock.lock();
  NoteOwnLocked(*seat, reply, took(asked), WaitOf(api), next);
  return reply;
}

std::optional<SharedQueries::Part> SharedQueries::TakeShare(Lock& lock, Group& group,
                                                            const std::shared_ptr<Seat>& seat,
                                                            QueryApi& api, const SampleSpan& span) {
  const core::Duration wait = WaitOf(api);
  const std::stop_token& stop = api.connection().stop;
  const Clock::time_point until = clock_() + wait;
  bool led = false;
  while (true) {
    if (seat->part) {
      std::optional<Part> part = std::exchange(seat->part, std::nullopt);
      if (part->span == span && clock_() - part->read < limits_.shelf_life) return part;
    }
    if (led || stop.stop_requested() || clock_() >= until) return std::nullopt;
    if (const std::shared_ptr<Round> round = seat->round; round && seat->round_span == span) {
      const bool ended = round_ended_.wait_until(lock, stop, until, [&] { return round->ended; });
      if (!ended || (!round->stopped && !seat->part)) return std::nullopt;
      continue;
    }
    if (!MayShare(*seat, span) || clock_() < group.paused_until) return std::nullopt;
    const Batch batch = BatchLocked(group, seat, span, api.AsksByUrl());
    if (batch.members.size() < 2) return std::nullopt;
    Lead(lock, group, batch, api, span);
    led = true;
  }
}

bool SharedQueries::MayShare(const Seat& seat, const SampleSpan& span) const {
  return seat.next == span && !seat.round && clock_() >= seat.alone_until;
}

SharedQueries::Batch SharedQueries::BatchLocked(const Group& group,
                                                const std::shared_ptr<Seat>& asker,
                                                const SampleSpan& span, bool by_url) const {
  const std::size_t max_text = by_url ? limits_.url_query_bytes : limits_.query_bytes;
  Batch batch{{asker}, SharedQuery(asker->query)};
  std::size_t bytes = asker->bytes;
  for (const auto& [key, seat] : group.seats) {
    if (batch.members.size() == limits_.members) break;
    const bool has_it = seat->part && seat->part->span == span;
    if (seat == asker || has_it || !MayShare(*seat, span)) continue;
    if (bytes + seat->bytes > limits_.expected_bytes) continue;
    if (!batch.query.Add(seat->query, max_text)) continue;
    bytes += seat->bytes;
    batch.members.push_back(seat);
  }
  return batch;
}

void SharedQueries::Lead(Lock& lock, Group& group, const Batch& batch, QueryApi& api,
                         const SampleSpan& span) {
  const auto round = std::make_shared<Round>();
  for (const std::shared_ptr<Seat>& seat : batch.members) {
    seat->round = round;
    seat->round_span = span;
  }
  lock.unlock();
  QueryApi shared(api.transport(), api.connection(),
                  {.timeout = WaitOf(api), .reply_bytes = limits_.reply_bytes});
  std::optional<SharedQuery::Parts> parts;
  try {
    const auto reply = ReadSpan(shared, batch.query.Query(), span);
    if (reply && reply->warnings.empty()) parts = batch.query.Split(*reply);
  } catch (...) {
    lock.lock();
    EndLocked(group, batch, span, std::nullopt, std::nullopt, false);
    throw;
  }
  lock.lock();
  EndLocked(group, batch, span, std::move(parts), shared.server_time(),
            api.connection().stop.stop_requested());
}

void SharedQueries::EndLocked(Group& group, const Batch& batch, const SampleSpan& span,
                              std::optional<SharedQuery::Parts> parts,
                              std::optional<core::TimePoint> server_time, bool stopped) {
  const Clock::time_point now = clock_();
  const std::shared_ptr<Round> round = batch.members.front()->round;
  round->ended = true;
  round->stopped = !parts && stopped;
  round_ended_.notify_all();
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < batch.members.size(); ++i) {
    Seat& seat = *batch.members[i];
    seat.round.reset();
    if (!parts) continue;
    SharedQuery::Part& part = parts->of_members[i];
    wanted += part.bytes;
    seat.bytes = part.bytes;
    if (part.unsure || part.bytes > limits_.member_bytes) {
      SendAlone(seat);
    } else {
      seat.failures = 0;
    }
    if (!part.unsure) seat.part = Part{std::move(part.reply), span, server_time, now};
  }
  // As much again that nobody wants: asking together costs more than it saves.
  const bool wasteful = parts && parts->unwanted > wanted + limits_.member_bytes;
  if (parts && !wasteful) group.failures = 0;
  if (round->stopped || (parts && !wasteful)) return;
  group.paused_until = now + PauseAfter(++group.failures);
}

void SharedQueries::SendAlone(Seat& seat) const {
  // Longer than the group, which is to share again without it.
  constexpr int kMoreDoublings = 2;
  seat.alone_until = clock_() + PauseAfter(++seat.failures + kMoreDoublings);
}

void SharedQueries::NoteOwnLocked(Seat& seat, const Answered<Reply>& reply, core::Duration took,
                                  core::Duration wait, const SampleSpan& next) {
  if (!reply) {
    seat.next.reset();
    if (!IsOfTheSource(reply.error().problem)) SendAlone(seat);
    return;
  }
  seat.next = next;
  seat.bytes = BytesOf(*reply);
  if (!reply->warnings.empty() || seat.bytes > limits_.member_bytes || took > wait) {
    SendAlone(seat);
  }
}

void SharedQueries::Forget(const std::string& rollout) {
  const std::lock_guard lock(mutex_);
  for (auto it = groups_.begin(); it != groups_.end();) {
    auto& seats = it->second->seats;
    std::erase_if(seats, [&](const auto& seat) { return seat.first.first == rollout; });
    it = seats.empty() ? groups_.erase(it) : std::next(it);
  }
}

void SharedQueries::SweepLocked() {
  const Clock::time_point now = clock_();
  if (now - swept_ < limits_.shelf_life) return;
  swept_ = now;
  for (auto it = groups_.begin(); it != groups_.end();) {
    auto& seats = it->second->seats;
    std::erase_if(seats, [&](const auto& entry) {
      Seat& seat = *entry.second;
      if (seat.part && now - seat.part->read >= limits_.shelf_life) seat.part.reset();
      return now - seat.asked >= limits_.forgotten_after;
    });
    it = seats.empty() ? groups_.erase(it) : std::next(it);
  }
}

}  // namespace slogate::adapters::prometheus
