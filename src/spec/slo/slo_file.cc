#include "spec/slo/slo_file.h"

#include "spec/foreign/foreign_form.h"
#include "spec/slo/slo_parts.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

enum class Kind { kSlo, kPolicy, kSloth, kOpenSlo, kPyrra, kOther };

// What a document is, or was probably meant to be.
Kind KindOf(const json& document) {
  if (!document.is_object()) return Kind::kOther;
  if (IsSloth(document)) return Kind::kSloth;
  if (IsOpenSlo(document)) return Kind::kOpenSlo;
  if (IsPyrra(document)) return Kind::kPyrra;
  const std::string kind = TextIn(document, "kind");
  const auto meant = Suggest(kind, {"RolloutPolicy", "ServiceLevelObjective"});
  if (meant) return *meant == "RolloutPolicy" ? Kind::kPolicy : Kind::kSlo;
  const bool ours = TextIn(document, "apiVersion").starts_with("slogate.dev/");
  if (!ours && !kind.empty()) return Kind::kOther;
  const auto spec = document.find("spec");
  const bool rollout = spec != document.end() && spec->is_object() &&
                       (spec->contains("workload") || spec->contains("routes"));
  return rollout ? Kind::kPolicy : Kind::kSlo;
}

ParsedSlo ParseSlo(YamlDocument& document, const std::string& file, core::Duration window) {
  ParsedSlo parsed;
  parsed.line = document.start.line;
  core::ServiceLevelObjective slo = ReadSlo(document.value, parsed.mistakes, window);
  PlaceMistakes(document, file, parsed.mistakes);
  SortMistakes(parsed.mistakes);
  parsed.name = slo.name;
  if (parsed.mistakes.empty()) parsed.slo = std::move(slo);
  parsed.places.assign(std::make_move_iterator(document.fields.begin()),
                       std::make_move_iterator(document.fields.end()));
  return parsed;
}

void ReadObjectives(std::vector<YamlDocument>& documents, const std::string& file,
                    const ReadTerms& terms, ParsedFile& parsed) {
  std::vector<YamlDocument*> open_slo;
  for (YamlDocument& document : documents) {
    switch (KindOf(document.value)) {
      case Kind::kSlo:
        parsed.slos.push_back(ParseSlo(document, file, terms.default_window));
        break;
      case Kind::kSloth:
        parsed.slos.push_back(ParseSloth(document, file, terms.default_window));
        break;
      case Kind::kOpenSlo:
        open_slo.push_back(&document);
        break;
      case Kind::kPyrra:
        parsed.slos.push_back(ParsePyrra(document, file));
        break;
      case Kind::kPolicy:
        parsed.policy_places.emplace_back(document.fields.begin(), document.fields.end());
      case Kind::kOther:
        break;
    }
  }
  if (!open_slo.empty()) ParseOpenSlo(open_slo, file, terms, parsed);
}

// Looks among the objectives of the text first.
SloLookup LookupIn(const std::vector<ParsedSlo>& slos, const SloLookup& elsewhere) {
  return [&](const std::string& name) -> tl::expected<core::ServiceLevelObjective, SloMissing> {
    for (const ParsedSlo& parsed : slos) {
      if (parsed.name != name) continue;
      if (parsed.slo) return *parsed.slo;
      return tl::unexpected(
          SloMissing{"'" + name + "' is unsound: " + ToString(parsed.mistakes.front()),
                     "fix the ServiceLevelObjective"});
    }
    if (elsewhere) return elsewhere(name);
    return tl::unexpected(NotGiven(name));
  };
}

}  // namespace

ParsedFile ParseFile(std::string_view text, const std::string& file, const ReadTerms& terms) {
  YamlText yaml = ReadYaml(text);
  std::vector<YamlDocument> documents = EachObject(std::move(yaml.documents));
  ParsedFile parsed;
  parsed.mistakes = std::move(yaml.mistakes);
  const int first_line = documents.empty() ? 0 : documents.front().start.line;
  ReadObjectives(documents, file, terms, parsed);
  const SloLookup lookup = LookupIn(parsed.slos, terms.find_slo);
  for (const YamlDocument& document : documents) {
    if (KindOf(document.value) != Kind::kPolicy) continue;
    parsed.policies.push_back(ParsePolicyDocument(document, file, lookup));
  }
  const bool nothing = parsed.slos.empty() && parsed.policies.empty() && parsed.mistakes.empty();
  parsed.only_named = parsed.only_named && nothing;
  if (nothing) {
    if (parsed.only_named) {
      parsed.mistakes.push_back({"", first_line, 1, "kind", "no document here is of kind SLO",
                                 "give the file of the SLO that names these, too"});
    } else {
      parsed.mistakes.push_back({"", 0, 0, "", "has neither objectives nor a policy",
                                 "begin with apiVersion: slogate.dev/v1alpha1 and "
                                 "kind: ServiceLevelObjective"});
    }
  }
  for (Mistake& mistake : parsed.mistakes) mistake.file = file;
  return parsed;
}

std::string ToYaml(const core::ServiceLevelObjective& slo) { return ToYamlText(SloToJson(slo)); }

}  // namespace slogate::spec
