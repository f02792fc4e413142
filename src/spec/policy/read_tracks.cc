#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "promql/grammar/report.h"
#include "promql/selector.h"
#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestMatchers = 2048;

std::vector<core::LabelMatcher> ReadMatchers(ObjectReader& tracks, std::string_view field) {
  const auto text = tracks.Text(field, kLongestMatchers);
  if (!text) return {};
  auto matchers = promql::ParseMatchers(*text);
  if (matchers) return std::move(*matchers);
  promql::Report(tracks, field, *text, std::move(matchers.error()));
  return {};
}

void CheckForm(ObjectReader& tracks) {
  const bool canary = tracks.Has("canary");
  const bool baseline = tracks.Has("baseline");
  const bool label = tracks.Has("revisionLabel");
  if (label && (canary || baseline)) {
    tracks.Report(
        "revisionLabel", "is given besides canary or baseline",
        "keep revisionLabel, or canary and baseline; matchers of both tracks go in common");
  } else if (!label && !canary && !baseline) {
    tracks.Report("", "does not tell the tracks apart",
                  "give canary and baseline, such as canary: service=\"shop-canary\", or "
                  "revisionLabel");
  } else if (!label && canary != baseline) {
    tracks.Report(canary ? "baseline" : "canary", "is missing",
                  "give label matchers for both tracks");
  }
}

std::vector<core::LabelMatcher> OfService(const std::string& service) {
  return {{"service", core::LabelMatcher::Op::kEqual, service}};
}

// The label that service discovery by Services gives to what it scrapes.
core::Tracks TracksByServices(ObjectReader& spec, const std::vector<core::Route>& routes) {
  core::Tracks tracks;
  if (routes.empty()) return tracks;  // said already
  const core::Route& first = routes.front();
  const bool one_pair = std::ranges::all_of(routes, [&](const core::Route& route) {
    return route.canary_service == first.canary_service &&
           route.baseline_service == first.baseline_service;
  });
  if (first.canary_service.empty() || first.baseline_service.empty() || !one_pair) {
    spec.Report("tracks", "is missing, and the routes do not name one pair of Services",
                "give tracks.canary and tracks.baseline, or tracks.revisionLabel");
    return tracks;
  }
  tracks.canary = OfService(first.canary_service);
  tracks.baseline = OfService(first.baseline_service);
  return tracks;
}

constexpr std::size_t kLongestLabel = 1024;
constexpr std::size_t kLongestAnnotation = 4096;
constexpr std::size_t kLongestShown = 60;

void CheckName(ObjectReader& reader, const std::string& name) {
  const std::string shown = BoundedUtf8(name, kLongestShown);
  if (!promql::IsLabelName(name)) {
    reader.Report(shown, "is not a label name",
                  "use letters, digits and underscores, with no digit first");
  } else if (name.starts_with("__")) {
    reader.Report(shown, "is a name that Prometheus keeps for itself", "do not begin it with __");
  }
}

core::Labels ReadNamed(ObjectReader& owner, std::string_view field, LabelValues values,
                       std::optional<std::string> (*read)(ObjectReader&, const std::string&)) {
  core::Labels labels;
  if (!owner.Has(field)) return labels;
  ObjectReader reader = owner.Child(field);
  const std::vector<std::string> names = reader.Names();
  if (names.size() > kMaxLabels) {
    owner.Report(field, "has " + std::to_string(names.size()) + " entries",
                 "use at most " + std::to_string(kMaxLabels));
    return labels;
  }
  for (const std::string& name : names) {
    CheckName(reader, name);
    auto value = values == LabelValues::kScalars ? reader.Scalar(name) : std::nullopt;
    if (!value) value = read(reader, name);
    if (value) labels.emplace_back(name, std::move(*value));
  }
  std::ranges::sort(labels);
  return labels;
}

}  // namespace

core::Tracks ReadTracks(ObjectReader& spec, const std::vector<core::Route>& routes) {
  core::Tracks tracks;
  if (!spec.Has("tracks")) return TracksByServices(spec, routes);
  spec.Part("tracks", tracks, [](ObjectReader& reader, core::Tracks& into) {
    CheckForm(reader);
    into.canary = ReadMatchers(reader, "canary");
    into.baseline = ReadMatchers(reader, "baseline");
    if (!into.canary.empty() && into.canary == into.baseline) {
      reader.Report("baseline", "is the same as canary", "the tracks must differ in a label");
    }
    into.revision_label = reader.Text("revisionLabel", 128).value_or("");
    if (reader.Has("revisionLabel") && !promql::IsLabelName(into.revision_label)) {
      reader.Report("revisionLabel", "is not a label name",
                    "use letters, digits and underscores, such as pod_template_hash");
    }
    const auto common = ReadMatchers(reader, "common");
    into.canary.insert(into.canary.end(), common.begin(), common.end());
    into.baseline.insert(into.baseline.end(), common.begin(), common.end());
  });
  return tracks;
}

core::Labels ReadLabels(ObjectReader& owner, std::string_view field, LabelValues values) {
  return ReadNamed(owner, field, values, [](ObjectReader& reader, const std::string& name) {
    return reader.Text(name, kLongestLabel);
  });
}

core::Labels ReadAnnotations(ObjectReader& owner, std::string_view field, LabelValues values) {
  return ReadNamed(owner, field, values, [](ObjectReader& reader, const std::string& name) {
    return reader.AnyText(name, kLongestAnnotation);
  });
}

}  // namespace slogate::spec
