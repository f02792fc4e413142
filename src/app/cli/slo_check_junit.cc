#include <cstdio>
#include <string_view>

#include "app/cli/screen/span.h"
#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"
#include "spec/time_text.h"

namespace slogate::app {
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

std::string NumbersOf(const core::ObjectiveStanding& standing) {
  std::string text;
  for (const core::BudgetVerdict& verdict : standing.verdicts) {
    if (verdict.standing == core::BudgetStanding::kUnknown) continue;
    const core::BurnReading* const burn = ShownBurn(verdict);
    text += (verdict.cohort.empty() ? "" : Escaped(verdict.cohort) + ": ") + LeftText(verdict) +
            " of the error budget is left, burn " +
            (burn != nullptr && burn->burn ? BurnText(*burn->burn) : "unknown");
    const bool going = verdict.exhausted_in && verdict.exhausted_in->count() > 0;
    text += going ? ", gone in " + ExhaustionText(verdict) + "\n" : "\n";
  }
  for (const std::string& note : standing.notes) text += Escaped(note) + "\n";
  return text;
}

// The cases of each SLO: what concerns the whole of it, if anything, and its objectives.
std::vector<Case> CasesOf(const CheckedSlo& slo, const ReportPlace& place) {
  const std::vector<CheckNotice> notices = NoticesOf(slo);
  const std::string file = FileIn(place, slo.asked.file);
  std::vector<Case> cases;
  Case whole{slo.asked.slo.name, "calendar", file, slo.asked.line, 0, {}, ""};
  for (const CheckNotice& notice : notices) {
    if (notice.objective.empty()) whole.notices.push_back(notice);
  }
  if (!whole.notices.empty()) cases.push_back(whole);
  for (std::size_t i = 0; i < slo.standing.objectives.size(); ++i) {
    const core::ObjectiveStanding& standing = slo.standing.objectives[i];
    Case one{slo.asked.slo.name, standing.objective, file, slo.asked.line, 0, {},
             NumbersOf(standing)};
    if (i < slo.asked.objective_lines.size()) one.line = slo.asked.objective_lines[i];
    for (const CheckNotice& notice : notices) {
      if (notice.objective == Printable(standing.objective)) one.notices.push_back(notice);
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
  const std::string file = FileIn(place, policy.asked.file);
  Case one{policy.asked.name, "canary", file, policy.asked.line, 0, {}, ""};
  for (const CheckNotice& notice : notices) {
    if (notice.slo == Printable(policy.asked.name) && notice.file == Printable(policy.asked.file)) {
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
