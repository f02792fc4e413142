#include "adapters/prometheus/sharing/shared_query.h"

#include <algorithm>

#include "promql/value_pattern.h"

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;

bool MayDiffer(const LabelMatcher& matcher) {
  if (matcher.op == LabelMatcher::Op::kEqual) {
    return !matcher.value.empty() && promql::IsPlainValue(matcher.value);
  }
  return matcher.op == LabelMatcher::Op::kMatch && promql::IsPlainPattern(matcher.value) &&
         !promql::ValuePattern(matcher.value).Matches("");
}

std::string PatternOf(const LabelMatcher& matcher) {
  return matcher.op == LabelMatcher::Op::kEqual ? promql::EscapeRegex(matcher.value)
                                                : matcher.value;
}

// The labels in which members differ, of one series after the other.
class DifferingLabels {
 public:
  void Add(std::size_t matcher, const std::vector<const SeriesQuery*>& members) {
    Label& label = labels_.emplace_back();
    label.name = members.front()->matchers[matcher].name;
    for (const SeriesQuery* member : members) {
      label.of_members.emplace_back(PatternOf(member->matchers[matcher]));
    }
  }

  // Whether a value has a line break.
  bool Look(const Labels& series) {
    for (Label& label : labels_) label.value = &ValueOf(series, label.name);
    return std::ranges::any_of(
        labels_, [](const Label& label) { return label.value->find('\n') != std::string::npos; });
  }
  bool AllMatch(std::size_t member) {
    return std::ranges::all_of(
        labels_, [&](Label& label) { return label.of_members[member].Matches(*label.value); });
  }
  bool EachMatchesSomebody() {
    return std::ranges::all_of(labels_, [](Label& label) {
      return std::ranges::any_of(label.of_members, [&](promql::ValuePattern& pattern) {
        return pattern.Matches(*label.value);
      });
    });
  }

 private:
  struct Label {
    std::string name;
    std::vector<promql::ValuePattern> of_members;
    const std::string* value = nullptr;  // of the series in hand
  };
  std::vector<Label> labels_;
};

}  // namespace

std::optional<std::string> ShapeOf(const SeriesQuery& query) {
  std::string shape;
  bool differs = false;
  for (const std::string& metric : query.metrics) shape += promql::Quote(metric) + ",";
  for (const LabelMatcher& matcher : query.matchers) {
    if (MayDiffer(matcher)) {
      shape += ";" + promql::Quote(matcher.name);
      differs = true;
    } else {
      shape += ";" + promql::ToText({matcher});
    }
  }
  if (!differs) return std::nullopt;
  return shape;
}

std::size_t BytesOf(const std::pair<Labels, Samples>& series) {
  constexpr std::size_t kSample = 24;  // [1700000000.123,"12345"],
  constexpr std::size_t kAround = 6;   // "":"",
  std::size_t bytes = series.second.size() * kSample;
  for (const auto& [name, value] : series.first) bytes += name.size() + value.size() + kAround;
  return bytes;
}

SharedQuery::SharedQuery(const SeriesQuery& first)
    : members_{&first}, values_(first.matchers.size()), bytes_(first.Text().size()) {
  for (std::size_t i = 0; i < first.matchers.size(); ++i) {
    const std::string pattern = PatternOf(first.matchers[i]);
    // As =~ and escaped it is longer.
    bytes_ += 1 + promql::Quote(pattern).size() - promql::Quote(first.matchers[i].value).size();
    values_[i].insert(pattern);
  }
}

bool SharedQuery::Add(const SeriesQuery& member, std::size_t max_bytes) {
  std::size_t more = 0;
  std::vector<std::pair<std::size_t, std::string>> added;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (member.matchers[i] == members_.front()->matchers[i]) continue;
    std::string pattern = PatternOf(member.matchers[i]);
    if (values_[i].contains(pattern)) continue;
    more += promql::Quote(pattern).size();
    added.emplace_back(i, std::move(pattern));
  }
  if (bytes_ + more > max_bytes) return false;
  bytes_ += more;
  for (auto& [matcher, pattern] : added) values_[matcher].insert(std::move(pattern));
  members_.push_back(&member);
  return true;
}

SeriesQuery SharedQuery::Query() const {
  SeriesQuery shared = *members_.front();
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].size() < 2) continue;
    std::string any;
    for (const std::string& pattern : values_[i]) {
      if (&pattern != &*values_[i].begin()) any += '|';
      any += pattern;
    }
    shared.matchers[i].op = LabelMatcher::Op::kMatch;
    shared.matchers[i].value = std::move(any);
  }
  return shared;
}

std::optional<SharedQuery::Parts> SharedQuery::Split(const Reply& reply) const {
  DifferingLabels differing;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].size() > 1) differing.Add(i, members_);
  }
  Parts parts;
  parts.of_members.resize(members_.size());
  for (const auto& series : reply.series) {
    const std::size_t bytes = BytesOf(series);
    const bool breaks = differing.Look(series.first);
    bool wanted = false;
    for (std::size_t member = 0; member < members_.size(); ++member) {
      if (!differing.AllMatch(member)) continue;
      wanted = true;
      Part& part = parts.of_members[member];
      part.unsure = part.unsure || breaks;
      part.bytes += bytes;
      part.reply.series.push_back(series);
    }
    if (wanted) continue;
    parts.unwanted += bytes;
    if (!differing.EachMatchesSomebody()) return std::nullopt;
  }
  return parts;
}

}  // namespace slogate::adapters::prometheus
