#include "adapters/prometheus/evidence/series_counter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace slogate::adapters::prometheus {
namespace {

bool Carries(const Labels& series, const Labels& target) {
  return std::ranges::all_of(target, [&](const auto& label) {
    return label.first == "__name__" || ValueOf(series, label.first) == label.second;
  });
}

template <typename Groups>
const SeriesMap::value_type* BestMatch(const Groups& groups, const Labels& series,
                                       core::TimePoint from, core::TimePoint until) {
  const auto group = groups.find({ValueOf(series, "job"), ValueOf(series, "instance")});
  if (group == groups.end()) return nullptr;
  const SeriesMap::value_type* carried = nullptr;
  std::size_t max_labels = 0;
  const SeriesMap::value_type* any = nullptr;
  std::size_t alive = 0;
  for (const SeriesMap::value_type* candidate : group->second) {
    const auto& [labels, samples] = *candidate;
    if (!AnyWithin(samples, from, until)) continue;
    ++alive;
    any = candidate;
    if (labels.size() > max_labels && Carries(series, labels)) {
      max_labels = labels.size();
      carried = candidate;
    }
  }
  if (carried != nullptr) return carried;
  return alive == 1 ? any : nullptr;
}

// Some libraries add the kernel's boot time, which clock slewing moves by a second, at each scrape.
constexpr double kStartJitterSeconds = 1.001;

struct Previous {
  core::TimePoint at{};
  double value = 0;  // the largest held, after a fall without a restart
  std::optional<double> start;
};

class Counter {
 public:
  Counter(const TargetFacts& target, const TargetIndex& targets, const BlockBounds& block,
          Values values, Increase increase)
      : target_(target),
        targets_(targets),
        block_(block),
        values_(values),
        increase_of_(increase),
        horizon_(block.begin - kLongestGap) {
    result_.by_scrape.resize(block.scrapes());
  }

  void Add(const Sample& sample) {
    in_block_ = sample.at > block_.begin;
    if (in_block_) result_.seen = true;
    if (!Usable(sample.value)) return Pass(sample);
    const bool first = !previous_;
    increase_ = SeenByIncrease(sample);
    counted_ = 0;
    Count(sample);
    last_ = sample;
    if (in_block_ && counted_ != increase_) {
      result_.unseen.push_back({sample.at, counted_ - increase_, first});
    }
  }

  SeriesCount Take() { return std::move(result_); }

 private:
  enum class Start { kUnknown, kUnchanged, kChanged };

  void Count(const Sample& sample) {
    const std::optional<double> start = StartAt(sample.at);
    if (in_block_ && !start) result_.start_unknown = true;
    if (!previous_) {
      AddFirst(sample, start);
    } else if (WasAbsent(sample)) {
      if (increase_of_ == Increase::kOfPrometheus && last_->at <= block_.begin) increase_ = 0;
      Take(sample, start, sample.value);
    } else if (const Start change = Compare(start, sample.value); change == Start::kChanged) {
      AddRestarted(sample, start);
    } else if (sample.value < previous_->value) {
      AddFallen(sample, start, change);
    } else {
      Take(sample, start, sample.value - previous_->value);
    }
  }

  // What a counter can hold; the reason is kept when it lies in the block.
  bool Usable(double value) {
    using core::CountProblem;
    CountProblem problem = CountProblem::kNone;
    if (std::isnan(value)) {
      problem = CountProblem::kNotANumber;
    } else if (std::isinf(value)) {
      problem = CountProblem::kInfinite;
    } else if (value < 0 || (values_ == Values::kWhole && value != std::floor(value))) {
      problem = CountProblem::kInconsistent;
    }
    if (in_block_ && problem != CountProblem::kNone && result_.problem == CountProblem::kNone) {
      result_.problem = problem;
      result_.odd_value = value;
    }
    return problem == CountProblem::kNone;
  }

  void Take(const Sample& sample, std::optional<double> start, double count) {
    if (in_block_) Sum(sample.at, count);
    counted_ = count;
    previous_ = Previous{sample.at, sample.value, start};
  }

  void Sum(core::TimePoint at, double count) {
    result_.count += count;
    if (result_.by_scrape.empty()) return;
    const core::Duration since = at - block_.begin - core::Duration(1);
    result_.by_scrape[static_cast<std::size_t>(since / block_.scrape_interval)] += count;
  }

  // Across the block's begin too, where increase() extrapolates.
  double SeenByIncrease(const Sample& sample) const {
    if (!last_) return 0;
    const double fall = last_->value - sample.value;
    if (fall <= 0) return -fall;
    const bool small = last_->at > block_.begin && 8 * fall < last_->value;
    return small && increase_of_ == Increase::kOfVictoriaMetrics ? 0 : sample.value;
  }

  // The series was there, so that what comes next is no birth.
  void Pass(const Sample& sample) {
    if (previous_) previous_->at = sample.at;
    passed_ = true;
  }

  void Note(bool& note) const {
    if (in_block_) note = true;
  }

  void NoteFall(const Sample& sample) {
    if (!in_block_ || result_.not_monotone) return;
    result_.not_monotone = true;
    result_.fell_from = previous_->value;
    result_.fell_to = sample.value;
  }

  void AddFirst(const Sample& sample, std::optional<double> start) {
    const bool born_now =
        !passed_ && ((IsOfScrape(sample.at) && WasUpWithin(horizon_, sample.at)) ||
                     (start && StartedRecently(*start) &&
                      !targets_.HandedOver(*start, sample.at, horizon_, block_.end)));
    if (!born_now && sample.value > 0) Note(result_.unknown_origin);
    Take(sample, start, born_now ? sample.value : 0);
  }

  // A process that started long ago, or before the one it follows, is no restart but another
  // process behind the same address; its counter began somewhere unknown.
  void AddRestarted(const Sample& sample, std::optional<double> start) {
    const bool restarted = *start > *previous_->start && StartedRecently(*start);
    if (!restarted) Note(result_.unknown_origin);
    Take(sample, start, restarted ? sample.value : 0);
  }

  void AddFallen(const Sample& sample, std::optional<double> start, Start change) {
    if (change == Start::kUnknown) {
      const bool reset = sample.value < previous_->value / 2;
      if (!reset) NoteFall(sample);
      Take(sample, start, reset ? sample.value : 0);
      // Whether it began again is a guess here; increase() has its own.
      counted_ = increase_;
      return;
    }
    NoteFall(sample);
    previous_->at = sample.at;
  }

  std::optional<double> StartAt(core::TimePoint at) const {
    const Sample* sample = target_.starts == nullptr ? nullptr : SampleAt(*target_.starts, at);
    if (sample == nullptr || !std::isfinite(sample->value)) return std::nullopt;
    return sample->value;
  }

  Start Compare(std::optional<double> start, double value) const {
    if (!start || !previous_->start) return Start::kUnknown;
    if (*start == *previous_->start) return Start::kUnchanged;
    const bool jitter = std::abs(*start - *previous_->start) <= kStartJitterSeconds;
    return jitter && value >= previous_->value ? Start::kUnchanged : Start::kChanged;
  }

  bool StartedRecently(double start) const {
    const auto horizon = static_cast<double>(horizon_.time_since_epoch().count());
    return start * 1000 >= horizon;
  }

  bool WasUpWithin(core::TimePoint from, core::TimePoint before) const {
    if (target_.up == nullptr) return false;
    for (auto it = FirstFrom(*target_.up, from); it != target_.up->end() && it->at < before; ++it) {
      if (it->value == 1) return true;
    }
    return false;
  }

  // Behind a load balancer `up` may come from another replica of Prometheus than the series, with
  // other times. Then it says nothing of the scrapes that this series was or was not in.
  bool IsOfScrape(core::TimePoint at) const {
    return target_.up != nullptr && SampleAt(*target_.up, at) != nullptr;
  }

  // The target answered in between, but without this series.
  bool WasAbsent(const Sample& sample) const {
    return !target_.inferred_up && IsOfScrape(previous_->at) && IsOfScrape(sample.at) &&
           WasUpWithin(previous_->at + core::Duration(1), sample.at);
  }

  const TargetFacts& target_;
  const TargetIndex& targets_;
  const BlockBounds& block_;
  Values values_;
  Increase increase_of_;
  core::TimePoint horizon_;
  std::optional<Previous> previous_;
  std::optional<Sample> last_;  // that a counter can hold
  // At the sample in hand: events counted, and those of increase().
  double counted_ = 0;
  double increase_ = 0;
  bool in_block_ = false;
  bool passed_ = false;  // a sample that no counter can hold
  SeriesCount result_;
};

}  // namespace

std::size_t BlockBounds::scrapes() const {
  if (scrape_interval <= core::Duration::zero()) return 0;
  const core::Duration length = end - begin;
  const bool whole = length % scrape_interval == core::Duration::zero();
  return whole ? static_cast<std::size_t>(length / scrape_interval) : 0;
}

TargetIndex::TargetIndex(const SeriesMap& targets) {
  for (const SeriesMap::value_type& series : targets) {
    const auto& [labels, samples] = series;
    const auto key = std::pair(ValueOf(labels, "job"), ValueOf(labels, "instance"));
    if (ValueOf(labels, "__name__") == "up") {
      ups_[key].push_back(&series);
      continue;
    }
    starts_[key].push_back(&series);
    std::set<double> values;
    for (const Sample& sample : samples) {
      if (std::isfinite(sample.value)) values.insert(sample.value);
    }
    for (const double value : values) by_start_.emplace(value, &samples);
  }
}

TargetFacts TargetIndex::For(const Labels& series, core::TimePoint from,
                             core::TimePoint until) const {
  const SeriesMap::value_type* const up = BestMatch(ups_, series, from, until);
  const SeriesMap::value_type* const starts = BestMatch(starts_, series, from, until);
  return {up == nullptr ? nullptr : &up->second, starts == nullptr ? nullptr : &starts->second, up};
}

bool TargetIndex::HandedOver(double start, core::TimePoint at, core::TimePoint from,
                             core::TimePoint until) const {
  const auto [begin, end] = by_start_.equal_range(start);
  return std::any_of(begin, end, [&](const auto& entry) {
    bool before = false;
    for (auto it = FirstFrom(*entry.second, from); it != entry.second->end() && it->at <= until;
         ++it) {
      if (it->value != start) continue;
      if (it->at >= at) return false;
      before = true;
    }
    return before;
  });
}

SeriesCount CountSeries(const Samples& samples, const TargetFacts& target,
                        const TargetIndex& targets, const BlockBounds& block, Values values,
                        Increase increase) {
  Counter counter(target, targets, block, values, increase);
  for (auto it = FirstFrom(samples, block.begin - kLongestGap);
       it != samples.end() && it->at <= block.end; ++it) {
    counter.Add(*it);
  }
  return counter.Take();
}

}  // namespace slogate::adapters::prometheus
