// Reports of a check that was not made: a report of the run before must not stay for this one.
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/check/slo_check.h"
#include "app/cli/frame/output.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

std::string RefusedSummary(const CheckRefusal& refusal) {
  if (!refusal.summary.empty()) return refusal.summary;
  const std::size_t count = refusal.mistakes.size();
  return "Nothing was checked: " + Several(count, "mistake") + " in what was given";
}

std::string PlaceOfMistake(const spec::Mistake& mistake, const ReportPlace& place) {
  if (mistake.file.empty()) return "gate check";
  const std::string file = Printable(FileIn(place, mistake.file));
  return mistake.line > 0 ? file + ":" + std::to_string(mistake.line) : file;
}

void PrintRefusedTable(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out) {
  for (const spec::Mistake& mistake : refusal.mistakes) {
    out << PlaceOfMistake(mistake, place) << ": " << SentenceOf(mistake) << "\n";
  }
  out << RefusedSummary(refusal) << ".\n";
}

void PrintRefusedJson(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out) {
  Json json = JsonHead(refusal.at, refusal.priority, WordOf(ExitCode::kUsage), ExitCode::kUsage,
                       RefusedSummary(refusal));
  json["mistakes"] = ListOf(refusal.mistakes, [&](const spec::Mistake& mistake) -> Json {
    return {{"file", mistake.file.empty() ? "" : FileIn(place, mistake.file)},
            {"line", mistake.line},
            {"column", mistake.column},
            {"field", mistake.field},
            {"message", mistake.message},
            {"fix", mistake.fix}};
  });
  PrintValue(json, OutputFormat::kJson, out);
}

void PrintRefusedMarkdown(const CheckRefusal& refusal, const ReportPlace& place,
                          std::ostream& out) {
  out << "### Deploy gate: " << WordOf(ExitCode::kUsage) << "\n\n"
      << RefusedSummary(refusal) << ", at " << spec::ToSecondsText(refusal.at) << ".\n\n";
  for (const spec::Mistake& mistake : refusal.mistakes) {
    out << "- **Error** " << EscapedCell(SentenceOf(mistake)) << " ("
        << EscapedCell(PlaceOfMistake(mistake, place)) << ")\n";
  }
}

void PrintRefused(const std::string& format, const CheckRefusal& refusal, const ReportPlace& place,
                  std::ostream& out) {
  if (format == "json") return PrintRefusedJson(refusal, place, out);
  if (format == "junit") return PrintRefusedJunit(refusal, place, out);
  if (format == "gitlab") return PrintRefusedGitlab(refusal, place, out);
  return format == "markdown" ? PrintRefusedMarkdown(refusal, place, out)
                              : PrintRefusedTable(refusal, place, out);
}

}  // namespace

std::string SentenceOf(const spec::Mistake& mistake) {
  spec::Mistake bare = mistake;
  bare.file.clear();
  bare.line = 0;
  bare.column = 0;
  return Printable(spec::ToString(bare));
}

void ReportRefusal(const CheckRefusal& refusal, const std::string& format,
                   const std::vector<std::pair<std::string, std::string>>& reports,
                   const Adapters& adapters, Streams streams) {
  const ReportPlace place = PlaceOf(adapters, false);
  const auto note = [&](const ports::Result<void>& result) {
    if (!result) streams.err << "gate check: " << result.error().message << "\n";
  };
  for (const auto& [kind, file] : reports) {
    std::ostringstream text;
    PrintRefused(kind, refusal, place, text);
    note(WriteNewFile(file, text.str(), true));
  }
  const char* const summary = adapters.environment("GITHUB_STEP_SUMMARY");
  if (format == "github" && summary != nullptr && *summary != '\0') {
    std::ostringstream text;
    PrintRefusedMarkdown(refusal, place, text);
    note(AppendToFile(summary, text.str() + "\n"));
  }
  // The table's text is on standard error already.
  if (format != "table" && format != "github") PrintRefused(format, refusal, place, streams.out);
}

CheckRefusal RefusalOf(const std::vector<SloInput>& inputs) {
  CheckRefusal refusal;
  for (const SloInput& input : inputs) {
    if (!input.unreadable.empty()) {
      refusal.mistakes.push_back({input.file, 0, 0, "", input.unreadable, ""});
    }
    ForEachMistake(input, [&](const spec::Mistake& one) { refusal.mistakes.push_back(one); });
  }
  return refusal;
}

}  // namespace slogate::app
