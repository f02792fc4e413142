#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "app/cli/check/slo_check_report.h"
#include "app/cli/check/slo_check_words.h"
#include "app/cli/terminal/span.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

// GitHub shows so many of a kind for a step, and drops the rest without a word.
constexpr std::size_t kMaxAnnotations = 10;

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
  std::size_t reported = 0;
  const auto tell = [&](const spec::Mistake& mistake) {
    if (reported++ >= kMaxAnnotations) return;
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
    const bool all = notices.size() <= kMaxAnnotations;
    const std::size_t shown = all ? notices.size() : kMaxAnnotations - 1;
    for (std::size_t i = 0; i < shown; ++i) {
      Annotate(notices[i], CommandOf(notices[i].kind, check.strict), place, out);
    }
    if (!all) {
      out << "::" << command << " title=gate check::" << notices.size() - shown
          << " more; the step's summary has them all\n";
    }
  }
}

namespace {

using Json = nlohmann::ordered_json;

std::uint64_t Fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

// The same from one pipeline to the next, whatever the numbers: so GitLab tells new from old.
std::string Fingerprint(const std::string& identity) {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
  char text[40];
  std::snprintf(text, sizeof(text), "%016llx%016llx",
                static_cast<unsigned long long>(Fnv1a(identity, kBasis)),
                static_cast<unsigned long long>(Fnv1a(identity, ~kBasis)));
  return text;
}

const char* SeverityOf(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return "blocker";
    case NoticeKind::kSourceFailed:
      return "critical";
    case NoticeKind::kNoData:
      return "major";
    case NoticeKind::kWarned:
      return "minor";
  }
  return "";
}

const char* CheckNameOf(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return "slogate/blocked";
    case NoticeKind::kSourceFailed:
      return "slogate/source-failed";
    case NoticeKind::kNoData:
      return "slogate/no-data";
    case NoticeKind::kWarned:
      return "slogate/warned";
  }
  return "";
}

}  // namespace

void PrintGitlab(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Json list = Json::array();
  std::map<std::string, int> seen;
  for (const CheckNotice& notice : NoticesOf(check)) {
    const std::string path = FileIn(place, notice.file);
    const std::string name = CheckNameOf(notice.kind);
    std::string identity = path + "\n" + name + "\n" + SubjectOf(notice);
    identity += "\n" + std::to_string(seen[identity]++);
    list.push_back({{"description", SubjectOf(notice) + ": " + notice.message},
                    {"check_name", name},
                    {"fingerprint", Fingerprint(identity)},
                    {"severity", SeverityOf(notice.kind)},
                    {"location",
                     {{"path", path}, {"lines", {{"begin", notice.line > 0 ? notice.line : 1}}}}}});
  }
  out << list.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + Escaped(value) + "\"";
}

struct Case {
  std::string suite;
  std::string name;
  std::string file;
  int line = 0;
  double seconds = 0;
  std::vector<CheckNotice> notices;
  std::string numbers;
};

struct Totals {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
};

bool Fails(const CheckNotice& notice, bool strict) {
  return notice.kind == NoticeKind::kBlocked || (strict && notice.kind == NoticeKind::kWarned);
}

// One outcome a case, the worst: readers of the format expect no more.
std::string OutcomeOf(const Case& one, bool strict, Totals& totals) {
  const CheckNotice* failure = nullptr;
  const CheckNotice* error = nullptr;
  const CheckNotice* skip = nullptr;
  std::string all;
  for (const CheckNotice& notice : one.notices) {
    if (Fails(notice, strict) && failure == nullptr) failure = &notice;
    if (notice.kind == NoticeKind::kSourceFailed && error == nullptr) error = &notice;
    if (notice.kind == NoticeKind::kNoData && skip == nullptr) skip = &notice;
    all += std::string(WordOf(notice.kind)) + ": " +
           (notice.cohort.empty() ? "" : notice.cohort + ": ") + notice.message + "\n";
  }
  std::string said;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find('\n', at);
    said += Escaped(all.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  if (failure != nullptr) {
    ++totals.failures;
    return "      <failure" + Attribute("type", WordOf(failure->kind)) +
           Attribute("message", failure->message) + ">" + said + "</failure>\n";
  }
  if (error != nullptr) {
    ++totals.errors;
    return "      <error" + Attribute("type", WordOf(error->kind)) +
           Attribute("message", error->message) + ">" + said + "</error>\n";
  }
  if (skip != nullptr) {
    ++totals.skipped;
    return "      <skipped" + Attribute("message", skip->message) + "/>\n";
  }
  return said.empty() ? "" : "      <system-err>" + said + "</system-err>\n";
}

std::string NumbersOf(const core::ObjectiveSummary& summary) {
  std::string text;
  for (const core::BudgetVerdict& verdict : summary.verdicts) {
    if (verdict.state == core::BudgetState::kUnknown) continue;
    const core::BurnReading* const burn = ShownBurn(verdict);
    text += (verdict.cohort.empty() ? "" : Escaped(verdict.cohort) + ": ") + LeftText(verdict) +
            " of the error budget is left, burn " +
            (burn != nullptr && burn->burn ? BurnText(*burn->burn) : "unknown");
    const bool going = verdict.exhausted_in && verdict.exhausted_in->count() > 0;
    text += going ? ", exhausted in " + ExhaustionText(verdict) + "\n" : "\n";
  }
  for (const std::string& note : summary.notes) text += Escaped(note) + "\n";
  return text;
}

// The cases of each SLO: what concerns the whole of it, if anything, and its objectives.
std::vector<Case> CasesOf(const CheckedSlo& slo, const ReportPlace& place) {
  const std::vector<CheckNotice> notices = NoticesOf(slo);
  const std::string file = FileIn(place, slo.requested.file);
  std::vector<Case> cases;
  Case whole{slo.requested.slo.name, "calendar", file, slo.requested.line, 0, {}, ""};
  for (const CheckNotice& notice : notices) {
    if (notice.objective.empty()) whole.notices.push_back(notice);
  }
  if (!whole.notices.empty()) cases.push_back(whole);
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    const core::ObjectiveSummary& summary = slo.summary.objectives[i];
    Case one{slo.requested.slo.name, summary.objective, file, slo.requested.line, 0, {},
             NumbersOf(summary)};
    if (i < slo.requested.objective_lines.size()) one.line = slo.requested.objective_lines[i];
    for (const CheckNotice& notice : notices) {
      if (notice.objective == Printable(summary.objective)) one.notices.push_back(notice);
    }
    for (const core::QueryTrace& trace : slo.readings[i].trace) {
      one.seconds += static_cast<double>(trace.took.count()) / 1000;
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

std::vector<Case> CasesOf(const CheckedPolicy& policy, const std::vector<CheckNotice>& notices,
                          const ReportPlace& place) {
  const std::string file = FileIn(place, policy.requested.file);
  Case one{policy.requested.name, "canary", file, policy.requested.line, 0, {}, ""};
  for (const CheckNotice& notice : notices) {
    if (notice.slo == Printable(policy.requested.name) &&
        notice.file == Printable(policy.requested.file)) {
      one.notices.push_back(notice);
    }
  }
  return {one};
}

std::string CaseText(const Case& one, bool strict, Totals& totals) {
  char seconds[40];
  std::snprintf(seconds, sizeof(seconds), "%.3f", one.seconds);
  ++totals.tests;
  std::string text = "    <testcase" + Attribute("classname", one.suite) +
                     Attribute("name", one.name) + Attribute("file", one.file);
  if (one.line > 0) text += Attribute("line", std::to_string(one.line));
  text += Attribute("time", seconds) + ">\n" + OutcomeOf(one, strict, totals);
  if (!one.numbers.empty()) text += "      <system-out>" + one.numbers + "</system-out>\n";
  return text + "    </testcase>\n";
}

std::string Counted(const Totals& totals) {
  return Attribute("tests", std::to_string(totals.tests)) +
         Attribute("failures", std::to_string(totals.failures)) +
         Attribute("errors", std::to_string(totals.errors)) +
         Attribute("skipped", std::to_string(totals.skipped));
}

}  // namespace

void PrintJunit(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  std::vector<std::vector<Case>> suites;
  for (const CheckedSlo& slo : check.slos) suites.push_back(CasesOf(slo, place));
  const std::vector<CheckNotice> notices = NoticesOf(check);
  for (const CheckedPolicy& policy : check.policies) {
    suites.push_back(CasesOf(policy, notices, place));
  }
  Totals all;
  std::string body;
  for (const std::vector<Case>& suite : suites) {
    Totals totals;
    std::string cases;
    for (const Case& one : suite) cases += CaseText(one, check.strict, totals);
    body += "  <testsuite" + Attribute("name", suite.empty() ? "" : suite.front().suite) +
            Counted(totals) + Attribute("timestamp", spec::ToSecondsText(check.at)) + ">\n" +
            cases + "  </testsuite>\n";
    all.tests += totals.tests;
    all.failures += totals.failures;
    all.errors += totals.errors;
    all.skipped += totals.skipped;
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"
      << Attribute("name", "gate check") << Counted(all) << ">\n"
      << body << "</testsuites>\n";
}

}  // namespace slogate::app
