#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "app/cli/check/slo_check.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

// GitHub shows so many of a kind for a step, and drops the rest without a word.
constexpr std::size_t kMaxAnnotations = 10;

// A runner obeys lines that begin with :: after blanks, and ##[ anywhere.
std::string Inert(std::string line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first != std::string::npos && line.compare(first, 2, "::") == 0) line.insert(first, "\\");
  for (std::size_t at = line.find("##["); at != std::string::npos; at = line.find("##[", at + 1)) {
    line.insert(at + 2, "\\");
  }
  return line;
}

std::string Data(std::string_view text) {
  return Replaced(text, {{'%', "%25"}, {'\n', "%0A"}, {'\r', "%0D"}});
}

std::string Property(std::string_view text) {
  return Replaced(Data(text), {{':', "%3A"}, {',', "%2C"}});
}

void Annotate(std::string_view command, const std::string& file, int line, const std::string& title,
              const std::string& text, std::ostream& out) {
  out << "::" << command << " ";
  if (!file.empty()) out << "file=" << Property(file) << ",";
  if (!file.empty() && line > 0) out << "line=" << line << ",";
  out << "title=" << Inert(Property(title)) << "::" << Inert(Data(text)) << "\n";
}

}  // namespace

void AnnotateMistakes(const std::vector<SloInput>& inputs, const ReportPlace& place,
                      std::ostream& out) {
  std::size_t reported = 0;
  for (const SloInput& input : inputs) {
    ForEachMistake(input, [&](spec::Mistake mistake) {
      if (reported++ >= kMaxAnnotations) return;
      const int line = std::exchange(mistake.line, 0);
      const std::string file = std::exchange(mistake.file, "");
      mistake.column = 0;
      Annotate("error", line > 0 ? FileIn(place, file) : "", line, "gate check",
               Printable(spec::ToString(mistake)), out);
    });
  }
}

void PrintGithub(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  std::ostringstream table;
  PrintTable(check, place, table);
  std::istringstream lines(table.str());
  for (std::string line; std::getline(lines, line);) out << Inert(line) << "\n";
  for (const std::string_view command : {"error", "warning"}) {
    std::vector<CheckNotice> notices = NoticesOf(check);
    std::erase_if(notices, [&](const CheckNotice& notice) {
      return WordsOf(notice.kind, check.strict).command != command;
    });
    std::ranges::stable_sort(
        notices, [](const CheckNotice& a, const CheckNotice& b) { return a.kind < b.kind; });
    const bool all = notices.size() <= kMaxAnnotations;
    const std::size_t shown = all ? notices.size() : kMaxAnnotations - 1;
    for (std::size_t i = 0; i < shown; ++i) {
      const CheckNotice& notice = notices[i];
      Annotate(command, notice.file == "<stdin>" ? "" : FileIn(place, notice.file), notice.line,
               SubjectOf(notice),
               std::string(WordsOf(notice.kind, check.strict).word) + ": " + notice.message, out);
    }
    if (!all) {
      Annotate(command, "", 0, "gate check",
               std::to_string(notices.size() - shown) + " more; the step's summary has them all",
               out);
    }
  }
}

}  // namespace slogate::app
