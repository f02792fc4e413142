// Objectives in the forms of other tools, and what their readers have in common. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/grammar/syntax_tree.h"
#include "slogate/core/policy.h"
#include "slogate/core/slo.h"
#include "spec/slo/slo_file.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

// Gathers what a reader wants to remark on, by field.
class Remarks {
 public:
  // Of what has no equivalent, or another meaning here.
  void Add(const std::string& field, std::string message, std::string fix);
  // Of what the form does not say.
  void Guess(const std::string& field, std::string message, std::string fix);
  void Move(const YamlDocument& document, const std::string& file, std::vector<Mistake>& remarks,
            std::vector<Mistake>& guesses) &&;

 private:
  std::vector<Mistake> remarks_;
  std::vector<Mistake> guesses_;
};

// A name as Kubernetes has it, made of any name: small letters, digits and dashes.
std::string DnsNameOf(std::string_view name);

// A query of at most 4096 bytes on one line; the mistake when it has no {{.window}}.
std::string ReadQuery(ObjectReader& owner, std::string_view field);

// Neither Sloth nor OpenSLO tells dimensions apart: latency of a histogram, quality and latency by
// the objective's name, else availability. A guess of `field` says so; `form`: who does not say.
void GuessDimension(core::SloObjective& objective, const std::string& field,
                    const std::string& form, Remarks& remarks);

// Adds where `field` was written, under the path that slogate's own form has.
void AddPlace(const YamlDocument& document, std::string_view field, std::string path,
              ParsedSlo& parsed);

// Objectives in the form of Sloth: files that begin with version: prometheus/v1, and the kind
// PrometheusServiceLevel (sloth.slok.dev/v1). Neither says a window: it is `window`.
bool IsSloth(const nlohmann::json& document);
ParsedSlo ParseSloth(const YamlDocument& document, const std::string& file, core::Duration window);

// Reports a plugin of Sloth, which is code, with what to write instead of it: `sli`.plugin, and
// those of rules in `owner`.`field`.
void RefuseSliPlugin(ObjectReader& sli, const std::string& error_query,
                     const std::string& total_query);
void RefuseRulePlugins(ObjectReader& owner, const char* field);

// Objectives in the form of OpenSLO (openslo/v1, and SLOs of v1alpha): SLO, SLI, DataSource,
// AlertPolicy and AlertCondition, which name each other.
bool IsOpenSlo(const nlohmann::json& document);

// Adds one set of objectives for each SLO, in order. The other kinds are read where an SLO names
// them, and moved to parsed.named.
void ParseOpenSlo(const std::vector<YamlDocument*>& documents, const std::string& file,
                  const ReadTerms& terms, ParsedFile& parsed);

// Objectives in the form of Pyrra: the kind ServiceLevelObjective of pyrra.dev/v1alpha1.
bool IsPyrra(const nlohmann::json& document);
ParsedSlo ParsePyrra(const YamlDocument& document, const std::string& file);

// The shapes that queries of error ratios commonly have, recognised as indicators that can be
// counted exactly. Anything else is left as it is. Pure; the text is untrusted.

// A query of a file, and the field that holds it; parsed once for all that is asked of it.
struct ForeignQuery {
  // Patterns are not checked again: that was done where the text was read.
  ForeignQuery(std::string of_field, std::string of_text);

  std::string field;
  std::string text;                        // as promql::OneLine leaves it
  std::optional<promql::SyntaxTree> tree;  // nothing: the text is no PromQL
};

// Whether the queries differ in white space and comments at most.
bool ReadAlike(std::string_view one, std::string_view other);

// What two queries count: the bad events (or the good ones) and all events. A difference of total
// and good, a latency bucket beside its count, a part with "or vector(0)" are understood. Queries
// of other shapes, and those with groups, give a PromqlIndicator.
core::Indicator IndicatorOf(const ForeignQuery& total, const ForeignQuery& part, bool part_is_good);

// The same of queries with groups by labels, all by the same; std::nullopt for other shapes.
std::optional<core::Indicator> GroupedIndicator(const ForeignQuery& total, const ForeignQuery& part,
                                                bool part_is_good);

// Two counters, or a bucket of a histogram beside its count.
core::Indicator CountersOf(core::Selector total, core::Selector part, bool part_is_good);

// What the queries of a file count, and the groups that they keep apart.
struct ForeignSli {
  core::Sli sli;
  std::optional<core::SloCohorts> cohorts;
};

// As IndicatorOf has it. Groups of one label become cohorts, each with a budget and alerts like the
// objective's; groups that cannot be kept are mistakes of `owner`. Rates and gauges that were not
// counted make a ratio, which is remarked on.
ForeignSli SliOf(ObjectReader& owner, const ForeignQuery& total, const ForeignQuery& part,
                 bool part_is_good, Remarks& remarks);

// Cohorts for groups by one label; nothing for none. More labels, and labels of Prometheus itself,
// are a mistake of `owner`.`field`.
std::optional<core::SloCohorts> CohortsOf(ObjectReader& owner, std::string_view field,
                                          const std::vector<std::string>& labels);

// Reports groups in a query of a ratio, which has one budget.
void RefuseGroups(ObjectReader& owner, const ForeignQuery& ratio);

// Whoever keeps groups apart has each of them block a deploy as the whole does.
void BlockByCohorts(core::ServiceLevelObjective& slo);

}  // namespace slogate::spec
