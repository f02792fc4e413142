#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "app/cli/check/slo_check.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

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

using Outcomes = std::map<std::string_view, std::size_t>;  // how many, by JUnit's word

std::string Counted(Outcomes outcomes) {
  std::string text;
  for (const char* const name : {"tests", "failures", "errors", "skipped"}) {
    text += Attribute(name, std::to_string(outcomes[name]));
  }
  return text;
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
  return "  <testsuite" + Attribute("name", name) + Counted(outcomes) +
         Attribute("timestamp", spec::ToSecondsText(check.at)) + ">\n" + text + "  </testsuite>\n";
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

Json Finite(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? NumberJson(*number) : Json(nullptr);
}

double InSeconds(core::Duration time) { return static_cast<double>(time.count()) / 1000; }

Json GateFindingJson(const core::GateFinding& finding) {
  return {{"action", ToString(finding.action)},
          {"cohort", finding.cohort},
          {"message", finding.message}};
}

Json BurnJson(const core::BurnReading& burn) {
  return {{"window", spec::ToText(burn.window)},
          {"burn", Finite(burn.burn)},
          {"events", Finite(burn.events)}};
}

Json RowJson(const core::BurnRowReading& row) {
  return {{"severity", ToString(row.row.severity)},
          {"longWindow", spec::ToText(row.row.long_window)},
          {"shortWindow", spec::ToText(row.row.short_window)},
          {"factor", Finite(row.row.factor)},
          {"known", row.known},
          {"firing", row.firing},
          {"impossible", row.impossible},
          {"oneEvent", row.one_event}};
}

Json GapJson(const core::BudgetGap& gap) {
  return {{"from", spec::ToText(gap.from)},
          {"to", spec::ToText(gap.to)},
          {"problem", ToString(gap.problem)}};
}

Json BudgetJson(const core::BudgetVerdict& verdict) {
  const bool known = verdict.state != core::BudgetState::kUnknown;
  return {{"cohort", verdict.cohort},
          {"target", verdict.target},
          {"status", ToString(verdict.state)},
          {"reason", verdict.reason},
          {"counted", verdict.counted},
          {"events", Finite(verdict.events)},
          {"bad", Finite(verdict.bad)},
          {"budget", Finite(verdict.budget)},
          {"remaining", known ? Finite(verdict.remaining) : Json(nullptr)},
          {"remainingAtBest", Finite(verdict.remaining_at_best)},
          {"slaRemaining", Finite(verdict.sla_remaining)},
          {"budgetFactor", Finite(verdict.budget_factor)},
          {"exhaustedInSeconds",
           verdict.exhausted_in ? Json(InSeconds(*verdict.exhausted_in)) : Json(nullptr)},
          {"outageSeconds", known ? Json(InSeconds(verdict.outage_time)) : Json(nullptr)},
          {"provisional", verdict.provisional},
          {"atLeast", verdict.at_least_of > core::Duration(0)},
          {"observedSeconds", InSeconds(verdict.observed)},
          {"burns", ListOf(verdict.burns, BurnJson)},
          {"rows", ListOf(verdict.rows, RowJson)},
          {"gaps", ListOf(verdict.gaps, GapJson)}};
}

Json TraceJson(const core::QueryTrace& trace) {
  return {{"query", trace.query},
          {"at", spec::ToText(trace.at)},
          {"answer", trace.answer},
          {"milliseconds", trace.took.count()}};
}

Json SloObjectiveJson(const CheckedSlo& slo, std::size_t place, bool explain) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[place];
  const std::vector<int>& lines = slo.requested.objective_lines;
  Json json{
      {"name", summary.objective},
      {"line", place < lines.size() ? lines[place] : 0},
      {"dimension", ToString(summary.dimension)},
      {"mode", ToString(summary.mode)},
      {"origin", ToString(summary.origin)},
      {"source", {{"problem", ToString(summary.source)}, {"message", summary.source_message}}},
      {"budgets", ListOf(summary.verdicts, BudgetJson)},
      {"cohortsLeftOut", summary.cohorts_left_out},
      {"findings", ListOf(summary.findings, GateFindingJson)},
      {"notes", summary.notes},
      {"warnings", slo.readings[place].warnings}};
  if (!slo.periods.empty()) json["periods"] = PeriodsJson(slo, place);
  if (explain) json["queries"] = ListOf(slo.readings[place].trace, TraceJson);
  return json;
}

Json SloJson(const CheckedSlo& slo, const SloCheck& check, const ReportPlace& place) {
  const core::ServiceLevelObjective& requested = slo.requested.slo;
  Json json{{"file", FileIn(place, slo.requested.file)},
            {"line", slo.requested.line},
            {"name", requested.name},
            {"namespace", requested.ns},
            {"service", requested.service},
            {"owner", requested.owner},
            {"tier", OrNull(requested.tier)},
            {"window", WindowText(requested.window)},
            {"form", ToString(requested.form)},
            {"action", ToString(slo.summary.action)},
            {"sourceFailed", slo.summary.source_failed},
            {"noData", slo.summary.no_data},
            {"exitCode", static_cast<int>(Verdict(slo, check.strict))},
            {"findings", ListOf(slo.summary.findings, GateFindingJson)},
            {"objectives", Json::array()}};
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    json["objectives"].push_back(SloObjectiveJson(slo, i, place.explain));
  }
  return json;
}

Json PolicyJson(const CheckedPolicy& policy, const ReportPlace& place) {
  Json json{{"file", FileIn(place, policy.requested.file)}, {"line", policy.requested.line}};
  json.update(ToJson(policy));
  return json;
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

std::string SentenceOf(const spec::Mistake& mistake) {
  spec::Mistake bare = mistake;
  bare.file.clear();
  bare.line = 0;
  bare.column = 0;
  return Printable(spec::ToString(bare));
}

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
  const std::string counted = Counted({{"tests", count}, {"errors", count}});
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      << Attribute("name", "gate check") << counted << ">\n  <testsuite"
      << Attribute("name", "gate check") << counted
      << Attribute("timestamp", spec::ToSecondsText(refusal.at)) << ">\n"
      << cases << "  </testsuite>\n</testsuites>\n";
}

void PrintRefusedGitlab(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out) {
  std::map<std::string, int> seen;
  const Json list = ListOf(refusal.mistakes, [&](const spec::Mistake& mistake) -> Json {
    const std::string path =
        mistake.file.empty() ? "gate check" : Printable(FileIn(place, mistake.file));
    const std::string sentence = SentenceOf(mistake);
    std::string identity = path + "\nslogate/mistake\n" + sentence;
    identity += "\n" + std::to_string(seen[identity]++);
    return {{"description", sentence},
            {"check_name", "slogate/mistake"},
            {"fingerprint", Fingerprint(identity)},
            {"severity", "blocker"},
            {"location",
             {{"path", path}, {"lines", {{"begin", mistake.line > 0 ? mistake.line : 1}}}}}};
  });
  PrintValue(list, OutputFormat::kJson, out);
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
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      << Attribute("name", "gate check") << Counted(all) << ">\n"
      << body << "</testsuites>\n";
}

Json JsonHead(core::TimePoint at, core::ChangePriority priority, std::string_view verdict,
              ExitCode code, const std::string& summary) {
  return {{"at", spec::ToSecondsText(at)},
          {"priority", ToString(priority)},
          {"verdict", verdict},
          {"exitCode", static_cast<int>(code)},
          {"summary", summary},
          {"slos", Json::array()},
          {"policies", Json::array()},
          {"aaTests", Json::array()}};
}

void PrintJson(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Json json = JsonHead(check.at, check.priority, WordOf(check), Verdict(check), Summary(check));
  for (const CheckedSlo& slo : check.slos) json["slos"].push_back(SloJson(slo, check, place));
  for (const CheckedPolicy& policy : check.policies) {
    json["policies"].push_back(PolicyJson(policy, place));
  }
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app
