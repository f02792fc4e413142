#include "adapters/prometheus/evidence/same_target.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

namespace slogate::adapters::prometheus {
namespace {

using UpSeries = SeriesMap::value_type;

// Of the scrape's configuration or of the server that did it, and not of what is scraped.
constexpr std::array<std::string_view, 4> kOfTheScrape = {"__name__", "job", "endpoint", "service"};

bool IsOfTheScrape(std::string_view label) {
  return std::ranges::find(kOfTheScrape, label) != kOfTheScrape.end() ||
         std::ranges::find(kServerLabels, label) != kServerLabels.end();
}

// "8080" of 10.0.0.1:8080; empty where there is none.
std::string_view PortOf(const Labels& labels) {
  const std::string_view instance = ValueOf(labels, "instance");
  const std::size_t colon = instance.rfind(':');
  return colon == std::string_view::npos ? "" : instance.substr(colon + 1);
}

bool AgreeOrUnknown(std::string_view one, std::string_view other) {
  return one.empty() || other.empty() || one == other;
}

bool AreOneProcess(const Labels& one, const Labels& other) {
  const bool pods = !ValueOf(one, "pod").empty();
  const auto agrees = [&](const auto& label) {
    const auto& [name, value] = label;
    if (IsOfTheScrape(name)) return true;
    if (pods && name == "instance") return true;  // an address, or the pod's name
    return AgreeOrUnknown(value, ValueOf(other, name));
  };
  return std::ranges::all_of(one, agrees) && (!pods || AgreeOrUnknown(PortOf(one), PortOf(other)));
}

// What targets of one process have in common for sure.
using ProcessKey = std::tuple<std::string, std::string, std::string, std::string>;

ProcessKey ProcessKeyOf(const Labels& labels) {
  const std::string& pod = ValueOf(labels, "pod");
  if (!pod.empty()) return {ValueOf(labels, "namespace"), pod, "", ""};
  return {"", "", ValueOf(labels, "job"), ValueOf(labels, "instance")};
}

std::string ProcessText(const std::vector<const UpSeries*>& targets) {
  const Labels& first = targets.front()->first;
  const std::string& pod = ValueOf(first, "pod");
  std::string text = pod.empty() ? "instance " + ValueOf(first, "instance") : "pod " + pod;
  std::set<std::string> jobs;
  for (const UpSeries* target : targets) jobs.insert(ValueOf(target->first, "job"));
  std::string by = jobs.size() > 1 ? " by jobs " : " by several servers of job ";
  for (const std::string& job : jobs) by += (job == *jobs.begin() ? "" : ", ") + job;
  return Shorten(text + by);
}

}  // namespace

SameTargets::SameTargets(const SeriesMap& targets) {
  std::map<ProcessKey, std::vector<const UpSeries*>> alike;
  for (const UpSeries& target : targets) {
    if (ValueOf(target.first, "__name__") != "up") continue;
    if (ValueOf(target.first, "instance").empty()) continue;
    alike[ProcessKeyOf(target.first)].push_back(&target);
  }
  for (auto& [key, rest] : alike) {
    while (rest.size() > 1) {
      const Labels& first = rest.front()->first;
      const auto others = std::stable_partition(
          rest.begin(), rest.end(),
          [&](const UpSeries* other) { return AreOneProcess(first, other->first); });
      const std::vector<const UpSeries*> one(rest.begin(), others);
      rest.erase(rest.begin(), others);
      if (one.size() < 2) continue;
      Group& group = groups_.emplace_back();
      group.text = ProcessText(one);
      for (const UpSeries* target : one) {
        group_of_.emplace(target, groups_.size() - 1);
        for (const auto& [name, value] : target->first) group.labels.insert(name);
      }
    }
  }
}

const SameTargets::Group* SameTargets::GroupOf(const UpSeries* up) const {
  const auto found = group_of_.find(up);
  return found == group_of_.end() ? nullptr : &groups_[found->second];
}

Labels OwnLabels(const Labels& series, const SameTargets::Group& group) {
  Labels own = series;
  std::erase_if(own, [&](const auto& label) {
    return label.first == "__name__" || group.labels.contains(label.first);
  });
  return own;
}

}  // namespace slogate::adapters::prometheus
