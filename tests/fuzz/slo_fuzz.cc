// Any text as a file of objectives, in any form: sound objectives, or mistakes with words; and what
// was sound is written so that it reads as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "promql/writer.h"
#include "spec/foreign/foreign_form.h"
#include "spec/slo/sli_promql.h"
#include "spec/slo/slo_file.h"

namespace {

using nlohmann::json;
using slogate::spec::ParsedSlo;

void Require(bool holds) {
  if (!holds) std::abort();
}

void WriteAgain(const slogate::core::ServiceLevelObjective& slo) {
  Require(!slo.objectives.empty());
  const auto again = slogate::spec::ParseFile(slogate::spec::ToYaml(slo), "written.yaml");
  // A Sloth file's service need not make a name of Kubernetes.
  if (slo.name.empty()) return;
  Require(again.slos.size() == 1 && again.slos[0].slo.has_value());
  slogate::core::ServiceLevelObjective expected = slo;
  expected.form = slogate::core::SloForm::kSlogate;
  Require(*again.slos[0].slo == expected);
}

void WritePromql(const slogate::core::ServiceLevelObjective& slo) {
  for (const auto& objective : slo.objectives) {
    if (const auto* sli = std::get_if<slogate::core::Indicator>(&objective.indicator)) {
      const auto promql = slogate::spec::PromqlOf(*sli, "5m", {"region"});
      Require(!promql.total.empty() && !promql.bad.empty() && !promql.ratio.empty());
    }
  }
}

void ReadAsText(std::string_view text) {
  const auto file = slogate::spec::ParseFile(text, "slo.yaml");
  Require(!file.slos.empty() || !file.policies.empty() || !file.mistakes.empty());
  for (const ParsedSlo& parsed : file.slos) {
    Require(parsed.slo.has_value() == parsed.mistakes.empty());
    for (const auto* list : {&parsed.mistakes, &parsed.remarks}) {
      for (const auto& mistake : *list) {
        Require(!mistake.message.empty() && !mistake.fix.empty());
        json(ToString(mistake)).dump();
      }
    }
    if (!parsed.slo) continue;
    WriteAgain(*parsed.slo);
    WritePromql(*parsed.slo);
  }
}

void ReadAsObject(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return;
  const auto slo = slogate::spec::SloFromJson(object);
  Require(slo.has_value() || !slo.error().message.empty());
}

void ReadAsQuery(std::string_view text) {
  const std::string query = slogate::promql::OneLine(text);
  Require(query.size() <= text.size());
  slogate::spec::IndicatorOf({"total", "sum(rate(a[{{.window}}]))"}, {"bad", query}, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadAsText(text);
  ReadAsObject(text);
  ReadAsQuery(text);
  return 0;
}
