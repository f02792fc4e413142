#include <algorithm>
#include <sstream>
#include <string_view>

#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"

namespace slogate::app {
namespace {

// GitHub shows so many of a kind for a step, and drops the rest without a word.
constexpr std::size_t kMostAnnotations = 10;

std::string Data(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%') {
      escaped += "%25";
    } else if (c == '\n') {
      escaped += "%0A";
    } else if (c == '\r') {
      escaped += "%0D";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Property(std::string_view text) {
  std::string escaped;
  for (const char c : Data(text)) {
    if (c == ':') {
      escaped += "%3A";
    } else if (c == ',') {
      escaped += "%2C";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// A runner obeys lines that begin with :: after blanks, and ##[ anywhere.
std::string Inert(std::string line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first != std::string::npos && line.compare(first, 2, "::") == 0) line.insert(first, "\\");
  for (std::size_t at = line.find("##["); at != std::string::npos; at = line.find("##[", at + 1)) {
    line.insert(at + 2, "\\");
  }
  return line;
}

const char* CommandOf(NoticeKind kind, bool strict) {
  switch (kind) {
    case NoticeKind::kBlocked:
    case NoticeKind::kSourceFailed:
      return "error";
    case NoticeKind::kWarned:
      return strict ? "error" : "warning";
    case NoticeKind::kNoData:
      return "warning";
  }
  return "";
}

void Annotate(const CheckNotice& notice, const char* command, const ReportPlace& place,
              std::ostream& out) {
  out << "::" << command << " ";
  if (notice.file != "<stdin>") {
    out << "file=" << Property(FileIn(place, notice.file)) << ",";
    if (notice.line > 0) out << "line=" << notice.line << ",";
  }
  out << "title=" << Inert(Property(SubjectOf(notice)))
      << "::" << Inert(Data(std::string(WordOf(notice.kind)) + ": " + notice.message)) << "\n";
}

}  // namespace

void AnnotateMistakes(const std::vector<SloInput>& inputs, const ReportPlace& place,
                      std::ostream& out) {
  std::size_t told = 0;
  const auto tell = [&](const spec::Mistake& mistake) {
    if (told++ >= kMostAnnotations) return;
    out << "::error ";
    if (mistake.line > 0) {
      out << "file=" << Property(FileIn(place, mistake.file)) << ",line=" << mistake.line << ",";
    }
    spec::Mistake placeless = mistake;
    placeless.file.clear();
    placeless.line = 0;
    placeless.column = 0;
    out << "title=gate check::" << Inert(Data(Printable(spec::ToString(placeless)))) << "\n";
  };
  for (const SloInput& input : inputs) {
    for (const spec::Mistake& mistake : input.parsed.mistakes) tell(mistake);
    for (const spec::ParsedSlo& slo : input.parsed.slos) {
      for (const spec::Mistake& mistake : slo.mistakes) tell(mistake);
    }
    for (const spec::ParsedPolicy& policy : input.parsed.policies) {
      for (const spec::Mistake& mistake : policy.mistakes) tell(mistake);
    }
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
      return CommandOf(notice.kind, check.strict) != command;
    });
    std::stable_sort(notices.begin(), notices.end(),
                     [](const CheckNotice& a, const CheckNotice& b) { return a.kind < b.kind; });
    const bool all = notices.size() <= kMostAnnotations;
    const std::size_t shown = all ? notices.size() : kMostAnnotations - 1;
    for (std::size_t i = 0; i < shown; ++i) {
      Annotate(notices[i], CommandOf(notices[i].kind, check.strict), place, out);
    }
    if (!all) {
      out << "::" << command << " title=gate check::" << notices.size() - shown
          << " more; the step's summary has them all\n";
    }
  }
}

}  // namespace slogate::app
