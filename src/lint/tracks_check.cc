#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "promql/selector.h"
#include "promql/writer.h"

namespace slogate::lint {
namespace {

using core::LabelMatcher;
using MatcherList = std::vector<LabelMatcher>;

// A text that `pattern` is likely to match: repeated dots stand for `filling`.
std::string Filled(std::string pattern, const std::string& filling) {
  for (const char* const dots : {".*", ".+"}) {
    for (std::size_t at = pattern.find(dots); at != std::string::npos;
         at = pattern.find(dots, at)) {
      pattern.replace(at, 2, filling);
      at += filling.size();
    }
  }
  return pattern;
}

// Values that the label may have, as far as the matchers and the names of pods tell.
std::set<std::string> Values(const MatcherList& matchers, const core::Workload& workload) {
  std::set<std::string> values = {""};
  for (const std::string& deployment : {workload.deployment, workload.canary_deployment}) {
    if (!deployment.empty()) values.insert(deployment + "-7d4b9c6f5d-x8k2p");
  }
  for (const LabelMatcher& matcher : matchers) {
    values.insert(matcher.value);
    if (!matcher.IsPattern()) continue;
    values.insert(Filled(matcher.value, ""));
    values.insert(Filled(matcher.value, "x"));
  }
  return values;
}

bool AsksFor(const MatcherList& matchers, const std::string& label) {
  return std::ranges::any_of(matchers, [&](const auto& one) { return one.name == label; });
}

bool SatisfiesAll(const MatcherList& matchers, const std::string& value) {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) {
    return promql::Matches(matcher, value).value_or(false);
  });
}

}  // namespace

void CheckTracks(const core::Policy& policy, Report& report) {
  const core::Tracks& tracks = policy.tracks;
  if (!tracks.revision_label.empty() || tracks.canary.empty() || tracks.baseline.empty()) return;
  MatcherList all = tracks.canary;
  all.insert(all.end(), tracks.baseline.begin(), tracks.baseline.end());
  std::string example;
  for (const LabelMatcher& one : all) {
    // Where one track alone asks for a label, the series of the other may not have it.
    if (!AsksFor(tracks.canary, one.name) || !AsksFor(tracks.baseline, one.name)) return;
    MatcherList of_label;
    std::ranges::copy_if(all, std::back_inserter(of_label),
                         [&](const LabelMatcher& matcher) { return matcher.name == one.name; });
    const std::set<std::string> values = Values(of_label, policy.workload);
    // The longest is the likeliest, such as the name of a pod.
    const std::string* witness = nullptr;
    for (const std::string& value : values) {
      const bool longer = witness == nullptr || value.size() > witness->size();
      if (longer && SatisfiesAll(of_label, value)) witness = &value;
    }
    if (witness == nullptr) return;  // this label may tell them apart
    const std::string pair = one.name + "=\"" + *witness + "\"";
    if (example.find(pair) == std::string::npos) example += (example.empty() ? "" : ",") + pair;
  }
  report.Add("tracks-overlap", "spec.tracks",
             "canary and baseline select the same series, such as {" + example +
                 "}: they are counted for both, which hides a bad canary",
             "give matchers of a label in which the tracks differ, such as service, or a pattern "
             "of pod that leaves the other track out");
}

}  // namespace slogate::lint
