// Objectives in the forms of other tools, and what their readers have in common. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/slo.h"
#include "spec/slo/slo_file.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

// Gathers what a reader wants to remark on, by field.
class Remarks {
 public:
  void Add(const std::string& field, std::string message, std::string fix);
  void Move(const YamlDocument& document, const std::string& file, std::vector<Mistake>& to) &&;

 private:
  std::vector<Mistake> remarks_;
};

// A name as Kubernetes has it, made of any name: small letters, digits and dashes.
std::string DnsNameOf(std::string_view name);

// A query of at most 4096 bytes on one line; the mistake when it has no {{.window}}.
std::string ReadQuery(ObjectReader& owner, std::string_view field);

// Neither Sloth nor OpenSLO tells dimensions apart: latency of a histogram, quality and latency by
// the objective's name, else availability. A remark on `field` says so; `form`: who does not say.
void GuessDimension(core::SloObjective& objective, const std::string& field,
                    const std::string& form, Remarks& remarks);

// Adds where `field` was written, under the path that slogate's own form has.
void AddPlace(const YamlDocument& document, std::string_view field, std::string path,
              ParsedSlo& parsed);

// Objectives in the form of Sloth: files that begin with version: prometheus/v1, and the kind
// PrometheusServiceLevel (sloth.slok.dev/v1).
bool IsSloth(const nlohmann::json& document);
ParsedSlo ParseSloth(const YamlDocument& document, const std::string& file);

// Objectives in the form of OpenSLO (openslo/v1): SLO, SLI, DataSource, AlertPolicy and
// AlertCondition, which name each other within one text.
bool IsOpenSlo(const nlohmann::json& document);

// One for each SLO, in order; the other kinds are read where an SLO names them. Without any SLO
// one that says so.
std::vector<ParsedSlo> ParseOpenSlo(const std::vector<const YamlDocument*>& documents,
                                    const std::string& file);

// The shapes that queries of error ratios commonly have, recognised as indicators that can be
// counted exactly. Anything else is left as it is. Pure; the text is untrusted.

// Whether the queries differ in white space and comments at most.
bool ReadAlike(std::string_view one, std::string_view other);

// What two queries count: the bad events (or the good ones) and all events. A difference of total
// and good, a latency bucket beside its count, a part with "or vector(0)" are understood. Queries
// of other shapes give a PromqlIndicator. Both are as promql::OneLine leaves them.
core::Indicator IndicatorOf(const std::string& total, const std::string& part, bool part_is_good);

}  // namespace slogate::spec
