// Processes that are scraped twice: by two jobs, or by a pair of Prometheus servers whose series
// nobody has merged. Each of their events is there twice and is counted once.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/api/reply.h"

namespace slogate::adapters::prometheus {

// Labels of the server that scraped, which differ within a pair.
inline constexpr std::array<std::string_view, 5> kServerLabels = {
    "prometheus", "prometheus_replica", "replica", "__replica__", "monitor"};

// Two targets are one process when they agree in namespace, pod, container and port, or, where
// there are no pods, in job and instance, and in every other label that both have but for those
// that say who scraped it (such as `job`, `endpoint` and `replica`).
//
// Refers to the series given, which must outlive it.
class SameTargets {
 public:
  // Of `targets`, only `up` is used.
  explicit SameTargets(const SeriesMap& targets);

  // Nothing is scraped twice.
  bool none() const { return group_of_.empty(); }

  struct Group {
    std::set<std::string> labels;  // names of its targets' labels
    std::string text;              // for people: the process, and who scrapes it
  };
  // nullptr: this target is the only one of its process.
  const Group* GroupOf(const SeriesMap::value_type* up) const;

 private:
  std::vector<Group> groups_;
  std::map<const SeriesMap::value_type*, std::size_t> group_of_;
};

// The labels of a series without those of its target, and without its name.
Labels OwnLabels(const Labels& series, const SameTargets::Group& group);

}  // namespace slogate::adapters::prometheus
