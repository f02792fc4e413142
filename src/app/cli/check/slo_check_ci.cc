#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "app/cli/check/slo_check_report.h"
#include "app/cli/terminal/number_text.h"
#include "app/cli/terminal/span.h"
#include "spec/text/duration_text.h"

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

// The same from one pipeline to the next, whatever the numbers: so GitLab tells new from old.
std::string Fingerprint(const std::string& identity) {
  std::string text;
  for (std::uint64_t hash : {0xcbf29ce484222325ULL, ~0xcbf29ce484222325ULL}) {
    for (const char c : identity) {  // FNV-1a
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
    char half[20];
    std::snprintf(half, sizeof(half), "%016llx", static_cast<unsigned long long>(hash));
    text += half;
  }
  return text;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + EscapedXml(value) + "\"";
}

// A suite of JUnit, of an SLO or a policy.
class Suite {
 public:
  Suite(std::string name, std::string file, bool strict)
      : name_(std::move(name)), file_(std::move(file)), strict_(strict) {}

  void Add(const std::string& name, int line, double seconds,
           const std::vector<CheckNotice>& notices, const std::string& numbers) {
    ++counts_["tests"];
    cases_ += "    <testcase" + Attribute("classname", name_) + Attribute("name", name) +
              Attribute("file", file_);
    if (line > 0) cases_ += Attribute("line", std::to_string(line));
    cases_ += Attribute("time", Fixed(seconds, 3)) + ">\n" + OutcomeOf(notices);
    if (!numbers.empty()) cases_ += "      <system-out>" + numbers + "</system-out>\n";
    cases_ += "    </testcase>\n";
  }

  std::map<std::string_view, std::size_t> counts() const { return counts_; }

  static std::string Counted(std::map<std::string_view, std::size_t> counts) {
    std::string text;
    for (const char* const name : {"tests", "failures", "errors", "skipped"}) {
      text += Attribute(name, std::to_string(counts[name]));
    }
    return text;
  }

  std::string Text(core::TimePoint at) const {
    return "  <testsuite" + Attribute("name", name_) + Counted(counts_) +
           Attribute("timestamp", spec::ToSecondsText(at)) + ">\n" + cases_ + "  </testsuite>\n";
  }

 private:
  // One outcome a case, the worst: readers of the format expect no more.
  std::string OutcomeOf(const std::vector<CheckNotice>& notices) {
    std::string said;
    for (const CheckNotice& notice : notices) {
      said += EscapedXml(std::string(WordsOf(notice.kind, strict_).word) + ": " +
                         (notice.cohort.empty() ? "" : notice.cohort + ": ") + notice.message) +
              "\n";
    }
    for (const std::string tag : {"failure", "error", "skipped"}) {
      const auto worst = std::find_if(notices.begin(), notices.end(), [&](const auto& one) {
        return WordsOf(one.kind, strict_).tag == tag;
      });
      if (worst == notices.end()) continue;
      const std::string message = Attribute("message", worst->message);
      ++counts_[tag == "failure" ? "failures" : tag == "error" ? "errors" : "skipped"];
      if (tag == "skipped") return "      <skipped" + message + "/>\n";
      return "      <" + tag + Attribute("type", WordsOf(worst->kind, strict_).word) + message +
             ">" + said + "</" + tag + ">\n";
    }
    return said.empty() ? "" : "      <system-err>" + said + "</system-err>\n";
  }

  const std::string name_;
  const std::string file_;
  const bool strict_;
  std::map<std::string_view, std::size_t> counts_;
  std::string cases_;
};

std::string NumbersOf(const CheckedSlo& slo, std::size_t objective) {
  std::string text;
  for (const BudgetRow& row : RowsOf(slo, objective)) {
    if (!row.known) continue;
    const std::string& cohort = row.verdict.cohort;
    text += (cohort.empty() ? "" : EscapedXml(cohort) + ": ") + row.left +
            " of the error budget is left, burn " + (row.burn == "-" ? "unknown" : row.burn);
    const bool going = row.verdict.exhausted_in && row.verdict.exhausted_in->count() > 0;
    text += (going ? ", exhausted in " + row.exhausted_in : "") + "\n";
  }
  for (const std::string& note : slo.summary.objectives[objective].notes) {
    text += EscapedXml(note) + "\n";
  }
  return text;
}

// What concerns the whole of an SLO, if anything, and each of its objectives.
Suite SuiteOf(const CheckedSlo& slo, bool strict, const ReportPlace& place) {
  Suite suite(slo.requested.slo.name, FileIn(place, slo.requested.file), strict);
  std::map<std::string, std::vector<CheckNotice>> notices;
  for (CheckNotice& notice : NoticesOf(slo)) notices[notice.objective].push_back(notice);
  if (const auto& whole = notices[""]; !whole.empty()) {
    suite.Add("calendar", slo.requested.line, 0, whole, "");
  }
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    const std::string& name = slo.summary.objectives[i].objective;
    const std::vector<int>& lines = slo.requested.objective_lines;
    double seconds = 0;
    for (const core::QueryTrace& trace : slo.readings[i].trace) {
      seconds += static_cast<double>(trace.took.count()) / 1000;
    }
    suite.Add(name, i < lines.size() ? lines[i] : slo.requested.line, seconds,
              notices[Printable(name)], NumbersOf(slo, i));
  }
  return suite;
}

Suite SuiteOf(const CheckedPolicy& policy, std::vector<CheckNotice> notices, bool strict,
              const ReportPlace& place) {
  const PolicyToCheck& requested = policy.requested;
  Suite suite(requested.name, FileIn(place, requested.file), strict);
  std::erase_if(notices, [&](const CheckNotice& notice) {
    return notice.slo != Printable(requested.name) || notice.file != Printable(requested.file);
  });
  suite.Add("canary", requested.line, 0, notices, "");
  return suite;
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
    std::stable_sort(notices.begin(), notices.end(),
                     [](const CheckNotice& a, const CheckNotice& b) { return a.kind < b.kind; });
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

void PrintGitlab(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  std::map<std::string, int> seen;
  const Json list = ListOf(NoticesOf(check), [&](const CheckNotice& notice) -> Json {
    const NoticeWords words = WordsOf(notice.kind, check.strict);
    const std::string path = FileIn(place, notice.file);
    std::string identity = path + "\n" + std::string(words.name) + "\n" + SubjectOf(notice);
    identity += "\n" + std::to_string(seen[identity]++);
    return {
        {"description", SubjectOf(notice) + ": " + notice.message},
        {"check_name", words.name},
        {"fingerprint", Fingerprint(identity)},
        {"severity", words.severity},
        {"location", {{"path", path}, {"lines", {{"begin", notice.line > 0 ? notice.line : 1}}}}}};
  });
  PrintValue(list, OutputFormat::kJson, out);
}

void PrintJunit(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  std::vector<Suite> suites;
  for (const CheckedSlo& slo : check.slos) suites.push_back(SuiteOf(slo, check.strict, place));
  const std::vector<CheckNotice> notices = NoticesOf(check);
  for (const CheckedPolicy& policy : check.policies) {
    suites.push_back(SuiteOf(policy, notices, check.strict, place));
  }
  std::map<std::string_view, std::size_t> all;
  std::string body;
  for (const Suite& suite : suites) {
    for (const auto& [name, count] : suite.counts()) all[name] += count;
    body += suite.Text(check.at);
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      << Attribute("name", "gate check") << Suite::Counted(all) << ">\n"
      << body << "</testsuites>\n";
}

}  // namespace slogate::app
