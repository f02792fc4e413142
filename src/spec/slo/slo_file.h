// Files of objectives and policies, in any of the forms that are read: slogate's own, Sloth's
// (prometheus/v1 and the kind PrometheusServiceLevel), OpenSLO's (openslo/v1 and v1alpha) and
// Pyrra's (pyrra.dev/v1alpha1). A list of objects, also of kind List, is read item by item.
//
// The text is untrusted; limits as in policy_yaml.h. No exception leaves. Pure; callable from any
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slogate/core/slo.h"
#include "slogate/ports/result.h"
#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_import.h"
#include "spec/text/mistake.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

// One document that promises something; of OpenSLO one SLO with the documents that it names.
struct ParsedSlo {
  std::optional<core::ServiceLevelObjective> slo;  // present exactly when `mistakes` is empty
  std::string name;
  int line = 0;  // where the document begins
  std::vector<Mistake> mistakes;
  std::vector<Mistake> remarks;  // read, but not as a person might think: what has no equivalent
  std::vector<Mistake> guesses;  // what the form does not say and was supposed
  // Where each field was written, by the paths that lint uses: such as
  // spec.objectives[0].indicator, whatever the form of the text calls it.
  std::vector<std::pair<std::string, Position>> places;
};

// An object that SLOs name: OpenSLO's SLI, DataSource, AlertPolicy and AlertCondition.
struct NamedObject {
  std::string file;
  YamlDocument document;
};

// Every object of this kind and name in other texts.
using ObjectLookup = std::function<std::vector<const NamedObject*>(const std::string& kind,
                                                                   const std::string& name)>;

// What a text names and does not hold, and what is supposed where it says nothing.
struct ReadTerms {
  SloLookup find_slo = {};        // of a policy; empty: there are none
  ObjectLookup find_object = {};  // of an SLO; empty: there are none
  core::Duration default_window = std::chrono::hours(24 * 30);  // of SLOs that give none
};

struct ParsedFile {
  std::vector<ParsedSlo> slos;
  std::vector<ParsedPolicy> policies;  // RolloutPolicies; may refer to objectives of other files
  std::vector<std::vector<std::pair<std::string, Position>>> policy_places;  // of each, as of SLOs
  std::vector<NamedObject> named;  // what SLOs of other texts may name
  bool names_others = false;       // an SLO names an object that was not found
  bool only_named = false;         // there are such objects and nothing else: a mistake, too
  std::vector<Mistake> mistakes;   // of the text as a whole: not YAML, nothing to read
};

// Every objective and policy in a text of one or more documents, in order; other kinds are passed
// over. A text without any is a mistake. `file` is only repeated in the mistakes. What a policy or
// an SLO refers to is looked for in the text, then as `terms` says.
ParsedFile ParseFile(std::string_view text, const std::string& file, const ReadTerms& terms = {});

// The object as slogate writes it: parsing it again gives an equal value.
std::string ToYaml(const core::ServiceLevelObjective& slo);

// The object as JSON, as the API server has it. Pure.

// kInvalidArgument with the first mistakes when the object is unsound.
ports::Result<core::ServiceLevelObjective> SloFromJson(const nlohmann::json& slo_object);

// The whole object, fields in the order people write them; reading it gives an equal value. What is
// as it would be without a word is left out.
nlohmann::ordered_json SloToJson(const core::ServiceLevelObjective& slo);

}  // namespace slogate::spec
