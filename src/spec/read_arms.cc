#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "spec/names.h"
#include "spec/policy_parts.h"
#include "spec/selector_text.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestMatchers = 2048;

std::vector<core::LabelMatcher> ReadMatchers(ObjectReader& arms, std::string_view field) {
  const auto text = arms.Text(field, kLongestMatchers);
  if (!text) return {};
  auto matchers = ParseMatchers(*text);
  if (matchers) return std::move(*matchers);
  arms.Report(field, matchers.error().message, matchers.error().mend);
  return {};
}

void CheckForm(ObjectReader& arms) {
  const bool canary = arms.Has("canary");
  const bool baseline = arms.Has("baseline");
  const bool label = arms.Has("revisionLabel");
  if (label && (canary || baseline)) {
    arms.Report("revisionLabel", "is given besides canary or baseline",
                "keep revisionLabel, or canary and baseline; matchers of both arms go in common");
  } else if (!label && !canary && !baseline) {
    arms.Report("", "does not tell the arms apart",
                "give canary and baseline, such as canary: service=\"shop-canary\", or "
                "revisionLabel");
  } else if (!label && canary != baseline) {
    arms.Report(canary ? "baseline" : "canary", "is missing", "give label matchers for both arms");
  }
}

std::vector<core::LabelMatcher> OfService(const std::string& service) {
  return {{"service", core::LabelMatcher::Op::kEqual, service}};
}

// The label that service discovery by Services gives to what it scrapes.
core::Arms ArmsByServices(ObjectReader& spec, const std::vector<core::Route>& routes) {
  core::Arms arms;
  if (routes.empty()) return arms;  // said already
  const core::Route& first = routes.front();
  const bool one_pair = std::all_of(routes.begin(), routes.end(), [&](const core::Route& route) {
    return route.canary_service == first.canary_service &&
           route.baseline_service == first.baseline_service;
  });
  if (first.canary_service.empty() || first.baseline_service.empty() || !one_pair) {
    spec.Report("arms", "is missing, and the routes do not name one pair of Services",
                "give arms.canary and arms.baseline, or arms.revisionLabel");
    return arms;
  }
  arms.canary = OfService(first.canary_service);
  arms.baseline = OfService(first.baseline_service);
  return arms;
}

}  // namespace

core::Arms ReadArms(ObjectReader& spec, const std::vector<core::Route>& routes) {
  core::Arms arms;
  if (!spec.Has("arms")) return ArmsByServices(spec, routes);
  ObjectReader reader = spec.Child("arms");
  if (!reader.IsObject()) return arms;
  CheckForm(reader);
  arms.canary = ReadMatchers(reader, "canary");
  arms.baseline = ReadMatchers(reader, "baseline");
  if (!arms.canary.empty() && arms.canary == arms.baseline) {
    reader.Report("baseline", "is the same as canary", "the arms must differ in a label");
  }
  arms.revision_label = reader.Text("revisionLabel", 128).value_or("");
  if (reader.Has("revisionLabel") && !IsLabelName(arms.revision_label)) {
    reader.Report("revisionLabel", "is not a label name",
                  "use letters, digits and underscores, such as pod_template_hash");
  }
  const auto common = ReadMatchers(reader, "common");
  arms.canary.insert(arms.canary.end(), common.begin(), common.end());
  arms.baseline.insert(arms.baseline.end(), common.begin(), common.end());
  reader.RefuseOthers();
  return arms;
}

}  // namespace slogate::spec
