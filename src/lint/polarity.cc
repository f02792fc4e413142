#include <string>

#include "lint/checks.h"
#include "lint/sense.h"

namespace slogate::lint {
namespace {

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
std::string PartName(const Subject& subject) {
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
std::string Corrected(const Subject& subject) {
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
  std::string mend =
      "write counters: {total: '" + view.total_text + "', " + as + ": '" + part + "'}";
  if (view.threshold) {
    mend += ", or histogram: {metric: " + view.histogram +
            ", threshold: " + NumberText(*view.threshold) + "}";
  }
  return mend;
}

}  // namespace

void CheckPolarity(const Subject& subject, Report& report) {
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
