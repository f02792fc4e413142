#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "app/cli/check/slo_check.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + EscapedXml(value) + "\"";
}

using Outcomes = std::map<std::string_view, std::size_t>;  // how many, by JUnit's word

std::string Counted(Outcomes outcomes) {
  std::string text;
  for (const char* const name : {"tests", "failures", "errors", "skipped"}) {
    text += Attribute(name, std::to_string(outcomes[name]));
  }
  return text;
}

std::string Suite(const std::string& name, const Outcomes& outcomes, core::TimePoint at,
                  const std::string& cases) {
  return "  <testsuite" + Attribute("name", name) + Counted(outcomes) +
         Attribute("timestamp", spec::ToSecondsText(at)) + ">\n" + cases + "  </testsuite>\n";
}

void PrintSuites(const Outcomes& all, const std::string& suites, std::ostream& out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      << Attribute("name", "gate check") << Counted(all) << ">\n"
      << suites << "</testsuites>\n";
}

// One outcome a case, the worst: readers of the format expect no more.
std::string OutcomeOf(const std::vector<CheckNotice>& notices, bool strict, Outcomes& outcomes) {
  std::string said;
  for (const CheckNotice& notice : notices) {
    said += EscapedXml(std::string(WordsOf(notice.kind, strict).word) + ": " +
                       (notice.cohort.empty() ? "" : notice.cohort + ": ") + notice.message) +
            "\n";
  }
  for (const auto& [tag, counted] :
       {std::pair("failure", "failures"), {"error", "errors"}, {"skipped", "skipped"}}) {
    const auto worst = std::ranges::find_if(
        notices, [&, tag = tag](const auto& one) { return WordsOf(one.kind, strict).tag == tag; });
    if (worst == notices.end()) continue;
    const std::string message = Attribute("message", worst->message);
    ++outcomes[counted];
    if (worst->kind == NoticeKind::kNoData) return "      <skipped" + message + "/>\n";
    return std::string("      <") + tag + Attribute("type", WordsOf(worst->kind, strict).word) +
           message + ">" + said + "</" + tag + ">\n";
  }
  return said.empty() ? "" : "      <system-err>" + said + "</system-err>\n";
}

// A case of JUnit, of an objective or a policy.
struct TestCase {
  std::string name;
  int line = 0;
  std::vector<CheckNotice> notices;
  std::string numbers = {};
  double seconds = 0;
};

// A suite of JUnit, of an SLO or a policy. Adds its outcomes to those of `all`.
std::string SuiteText(const std::string& name, const std::string& file, const SloCheck& check,
                      const std::vector<TestCase>& cases, Outcomes& all) {
  Outcomes outcomes{{"tests", cases.size()}};
  std::string text;
  for (const TestCase& one : cases) {
    text += "    <testcase" + Attribute("classname", name) + Attribute("name", one.name) +
            Attribute("file", file);
    if (one.line > 0) text += Attribute("line", std::to_string(one.line));
    text += Attribute("time", Fixed(one.seconds, 3)) + ">\n" +
            OutcomeOf(one.notices, check.strict, outcomes);
    if (!one.numbers.empty()) text += "      <system-out>" + one.numbers + "</system-out>\n";
    text += "    </testcase>\n";
  }
  for (const auto& [word, count] : outcomes) all[word] += count;
  return Suite(name, outcomes, check.at, text);
}

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
std::vector<TestCase> CasesOf(const CheckedSlo& slo) {
  std::vector<TestCase> cases;
  std::map<std::string, std::vector<CheckNotice>> notices;
  for (CheckNotice& notice : NoticesOf(slo)) notices[notice.objective].push_back(notice);
  if (const auto& whole = notices[""]; !whole.empty()) {
    cases.push_back({"calendar", slo.requested.line, whole});
  }
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    const std::string& name = slo.summary.objectives[i].objective;
    const std::vector<int>& lines = slo.requested.objective_lines;
    TestCase& one =
        cases.emplace_back(TestCase{name, i < lines.size() ? lines[i] : slo.requested.line,
                                    notices[Printable(name)], NumbersOf(slo, i)});
    for (const core::QueryTrace& trace : slo.readings[i].trace) {
      one.seconds += static_cast<double>(trace.took.count()) / 1000;
    }
  }
  return cases;
}

}  // namespace

void PrintRefusedJunit(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out) {
  std::string cases;
  for (const spec::Mistake& mistake : refusal.mistakes) {
    const std::string sentence = SentenceOf(mistake);
    const std::string name = mistake.field.empty() ? "gate check" : Printable(mistake.field);
    cases += "    <testcase" + Attribute("classname", "gate check") + Attribute("name", name);
    if (!mistake.file.empty()) cases += Attribute("file", FileIn(place, mistake.file));
    if (mistake.line > 0) cases += Attribute("line", std::to_string(mistake.line));
    cases += Attribute("time", "0.000") + ">\n      <error" + Attribute("type", "Error") +
             Attribute("message", sentence) + ">" + EscapedXml(sentence) +
             "</error>\n    </testcase>\n";
  }
  const std::size_t count = refusal.mistakes.size();
  const Outcomes all{{"tests", count}, {"errors", count}};
  PrintSuites(all, Suite("gate check", all, refusal.at, cases), out);
}

void PrintJunit(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Outcomes all;
  std::string body;
  for (const CheckedSlo& slo : check.slos) {
    body += SuiteText(slo.requested.slo.name, FileIn(place, slo.requested.file), check,
                      CasesOf(slo), all);
  }
  const std::vector<CheckNotice> all_notices = NoticesOf(check);
  for (const auto& [requested, result, budgets, refusal] : check.policies) {
    std::vector<CheckNotice> notices = all_notices;
    std::erase_if(notices, [name = Printable(requested.name),
                            file = Printable(requested.file)](const CheckNotice& notice) {
      return notice.slo != name || notice.file != file;
    });
    body += SuiteText(requested.name, FileIn(place, requested.file), check,
                      {{"canary", requested.line, std::move(notices)}}, all);
  }
  PrintSuites(all, body, out);
}

}  // namespace slogate::app
