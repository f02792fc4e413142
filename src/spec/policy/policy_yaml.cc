#include "spec/policy/policy_yaml.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "spec/policy/policy_budgets.h"
#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"
#include "spec/text/object_reader.h"
#include "spec/text/utf8.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMaxNamed = 3;
constexpr std::size_t kLongestReport = 1000;

constexpr std::string_view kKind = "RolloutPolicy";

void ReadOnMissing(ObjectReader& reader, core::OnMissing& missing) {
  missing.pause_after = reader.Time("pauseAfter", missing.pause_after,
                                    {core::Duration{0}, std::chrono::hours(24 * 30)});
}

// An estimate that cannot satisfy the last step would hold every rollout for ever.
void CheckEstimates(ObjectReader& spec, const core::Policy& policy) {
  const bool must_be_proven = std::ranges::any_of(policy.steps, [](const core::Step& step) {
    return step.require == core::Require::kProvenNotWorse;
  });
  if (!must_be_proven) return;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const core::Objective& objective = policy.objectives[i];
    const auto* promql = std::get_if<core::PromqlIndicator>(&objective.indicator);
    if (promql == nullptr || promql->enough_to_promote) continue;
    if (objective.mode == core::Mode::kReport) continue;
    spec.Report("objectives[" + std::to_string(i) + "].indicator.promql",
                "is an estimate and cannot satisfy a step with require: ProvenNotWorse",
                "count with counters or histogram, set enoughToPromote: true, or use mode: Report");
  }
}

tl::expected<core::ServiceLevelObjective, SloMissing> Find(const SloLookup& find_slo,
                                                           const std::string& name) {
  if (find_slo) return find_slo(name);
  return tl::unexpected(NotGiven(name));
}

// Budgets gate rollouts unless the policy says otherwise, or one would count other services'
// events.
void ReadPolicyBudget(ObjectReader& spec, core::Policy& policy) {
  bool enabled = true;
  spec.Part("budget", policy.budget, [&](ObjectReader& reader, core::RolloutBudget& budget) {
    enabled = reader.Flag("enabled", true);
    ReadRolloutBudget(reader, budget);
  });
  if (!enabled) {
    policy.budget.reset();
  } else if (!policy.budget && WhyNoBudgets(policy).empty()) {
    policy.budget.emplace();
  }
}

struct Reference {
  bool given = false;
  std::optional<core::ServiceLevelObjective> slo;  // absent although given: reported
};

Reference ReadReference(ObjectReader& spec, const SloLookup& find_slo) {
  Reference reference;
  reference.given = spec.Has("slo");
  if (!reference.given) return reference;
  ObjectReader reader = spec.Child("slo");
  if (!reader.IsObject()) return reference;
  const std::string name =
      ReadName(reader, "name", NameRule::kDnsSubdomain, "the ServiceLevelObjective");
  reader.RefuseOthers();
  if (name.empty()) return reference;
  auto found = Find(find_slo, name);
  if (found) {
    reference.slo = std::move(*found);
  } else {
    reader.Report("name", std::move(found.error().message), std::move(found.error().fix));
  }
  return reference;
}

void ReadPromises(ObjectReader& spec, const SloLookup& find_slo, core::Policy& policy) {
  const Reference reference = ReadReference(spec, find_slo);
  const core::ServiceLevelObjective* const slo = reference.slo ? &*reference.slo : nullptr;
  if (slo != nullptr) policy.calendar = ImportCalendar(*slo);
  policy.priority = spec.Word<core::ChangePriority>("priority").value_or(policy.priority);
  // What refines an unknown promise cannot be judged.
  if (reference.given && slo == nullptr) {
    spec.Has("objectives");
  } else {
    policy.objectives = ReadObjectives(spec, slo);
  }
  if (slo != nullptr) policy.budget = slo->rollouts;
  ReadPolicyBudget(spec, policy);
}

core::Policy ReadSpec(ObjectReader& spec, const SloLookup& find_slo) {
  core::Policy policy;
  policy.workload = ReadWorkload(spec);
  policy.routes = ReadRoutes(spec, policy.workload);
  policy.prometheus = ReadPrometheus(spec);
  policy.tracks = ReadTracks(spec, policy.routes);
  ReadPromises(spec, find_slo, policy);
  spec.Part("comparison", policy.comparison, ReadComparison);
  policy.steps = ReadSteps(spec, core::BlockLength(policy.prometheus));
  policy.warm_up = ReadWarmUp(spec);
  spec.Part("onNoData", policy.on_no_data, ReadOnMissing);
  spec.Part("onSourceFailure", policy.on_source_failure, ReadOnMissing);
  spec.Part("afterPromotion", policy.watch_after_promotion,
            [](ObjectReader& reader, core::Duration& watch) {
              watch = reader.Time("watch", watch, {core::Duration{0}, std::chrono::hours(24 * 7)});
            });
  policy.paused = spec.Flag("paused", false);
  policy.dry_run = spec.Flag("dryRun", false);
  policy.retry = spec.Text("retry", 63).value_or("");
  CheckEstimates(spec, policy);
  CheckCohorts(spec, policy);
  spec.RefuseOthers();
  return policy;
}

using nlohmann::json;

// A RolloutPolicy, or something that was probably meant to be one.
bool IsMeantAsPolicy(const json& document) {
  if (!document.is_object()) return false;
  const std::string kind = TextIn(document, "kind");
  if (kind == "ServiceLevelObjective") return false;
  return kind.empty() || Suggest(kind, {"RolloutPolicy"}) ||
         TextIn(document, "apiVersion").starts_with("slogate.dev/");
}

// Looks in a text first, then elsewhere. The documents outlive the lookup.
SloLookup LookupIn(const std::vector<YamlDocument>& documents, const SloLookup& elsewhere) {
  return [&documents, &elsewhere](
             const std::string& name) -> tl::expected<core::ServiceLevelObjective, SloMissing> {
    for (const YamlDocument& document : documents) {
      if (TextIn(document.value, "kind") != "ServiceLevelObjective") continue;
      std::vector<Mistake> mistakes;
      core::ServiceLevelObjective slo = ReadSlo(document.value, mistakes);
      if (slo.name != name) continue;
      if (mistakes.empty()) return slo;
      return tl::unexpected(SloMissing{"'" + name + "' is unsound: " + ToString(mistakes.front()),
                                       "fix the ServiceLevelObjective"});
    }
    return Find(elsewhere, name);
  };
}

ParsedPolicy Refused(Mistake mistake, const std::string& file) {
  ParsedPolicy parsed;
  mistake.file = file;
  parsed.line = mistake.line;
  parsed.mistakes.push_back(std::move(mistake));
  return parsed;
}

}  // namespace

ports::Result<core::Policy> PolicyFromJson(const nlohmann::json& policy_object,
                                           const SloLookup& find_slo) {
  std::vector<Mistake> mistakes;
  core::Policy policy = ReadPolicy(policy_object, mistakes, find_slo);
  if (mistakes.empty()) return policy;
  return ports::Fail(ports::ErrorCode::kInvalidArgument, MessageOf(mistakes));
}

std::string MessageOf(const std::vector<Mistake>& mistakes) {
  std::string message;
  for (std::size_t i = 0; i < std::min(mistakes.size(), kMaxNamed); ++i) {
    if (i > 0) message += ". ";
    message += ToString(mistakes[i]);
  }
  if (mistakes.size() > kMaxNamed) {
    message += ". And " + std::to_string(mistakes.size() - kMaxNamed) + " more";
  }
  return BoundedUtf8(message, kLongestReport);
}

core::Policy ReadPolicy(const nlohmann::json& policy_object, std::vector<Mistake>& mistakes,
                        const SloLookup& find_slo) {
  ObjectReader object(policy_object, "", mistakes);
  if (!object.IsObject()) return {};
  ReadHead(object, kKind, "the policy");
  object.Has("status");  // known, and none of ours
  core::Policy policy;
  if (object.Require("spec", "give spec with workload, routes and objectives")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) policy = ReadSpec(spec, find_slo);
  }
  static const std::vector<std::string> kFieldsOfSpec =
      FieldsOf([](ObjectReader& spec) { ReadSpec(spec, {}); });
  ReferToSpec(object, kFieldsOfSpec);
  object.RefuseOthers();
  return policy;
}

ParsedPolicy ParsePolicyDocument(const YamlDocument& document, const std::string& file,
                                 const SloLookup& find_slo) {
  ParsedPolicy parsed;
  parsed.line = document.start.line;
  core::Policy policy = ReadPolicy(document.value, parsed.mistakes, find_slo);
  parsed.slo = SloNameOf(document.value);
  PlaceMistakes(document, file, parsed.mistakes);
  SortMistakes(parsed.mistakes);
  const auto metadata = document.value.find("metadata");
  if (metadata != document.value.end()) {
    parsed.name = TextIn(*metadata, "name");
    parsed.ns = TextIn(*metadata, "namespace");
  }
  if (!parsed.mistakes.empty()) return parsed;
  if (!policy.budget && !document.value["spec"].contains("budget")) {
    parsed.remarks = WhyNoBudgets(policy);
    PlaceMistakes(document, file, parsed.remarks);
  }
  parsed.policy = std::move(policy);
  return parsed;
}

std::vector<ParsedPolicy> ParsePolicyDocuments(std::string_view text, const std::string& file,
                                               const SloLookup& find_slo) {
  const YamlText yaml = ReadYaml(text);
  const SloLookup find = LookupIn(yaml.documents, find_slo);
  std::vector<ParsedPolicy> policies;
  for (const YamlDocument& document : yaml.documents) {
    if (IsMeantAsPolicy(document.value))
      policies.push_back(ParsePolicyDocument(document, file, find));
  }
  for (const Mistake& mistake : yaml.mistakes) policies.push_back(Refused(mistake, file));
  if (policies.empty()) {
    policies.push_back(Refused({"", 0, 0, "", "has no RolloutPolicy",
                                "begin with apiVersion: slogate.dev/v1alpha1 and "
                                "kind: RolloutPolicy"},
                               file));
  }
  return policies;
}

ParsedPolicy ParsePolicyYaml(std::string_view text, const std::string& file,
                             const SloLookup& find_slo) {
  std::vector<ParsedPolicy> policies = ParsePolicyDocuments(text, file, find_slo);
  if (policies.size() == 1) return std::move(policies.front());
  ParsedPolicy first = std::move(policies.front());
  first.policy.reset();
  for (std::size_t i = 1; i < policies.size(); ++i) {
    const bool broken = policies[i].name.empty() && !policies[i].mistakes.empty();
    if (broken) {
      first.mistakes.push_back(policies[i].mistakes.front());
      continue;
    }
    first.mistakes.push_back({file, policies[i].line, 1, "", "is a second RolloutPolicy",
                              "keep one policy in a file here"});
  }
  return first;
}

}  // namespace slogate::spec
