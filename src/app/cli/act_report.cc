#include "app/cli/act_report.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/screen/span.h"
#include "app/cli/status_table.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kColumns = 80;

std::string_view Word(ActOutcome outcome) {
  switch (outcome) {
    case ActOutcome::kAlready:
      return "Already";
    case ActOutcome::kAsked:
      return "Asked";
    case ActOutcome::kDone:
      return "Done";
    case ActOutcome::kCameOtherwise:
      return "CameOtherwise";
    case ActOutcome::kWaitRanOut:
      return "WaitRanOut";
  }
  return "";
}

void PrintWrapped(const std::string& text, std::ostream& out) {
  for (const std::string& line : Wrap(Printable(text), kColumns)) out << line << "\n";
}

// What came of it; empty where nobody waited.
std::string Ending(const ActReport& report, core::TimePoint now) {
  const std::string status = StatusLine(ViewOf(report.record, now));
  switch (report.outcome) {
    case ActOutcome::kAlready:
    case ActOutcome::kAsked:
      return "";
    case ActOutcome::kDone:
      return "Done: " + status;
    case ActOutcome::kCameOtherwise:
      return "It came otherwise: " + (report.problem.empty() ? status : report.problem);
    case ActOutcome::kWaitRanOut:
      return "Not yet, as of the last look: " + (report.problem.empty() ? status : report.problem);
  }
  return "";
}

}  // namespace

void PrintActText(const ActReport& report, core::TimePoint now, std::ostream& out) {
  std::string says = report.record.key.ToString() + ": " + report.plan.says;
  if (report.outcome != ActOutcome::kAlready && !report.signature.by.empty()) {
    says += " (by " + report.signature.by + ")";
  }
  PrintWrapped(says, out);
  for (const std::string& note : report.plan.notes) PrintWrapped(note, out);
  if (const std::string ending = Ending(report, now); !ending.empty()) PrintWrapped(ending, out);
}

void PrintActObject(const ActReport& report, core::TimePoint now, OutputFormat format,
                    std::ostream& out) {
  const RolloutView view = ViewOf(report.record, now);
  Json json;
  json["namespace"] = view.ns;
  json["name"] = view.name;
  json["act"] = report.act;
  json["outcome"] = Word(report.outcome);
  json["message"] = report.plan.says;
  json["revision"] = report.plan.revision;
  json["step"] = report.plan.step;
  json["by"] = report.signature.by;
  json["at"] = spec::ToText(report.signature.at);
  json["notes"] = report.plan.notes;
  json["phase"] = ToString(view.phase);
  json["reason"] = ToString(view.reason);
  json["weight"] = view.weight_percent;
  json["problem"] = report.problem;
  PrintValue(json, format, out);
}

}  // namespace slogate::app
