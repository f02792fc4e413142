#include "app/cli/author/validate_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/check/check_report.h"

namespace slogate::app {
namespace {

std::string Place(const std::string& file, const spec::Position& place) {
  if (place.line == 0) return file;
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string Number(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void PrintFinding(const std::string& file, const PlacedFinding& placed, std::ostream& out) {
  const lint::Finding& finding = placed.finding;
  out << Place(file, placed.place) << ": " << lint::ToString(finding.level) << ": " << finding.code
      << "\n";
  PrintWrapped(finding.field, "  ", out);
  PrintWrapped(finding.message, "  ", out);
  PrintWrapped("-> " + finding.fix, "  ", out);
}

std::string Verdict(const Validated& validated) {
  const std::size_t errors = CountOf(validated, lint::Level::kError);
  const std::size_t warnings = CountOf(validated, lint::Level::kWarning);
  std::string text = errors == 0 ? " is valid" : " has " + Number(errors, "error");
  if (warnings > 0) text += (errors == 0 ? ", with " : " and ") + Number(warnings, "warning");
  return text;
}

nlohmann::ordered_json MistakeJson(const spec::Mistake& mistake) {
  return {{"line", mistake.line},
          {"column", mistake.column},
          {"field", mistake.field},
          {"message", mistake.message},
          {"fix", mistake.fix}};
}

}  // namespace

std::size_t CountOf(const Validated& validated, lint::Level level) {
  return static_cast<std::size_t>(
      std::count_if(validated.findings.begin(), validated.findings.end(),
                    [&](const PlacedFinding& placed) { return placed.finding.level == level; }));
}

void PrintValidated(const std::vector<Validated>& all, Streams streams) {
  for (const Validated& validated : all) {
    if (!validated.unreadable.empty()) streams.err << validated.unreadable << "\n";
    for (const spec::Mistake& mistake : validated.mistakes) {
      streams.err << spec::ToString(mistake) << "\n";
    }
    for (const spec::Mistake& remark : validated.remarks) {
      streams.err << "note: " << spec::ToString(remark) << "\n";
    }
    for (const PlacedFinding& placed : validated.findings) {
      PrintFinding(validated.file, placed, streams.err);
    }
    if (!validated.unanswered.empty()) {
      PrintWrapped(validated.file + ": " + validated.name + ": " + validated.unanswered, "",
                   streams.err);
    }
    if (validated.Sound()) {
      const bool good = CountOf(validated, lint::Level::kError) == 0;
      (good ? streams.out : streams.err)
          << validated.file << ": " << validated.name << Verdict(validated) << "\n";
    }
  }
}

nlohmann::ordered_json ToJson(const Validated& validated) {
  nlohmann::ordered_json value{{"file", validated.file},
                               {validated.kind, validated.name},
                               {"valid", validated.Sound()},
                               {"mistakes", nlohmann::ordered_json::array()}};
  if (!validated.unreadable.empty()) {
    value["mistakes"].push_back({{"message", validated.unreadable}});
  }
  for (const spec::Mistake& mistake : validated.mistakes) {
    value["mistakes"].push_back(MistakeJson(mistake));
  }
  value["findings"] = nlohmann::ordered_json::array();
  for (const PlacedFinding& placed : validated.findings) {
    value["findings"].push_back({{"level", lint::ToString(placed.finding.level)},
                                 {"code", placed.finding.code},
                                 {"line", placed.place.line},
                                 {"column", placed.place.column},
                                 {"field", placed.finding.field},
                                 {"message", placed.finding.message},
                                 {"fix", placed.finding.fix}});
  }
  if (!validated.remarks.empty()) value["remarks"] = nlohmann::ordered_json::array();
  for (const spec::Mistake& remark : validated.remarks) {
    value["remarks"].push_back(MistakeJson(remark));
  }
  if (!validated.unanswered.empty()) value["unanswered"] = validated.unanswered;
  return value;
}

}  // namespace slogate::app
