#include "adapters/prometheus/evidence/chunk_reader.h"

#include <algorithm>
#include <iterator>

#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

void DropBefore(SeriesMap& series, core::TimePoint horizon) {
  for (auto it = series.begin(); it != series.end();) {
    Samples& samples = it->second;
    samples.erase(samples.begin(), FirstFrom(samples, horizon));
    it = samples.empty() ? series.erase(it) : std::next(it);
  }
}

constexpr std::size_t kTargetsPerQuery = 400;

void AddWarnings(const Reply& reply, Notes& notes) {
  for (const std::string& warning : reply.warnings) notes.Add("Prometheus warns: " + warning);
}

// Raw samples from `from` to the chunk's end.
Answered<Reply> ReadRange(SampleQueries& queries, const SeriesQuery& query, core::TimePoint from,
                          const Chunk& chunk, core::Duration scrape_interval, Notes& notes) {
  const core::TimePoint until = chunk.end();
  auto reply = queries.Read(query, {from, until}, {until - scrape_interval, until + chunk.length});
  if (reply) AddWarnings(*reply, notes);
  return reply;
}

std::set<TargetName> TargetsOf(const SampleStore& store, core::TimePoint from,
                               core::TimePoint until) {
  std::set<TargetName> targets;
  for (const SeriesMap& fetched : store.fetched) {
    for (const auto& [labels, samples] : fetched) {
      const std::string& instance = ValueOf(labels, "instance");
      if (instance.empty() || !AnyWithin(samples, from, until)) continue;
      targets.emplace(ValueOf(labels, "job"), instance);
    }
  }
  return targets;
}

SeriesQuery TargetQuery(const std::string& job, const std::vector<std::string>& instances) {
  using core::LabelMatcher;
  return {{"up", "process_start_time_seconds"},
          {{"job", LabelMatcher::Op::kEqual, job},
           {"instance", LabelMatcher::Op::kMatch, promql::RegexOfAny(instances)}}};
}

std::vector<SeriesQuery> TargetQueries(const std::set<TargetName>& targets) {
  std::vector<SeriesQuery> queries;
  std::vector<std::string> instances;
  for (auto it = targets.begin(); it != targets.end(); ++it) {
    instances.push_back(it->second);
    const auto next = std::next(it);
    const bool last_of_job = next == targets.end() || next->first != it->first;
    if (last_of_job || instances.size() == kTargetsPerQuery) {
      queries.push_back(TargetQuery(it->first, instances));
      instances.clear();
    }
  }
  return queries;
}

Answered<void> ReadTargets(SampleQueries& queries, const Chunk& chunk, core::TimePoint from,
                           core::Duration scrape_interval, SampleStore& store, Notes& notes) {
  const core::TimePoint horizon = chunk.begin() - kLongestGap;
  std::set<TargetName> targets = TargetsOf(store, horizon, chunk.end());
  const bool all_known =
      std::includes(store.known.begin(), store.known.end(), targets.begin(), targets.end());
  const core::TimePoint since = all_known ? from : horizon;
  for (const SeriesQuery& query : TargetQueries(targets)) {
    auto reply = ReadRange(queries, query, since, chunk, scrape_interval, notes);
    if (!reply) return tl::unexpected(reply.error());
    Merge(store.targets, std::move(*reply), since, chunk.end());
  }
  store.known = std::move(targets);
  return {};
}

}  // namespace

void SampleStore::DropUnneeded(core::TimePoint begin) {
  for (SeriesMap& series : fetched) DropBefore(series, begin - kLongestGap);
  DropBefore(targets, begin - kLongestGap);
}

bool HasLate(const SeriesMap& series, const Reply& reply, core::TimePoint from,
             core::TimePoint counted_until) {
  return std::ranges::any_of(reply.series, [&](const auto& read) {
    const auto kept = series.find(read.first);
    if (kept == series.end()) return false;
    for (auto it = FirstFrom(read.second, from); it != read.second.end() && it->at <= counted_until;
         ++it) {
      if (SampleAt(kept->second, it->at) == nullptr) return true;
    }
    return false;
  });
}

void Merge(SeriesMap& series, Reply reply, core::TimePoint from, core::TimePoint until) {
  const auto earlier = [](const Sample& a, const Sample& b) { return a.at < b.at; };
  for (auto& [labels, samples] : reply.series) {
    std::erase_if(samples,
                  [&](const Sample& sample) { return sample.at < from || sample.at > until; });
    if (samples.empty()) continue;
    Samples& kept = series[std::move(labels)];
    if (kept.empty() || kept.back().at < samples.front().at) {
      kept.insert(kept.end(), samples.begin(), samples.end());
      continue;
    }
    Samples merged;
    merged.reserve(kept.size() + samples.size());
    std::set_union(kept.begin(), kept.end(), samples.begin(), samples.end(),
                   std::back_inserter(merged), earlier);
    kept = std::move(merged);
  }
}

Answered<void> ReadSamples(SampleQueries& queries, const FetchPlan& plan, const Chunk& chunk,
                           core::Duration scrape_interval, SampleStore& store, Notes& notes) {
  store.fetched.resize(plan.fetches.size());
  store.DropUnneeded(chunk.begin());
  core::TimePoint from = chunk.begin() - kLongestGap;
  if (store.complete_until == chunk.begin()) from = std::max(from, chunk.begin() - scrape_interval);
  for (std::size_t i = 0; i < plan.fetches.size(); ++i) {
    auto reply = ReadRange(queries, plan.fetches[i], from, chunk, scrape_interval, notes);
    if (!reply) return tl::unexpected(reply.error());
    if (store.complete_until && HasLate(store.fetched[i], *reply, from, *store.complete_until)) {
      notes.Add(
          "samples came after their block was counted: remote writing lags behind, or "
          "several replicas answer in turn");
    }
    Merge(store.fetched[i], std::move(*reply), from, chunk.end());
  }
  return ReadTargets(queries, chunk, from, scrape_interval, store, notes);
}

Answered<std::vector<Estimates>> ReadEstimates(QueryApi& api, const FetchPlan& plan,
                                               const Chunk& chunk, Notes& notes) {
  std::vector<Estimates> estimates(plan.expressions.size());
  for (std::size_t i = 0; i < plan.expressions.size(); ++i) {
    auto reply =
        api.Range(plan.expressions[i], chunk.Bounds(chunk.first).end, chunk.end(), chunk.length);
    if (!reply) return tl::unexpected(reply.error());
    AddWarnings(*reply, notes);
    for (const auto& [labels, samples] : reply->series) {
      for (const Sample& sample : samples) estimates[i][sample.at].push_back(sample.value);
    }
  }
  return estimates;
}

}  // namespace slogate::adapters::prometheus
