#include <algorithm>
#include <array>
#include <string>

#include "lint/checks.h"
#include "lint/events_view.h"
#include "spec/text/names.h"

namespace slogate::lint {
namespace {

using Op = core::LabelMatcher::Op;

constexpr std::array<std::string_view, 24> kBadWords = {
    "error",    "errors",   "err",          "fail",       "failed",   "failure",
    "failures", "timeout",  "timed_out",    "exception",  "empty",    "low_score",
    "bad",      "wrong",    "irrelevant",   "ungrounded", "internal", "unavailable",
    "unknown",  "dataloss", "unsuccessful", "5xx",        "crash",    "deadlineexceeded"};
constexpr std::array<std::string_view, 12> kGoodWords = {
    "success",  "successful", "succeeded", "ok",  "good",    "relevant",
    "grounded", "passed",     "pass",      "2xx", "correct", "accepted"};

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// 5.., 500, 50[0-9], [5].., 5\d\d: all the codes begin with a 5. Of 4.. people disagree.
Sense SenseOfCode(std::string_view value) {
  std::size_t at = value.starts_with('[') || value.starts_with('^') ? 1 : 0;
  if (value.size() < at + 3 && value.find_first_not_of("0123456789.x", at) != value.npos) {
    return Sense::kUnknown;
  }
  if (at >= value.size()) return Sense::kUnknown;
  if (value[at] == '5') return Sense::kBad;
  return value[at] == '2' ? Sense::kGood : Sense::kUnknown;
}

bool HoldsCodes(const std::string& label) {
  return label.find("code") != std::string::npos || label.find("status") != std::string::npos;
}

// One alternative of a pattern, or a plain value.
Sense SenseOfValue(const std::string& label, std::string value) {
  value = spec::Lower(value);
  while (value.starts_with('(') || value.starts_with('^')) value.erase(0, 1);
  while (value.ends_with(')') || value.ends_with('$')) value.pop_back();
  if (IsOneOf(value, kBadWords)) return Sense::kBad;
  if (IsOneOf(value, kGoodWords)) return Sense::kGood;
  return HoldsCodes(label) ? SenseOfCode(value) : Sense::kUnknown;
}

Sense SenseOfMatcher(const core::LabelMatcher& matcher) {
  const bool negated = matcher.op == Op::kNotEqual || matcher.op == Op::kNotMatch;
  const std::string label = spec::Lower(matcher.name);
  Sense all = Sense::kUnknown;
  for (std::size_t begin = 0; begin <= matcher.value.size();) {
    std::size_t end = matcher.IsPattern() ? matcher.value.find('|', begin) : std::string::npos;
    end = std::min(end, matcher.value.size());
    const Sense one = SenseOfValue(label, matcher.value.substr(begin, end - begin));
    if (one == Sense::kUnknown || (begin > 0 && one != all)) return Sense::kUnknown;
    all = one;
    begin = end + 1;
  }
  return negated ? Opposite(all) : all;
}

Sense SenseOfName(std::string_view metric) {
  for (const std::string_view bad : {"error", "errors", "failures", "failed", "exceptions"}) {
    for (const std::string_view end : {"", "_total", "_count"}) {
      if (metric.ends_with("_" + std::string(bad) + std::string(end))) return Sense::kBad;
    }
  }
  for (const std::string_view good : {"success", "successes", "succeeded"}) {
    for (const std::string_view end : {"", "_total", "_count"}) {
      if (metric.ends_with("_" + std::string(good) + std::string(end))) return Sense::kGood;
    }
  }
  return Sense::kUnknown;
}

using Kind = EventsView::Kind;

std::string Trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\n\r");
  if (begin == std::string::npos) return "";
  std::string line;
  for (const char c : text.substr(begin, text.find_last_not_of(" \t\n\r") + 1 - begin)) {
    const bool blank = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!blank) line += c;
    if (blank && !line.ends_with(' ')) line += ' ';
  }
  return line;
}

// What the form of the text calls the part.
std::string PartName(const LintSubject& subject) {
  const EventsView& view = *subject.events;
  if (view.kind == Kind::kRatio) {
    return subject.slo.form == core::SloForm::kSloth ? "error_ratio_query" : "the bad ratio";
  }
  if (subject.slo.form == core::SloForm::kSloth) return "error_query";
  return view.part_is_good ? "good" : "bad";
}

std::string Summed(const std::string& selector) {
  return "sum(rate(" + selector + "[{{.window}}]))";
}

// The corrected text of a part that counts the opposite.
std::string Corrected(const LintSubject& subject) {
  const EventsView& view = *subject.events;
  const std::string part = Trimmed(view.part_text);
  if (view.kind == Kind::kRatio) return "write 1 - (" + part + ")";
  if (view.kind == Kind::kPromql) {
    return "write total - " + std::string(view.part_is_good ? "bad" : "good") + ": (" +
           Trimmed(view.total_text) + ") - (" + part + ")";
  }
  const std::string as = view.part_is_good ? "bad" : "good";
  if (subject.slo.form == core::SloForm::kSloth) {
    return "write total - good: " + Summed(view.total_text) + " - " + Summed(view.part_text);
  }
  if (subject.slo.form == core::SloForm::kOpenSlo) return "name the query " + as;
  std::string fix =
      "write counters: {total: '" + view.total_text + "', " + as + ": '" + part + "'}";
  if (view.threshold) {
    fix += ", or histogram: {metric: " + view.histogram +
           ", threshold: " + NumberText(*view.threshold) + "}";
  }
  return fix;
}

}  // namespace

Sense Opposite(Sense sense) {
  switch (sense) {
    case Sense::kGood:
      return Sense::kBad;
    case Sense::kBad:
      return Sense::kGood;
    case Sense::kUnknown:
      break;
  }
  return Sense::kUnknown;
}

Sense SenseOf(const core::Selector& selector) {
  if (BucketBound(selector)) return Sense::kGood;
  Sense sense = SenseOfName(selector.metric);
  for (const core::LabelMatcher& matcher : selector.matchers) {
    const Sense one = SenseOfMatcher(matcher);
    if (one == Sense::kUnknown) continue;
    if (sense != Sense::kUnknown && sense != one) return Sense::kUnknown;
    sense = one;
  }
  return sense;
}

Sense SenseOf(const promql::Expression& text) {
  Sense sense = Sense::kUnknown;
  std::size_t first = 0;  // selector that tells
  for (std::size_t i = 0; i < text.uses.size(); ++i) {
    const Sense one = SenseOf(text.uses[i].selector);
    if (one == Sense::kUnknown) continue;
    if (sense == Sense::kUnknown) first = i;
    if (sense != Sense::kUnknown && sense != one) return Sense::kUnknown;
    sense = one;
  }
  std::size_t taken_off = 0;
  for (const promql::Operator& one : text.operators) {
    if (one.name == "-") {
      // total - good, and 1 - good / total
      if (one.before > first) return Sense::kUnknown;
      ++taken_off;
    } else if (one.name != "/" && one.name != "*" && one.name != "+" && one.name != "or") {
      return Sense::kUnknown;
    }
    // a / b: what b is says nothing unless it is a total
    if (one.name == "/" && one.before <= first && one.before > 0) return Sense::kUnknown;
  }
  if (taken_off > 1) return Sense::kUnknown;
  return taken_off == 1 ? Opposite(sense) : sense;
}

void CheckPolarity(const LintSubject& subject, Report& report) {
  if (!subject.events) return;
  const EventsView& view = *subject.events;
  if (view.kind == Kind::kHistogram || view.kind == Kind::kScores) return;
  const Sense promised = view.part_is_good ? Sense::kGood : Sense::kBad;
  if (SenseOf(view.part) != Opposite(promised)) return;
  std::string message;
  if (view.threshold) {
    message = PartName(subject) + " counts the requests at or below le=\"" +
              NumberText(*view.threshold) + "\": a bucket holds the fast ones, which are good";
  } else {
    message = PartName(subject) + " counts " + (view.part_is_good ? "bad" : "good") +
              " events, going by its labels and names: " + Trimmed(view.part_text);
  }
  report.Add("polarity", subject.field + ".indicator", message, Corrected(subject));
}

}  // namespace slogate::lint
