#include <algorithm>

#include "lint/checks.h"
#include "lint/matching.h"
#include "spec/selector_text.h"

namespace slogate::lint {
namespace {

using core::LabelMatcher;
using core::Selector;

std::string MatcherText(const LabelMatcher& matcher) { return spec::ToText(std::vector{matcher}); }

bool Has(const Selector& selector, const LabelMatcher& wanted) {
  return std::find(selector.matchers.begin(), selector.matchers.end(), wanted) !=
         selector.matchers.end();
}

bool Mentions(const Selector& selector, const std::string& label) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(),
                     [&](const LabelMatcher& one) { return one.name == label; });
}

// Counters that a client library keeps together: the buckets and the count of one histogram.
bool SameFamily(const Selector& total, const Selector& part) {
  return BaseOf(total.metric) == BaseOf(part.metric);
}

// A matcher of the total that no event of the part can satisfy.
const LabelMatcher* Contradicted(const Selector& total, const Selector& part) {
  for (const LabelMatcher& matcher : total.matchers) {
    const std::string value = PinnedTo(part, matcher.name);
    if (matcher.name != "le" && !value.empty() && Matches(matcher, value) == false) return &matcher;
  }
  return nullptr;
}

const LabelMatcher* Missing(const Selector& total, const Selector& part) {
  for (const LabelMatcher& matcher : total.matchers) {
    if (matcher.name == "le" || Has(part, matcher)) continue;
    const std::string value = PinnedTo(part, matcher.name);
    if (value.empty() ? !Mentions(part, matcher.name) : Matches(matcher, value) == false) {
      return &matcher;
    }
  }
  return nullptr;
}

bool IsWholeHistogram(const Selector& total, const Selector& part) {
  Selector without_le = part;
  std::erase_if(without_le.matchers,
                [](const LabelMatcher& one) { return one.name == "le" && one.value == "+Inf"; });
  return without_le.matchers.size() + 1 == part.matchers.size() &&
         without_le.matchers == total.matchers && SameFamily(total, part);
}

void CheckPair(const std::string& field, const Selector& total, const Selector& part,
               bool part_is_good, Report& report) {
  if (total == part || IsWholeHistogram(total, part)) {
    report.Add("part-is-total", field,
               std::string(part_is_good ? "good" : "bad") + " and total are the same events, so " +
                   (part_is_good ? "nothing is ever bad" : "everything is bad"),
               std::string("add a matcher that only ") + (part_is_good ? "good" : "bad") +
                   " events have, such as " + (part_is_good ? "code!~\"5..\"" : "code=~\"5..\""));
    return;
  }
  if (const LabelMatcher* matcher = Contradicted(total, part)) {
    report.Add("part-contradicts", field,
               "total has " + MatcherText(*matcher) + " and the part " + matcher->name + "=\"" +
                   PinnedTo(part, matcher->name) + "\": no event is in both",
               "take " + MatcherText(*matcher) + " out of total, so that it counts every event");
    return;
  }
  if (const LabelMatcher* matcher = Missing(total, part)) {
    report.Add(
        "part-not-subset", field,
        "total has " + MatcherText(*matcher) +
            " and the part has no such matcher, so the "
            "part counts events that total does not",
        "write the part as " + [&] {
          Selector mended = part;
          mended.matchers.insert(mended.matchers.begin(), *matcher);
          return spec::ToText(mended);
        }());
  }
}

// The only selector of an expression without operators.
const Selector* Only(const PromqlText& text) {
  return text.uses.size() == 1 && text.operators.empty() ? &text.uses.front().selector : nullptr;
}

}  // namespace

void CheckPart(const Subject& subject, Report& report) {
  if (!subject.events || subject.events->kind == EventsView::Kind::kScores) return;
  const Selector* const total = Only(subject.events->total);
  const Selector* const part = Only(subject.events->part);
  if (total == nullptr || part == nullptr) return;
  CheckPair(subject.field + ".indicator", *total, *part, subject.events->part_is_good, report);
}

}  // namespace slogate::lint
