#include "adapters/prometheus/budget/budget_births.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/track_sums.h"
#include "promql/writer.h"
#include "slogate/core/decide.h"

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMaxSamples = 10'000'000;
constexpr int kSampleHalvings = 4;
constexpr std::size_t kSeriesPerQuery = 40;
constexpr std::size_t kMaxInferred = 2'000;
constexpr const char* kNotEverywhere =
    "the first events of series are not counted everywhere: too many samples to read; load the "
    "rules that gate rules writes";

// A target without `up`; without one of the first two it cannot be told from others of its job.
constexpr std::array<std::string_view, 6> kIdentity = {"pod",       "instance",  "job",
                                                       "namespace", "container", "cluster"};

std::optional<Labels> IdentityOf(const Labels& series) {
  if (ValueOf(series, "pod").empty() && ValueOf(series, "instance").empty()) return std::nullopt;
  Labels identity;
  for (const std::string_view name : kIdentity) {
    if (const std::string& value = ValueOf(series, name); !value.empty()) {
      identity.emplace(name, value);
    }
  }
  return identity;
}

// When targets were scraped, as their series show.
class InferredTargets {
 public:
  explicit InferredTargets(const SampleStore& store) {
    for (const SeriesMap& fetched : store.fetched) {
      for (const auto& [labels, samples] : fetched) {
        if (auto identity = IdentityOf(labels)) series_[*std::move(identity)].push_back(&samples);
      }
    }
  }

  const Samples* Find(const Labels& series) {
    const auto identity = IdentityOf(series);
    const auto found = identity ? series_.find(*identity) : series_.end();
    if (found == series_.end()) return nullptr;
    const auto [ups, first_time] = ups_.try_emplace(*identity);
    if (first_time) ups->second = ScrapesOf(found->second);
    return &ups->second;
  }

 private:
  // Most often all series of a target share their times.
  static Samples ScrapesOf(const std::vector<const Samples*>& all) {
    const auto earlier = [](const Sample& a, const Sample& b) { return a.at < b.at; };
    Samples ups;
    for (const Samples* const one : all) {
      if (std::includes(ups.begin(), ups.end(), one->begin(), one->end(), earlier)) continue;
      Samples both;
      std::set_union(ups.begin(), ups.end(), one->begin(), one->end(), std::back_inserter(both),
                     earlier);
      ups = std::move(both);
    }
    for (Sample& up : ups) up.value = 1;
    return ups;
  }

  std::map<Labels, std::vector<const Samples*>> series_;
  SeriesMap ups_;  // of those that were asked for
};

// A first value that only an inferred target says is one.
struct Guess {
  const SeriesMap::value_type* series = nullptr;
  Role role = Role::kTotal;
  core::TimePoint at{};
  double events = 0;
};

std::string ExactSelector(const Labels& labels) {
  std::vector<core::LabelMatcher> matchers;
  for (const auto& [name, value] : labels) {
    matchers.push_back({name, core::LabelMatcher::Op::kEqual, value});
  }
  return "{" + promql::ToText(matchers) + "}";
}

// How far back a series is looked for: as far as the budget looks, at least a day.
core::Duration LookBack(const core::BudgetPlan& plan, core::TimePoint before) {
  core::TimePoint since = plan.first;
  for (const core::Duration window : plan.windows) since = std::min(since, plan.at - window);
  return std::max<core::Duration>(before - since, std::chrono::hours(24));
}

// Series that were there earlier are not new.
Answered<void> CheckGuesses(BudgetQuestions& questions, const core::BudgetPlan& plan,
                            core::TimePoint before, std::vector<Guess>& guesses) {
  if (guesses.size() > kMaxInferred) {
    questions.notes().Add("too many series began at once, of targets without up, to be counted");
    guesses.clear();
    return {};
  }
  const std::string range = "[" + promql::DurationText(LookBack(plan, before)) + "]";
  for (std::size_t i = 0; i < guesses.size(); i += kSeriesPerQuery) {
    const std::size_t end = std::min(guesses.size(), i + kSeriesPerQuery);
    std::string query;
    for (std::size_t g = i; g < end; ++g) {
      if (!query.empty()) query += " or ";
      query += "last_over_time(" + ExactSelector(guesses[g].series->first) + range + ")";
    }
    auto reply = questions.Instant(query, before);
    if (!reply) return tl::unexpected(reply.error());
    for (const auto& [labels, samples] : reply->series) {
      for (std::size_t g = i; g < end && !samples.empty(); ++g) {
        const double known = samples.front().value;
        if (guesses[g].series->first == labels && known <= guesses[g].events) {
          guesses[g].events -= known;
        }
      }
    }
  }
  return {};
}

// What the series of one span add, by time and cohort.
class BirthCount {
 public:
  BirthCount(BudgetQuestions& questions, const core::BudgetPlan& plan,
             const CountedObjective& objective, const BlockBounds& block)
      : questions_(questions), plan_(plan), objective_(objective), block_(block) {}

  Answered<std::vector<UnseenOfCohort>> Count(const SampleStore& store) {
    const auto increase = questions_.IncreaseOfServer(plan_.at);
    if (!increase) return tl::unexpected(increase.error());
    increase_ = *increase;
    const TargetIndex targets(store.targets);
    InferredTargets inferred(store);
    const std::vector<SeriesUse> uses = UsesOf(objective_, objective_.baseline, store);
    std::vector<CountedUse> counted;
    for (const SeriesUse& use : uses) {
      const Samples& samples = use.series->second;
      const bool counts = use.role == Role::kTotal || use.role == Role::kPart;
      if (!counts || !AnyWithin(samples, block_.begin + core::Duration(1), block_.end)) continue;
      counted.push_back(CountUse(use, targets, inferred));
    }
    DropDoubles(SameTargets(store.targets), block_, counted, questions_.notes());
    for (const CountedUse& use : counted) AddUse(use);
    const auto checked = CheckGuesses(questions_, plan_, block_.begin - kLongestGap, guesses_);
    if (!checked) return tl::unexpected(checked.error());
    for (const Guess& guess : guesses_) {
      Add(guess.at, guess.series->first, guess.role, guess.events);
    }
    std::vector<UnseenOfCohort> all;
    for (auto& [key, sum] : sums_) {
      if (sum.total != 0 || sum.part != 0) all.push_back(std::move(sum));
    }
    return all;
  }

 private:
  CountedUse CountUse(const SeriesUse& use, const TargetIndex& targets, InferredTargets& inferred) {
    const auto& [labels, samples] = *use.series;
    TargetFacts facts = targets.For(labels, block_.begin - kLongestGap, block_.end);
    facts.inferred_up = facts.up == nullptr;
    if (facts.inferred_up) facts.up = inferred.Find(labels);
    return {&use,
            CountSeries(samples, facts, targets, block_, ValuesOf(objective_.part, use.role),
                        increase_),
            facts.target};
  }

  void AddUse(const CountedUse& counted) {
    const SeriesUse& use = *counted.use;
    const Labels& labels = use.series->first;
    if (counted.count.unknown_origin) {
      questions_.notes().Add("what a series held when it was first seen is not counted",
                             Describe(labels));
    }
    for (const UnseenEvents& unseen : counted.count.unseen) {
      if (unseen.first && counted.target == nullptr) {
        guesses_.push_back({use.series, use.role, unseen.at, unseen.events});
      } else {
        Add(unseen.at, labels, use.role, unseen.events);
      }
    }
  }

  void Add(core::TimePoint at, const Labels& labels, Role role, double events) {
    const std::string cohort =
        plan_.cohort_label.empty() ? "" : ValueOf(labels, plan_.cohort_label);
    UnseenOfCohort& sum =
        sums_.try_emplace({at, cohort}, UnseenOfCohort{at, cohort, 0, 0}).first->second;
    (role == Role::kTotal ? sum.total : sum.part) += events;
  }

  BudgetQuestions& questions_;
  const core::BudgetPlan& plan_;
  const CountedObjective& objective_;
  const BlockBounds block_;
  Increase increase_ = Increase::kOfPrometheus;
  std::map<std::pair<core::TimePoint, std::string>, UnseenOfCohort> sums_;
  std::vector<Guess> guesses_;
};

// Blocks of a millisecond: a span may begin anywhere.
Chunk ChunkOf(const Span& span) {
  return {(span.end - span.length).time_since_epoch().count(),
          span.end.time_since_epoch().count() - 1, core::Duration(1)};
}

bool IsTooLarge(const SourceFailure& failure) {
  return BudgetQuestions::IsTooMuch(failure) && failure.problem != core::SourceProblem::kTimeout;
}

Answered<FetchPlan> FetchesOf(const core::BudgetPlan& plan) {
  core::ReadingPlan wanted;
  wanted.indicators = {std::get<core::Indicator>(plan.indicator)};
  wanted.canary = wanted.baseline = plan.matchers;
  return PlanFetches(wanted);
}

}  // namespace

BirthReader::BirthReader(BudgetQuestions& questions, const core::BudgetPlan& plan)
    : questions_(questions), plan_(plan), fetches_(FetchesOf(plan)) {}

bool BirthReader::full() const { return samples_ >= kMaxSamples; }

Answered<std::vector<UnseenOfCohort>> BirthReader::Read(const Span& span) {
  if (!full()) return ReadPart(span, kSampleHalvings);
  questions_.notes().Add(kNotEverywhere);
  return std::vector<UnseenOfCohort>();
}

Answered<std::vector<UnseenOfCohort>> BirthReader::ReadPart(const Span& span, int halvings) {
  if (!fetches_) return tl::unexpected(fetches_.error());
  const Chunk chunk = ChunkOf(span);
  SampleStore store;
  SampleQueries own(questions_.api());
  const auto read =
      ReadSamples(own, *fetches_, chunk, plan_.scrape_interval, store, questions_.notes());
  if (!read && !IsTooLarge(read.error())) return tl::unexpected(read.error());
  if (!read && halvings > 0 && span.length > core::Duration(1)) {
    const core::Duration half = span.length / 2;
    auto earlier = ReadPart({span.end - half, span.length - half}, halvings - 1);
    if (!earlier) return earlier;
    auto later = ReadPart({span.end, half}, halvings - 1);
    if (!later) return later;
    earlier->insert(earlier->end(), later->begin(), later->end());
    return earlier;
  }
  if (!read) {
    questions_.notes().Add(kNotEverywhere);
    return std::vector<UnseenOfCohort>();
  }
  for (const SeriesMap& fetched : store.fetched) {
    for (const auto& [labels, samples] : fetched) samples_ += samples.size();
  }
  return BirthCount(questions_, plan_, std::get<CountedObjective>(fetches_->objectives.front()),
                    {chunk.begin(), chunk.end()})
      .Count(store);
}

}  // namespace slogate::adapters::prometheus
