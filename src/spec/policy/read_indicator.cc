#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "promql/grammar/parser.h"
#include "promql/grammar/report.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/policy/policy_parts.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestPromql = 4096;

struct SelectorRule {
  std::size_t longest = 0;
  promql::Patterns patterns = promql::Patterns::kCheck;
};

core::Selector ReadSelector(ObjectReader& owner, std::string_view field, const SelectorRule& rule) {
  if (!owner.Require(field,
                     "write a metric name with label matchers, such as "
                     "http_requests_total{job=\"shop\"}")) {
    return {};
  }
  const auto text = owner.Text(field, rule.longest);
  if (!text) return {};
  auto selector = promql::ParseSelector(*text, rule.patterns);
  if (selector) return std::move(*selector);
  promql::Report(owner, field, *text, std::move(selector.error()));
  return {};
}

// Which of good and bad is given; reports none and both.
bool PartIsGood(ObjectReader& owner) {
  const bool good = owner.Has("good");
  const bool bad = owner.Has("bad");
  if (good && bad) owner.Report("", "has both bad and good", "keep one of them");
  if (!good && !bad) owner.Report("", "has neither bad nor good", "give one of them");
  return good && !bad;
}

core::CounterIndicator ReadCounters(ObjectReader& reader, const SelectorRule& rule) {
  core::CounterIndicator counters;
  counters.total = ReadSelector(reader, "total", rule);
  counters.part_is_good = PartIsGood(reader);
  const char* part = counters.part_is_good ? "good" : "bad";
  for (const char* given : {"bad", "good"}) {
    if (reader.Has(given)) counters.part = ReadSelector(reader, given, rule);
  }
  if (!counters.part.metric.empty() && counters.part == counters.total) {
    reader.Report(part, "is the same as total", "select only the events that are meant");
  }
  return counters;
}

// A histogram by its base name, of every bucket.
core::Selector ReadHistogramSelector(ObjectReader& reader, const SelectorRule& rule,
                                     const char* instead_of_le) {
  core::Selector selector = ReadSelector(reader, "metric", rule);
  for (const char* suffix : {"_bucket", "_count", "_sum"}) {
    if (selector.metric.ends_with(suffix)) {
      reader.Report("metric", "ends in " + std::string(suffix), "give the base name without it");
    }
  }
  for (const auto& matcher : selector.matchers) {
    if (matcher.name == "le") reader.Report("metric", "matches the label le", instead_of_le);
  }
  return selector;
}

core::HistogramIndicator ReadHistogram(ObjectReader& reader, const SelectorRule& rule) {
  core::HistogramIndicator histogram;
  histogram.histogram = ReadHistogramSelector(reader, rule, "remove it and give threshold instead");
  reader.Require("threshold", "give a bucket bound, such as 0.3");
  histogram.threshold = reader.Number("threshold", 1, {.least = 0, .above_min = true});
  return histogram;
}

std::vector<std::string> PlaceholdersOf(IndicatorUse use) {
  if (use != IndicatorUse::kOfService) return {"{{.window}}", "{{.track}}"};
  return {"{{.window}}"};
}

std::string ExampleOf(IndicatorUse use) {
  return std::string("write it as in sum(increase(requests_total") +
         (use != IndicatorUse::kOfService ? "{ {{.track}} }" : "") + "[{{.window}}]))";
}

void CheckPlaceholders(ObjectReader& owner, std::string_view field, const std::string& promql,
                       IndicatorUse use) {
  const std::vector<std::string> known = PlaceholdersOf(use);
  for (const std::string& placeholder : known) {
    if (promql.find(placeholder) != std::string::npos) continue;
    owner.Report(field, "has no " + placeholder, ExampleOf(use));
  }
  for (std::size_t at = promql.find("{{."); at != std::string::npos;
       at = promql.find("{{.", at + 1)) {
    const std::string_view rest = std::string_view(promql).substr(at);
    const bool is_known = std::ranges::any_of(
        known, [&](const std::string& placeholder) { return rest.starts_with(placeholder); });
    if (is_known) continue;
    owner.Report(field, "has an unknown placeholder",
                 "use " + (known.size() > 1 ? known[0] + " and " + known[1] : known[0]) + " only");
    return;
  }
}

core::PromqlIndicator ReadPromqlIndicator(ObjectReader& reader, IndicatorUse use) {
  core::PromqlIndicator promql;
  promql.total = ReadPromql(reader, "total", use);
  promql.part_is_good = PartIsGood(reader);
  for (const char* given : {"bad", "good"}) {
    if (reader.Has(given)) promql.part = ReadPromql(reader, given, use);
  }
  if (use != IndicatorUse::kOfService) {
    promql.enough_to_promote = reader.Flag("enoughToPromote", false);
  } else {
    promql.per_second = reader.Flag("perSecond", false);
  }
  return promql;
}

core::ScoreIndicator ReadScore(ObjectReader& reader, const SelectorRule& rule) {
  core::ScoreIndicator score;
  score.total = ReadSelector(reader, "total", rule);
  score.sum = ReadSelector(reader, "sum", rule);
  if (reader.Has("squares")) score.squares = ReadSelector(reader, "squares", rule);
  const auto refuse_twin = [&](const char* field, const core::Selector& selector,
                               const core::Selector& other, const char* others_field) {
    if (selector.metric.empty() || selector != other) return;
    reader.Report(field, "is the same as " + std::string(others_field),
                  "give three different counters: events, their scores, their squared scores");
  };
  refuse_twin("sum", score.sum, score.total, "total");
  if (score.squares) {
    refuse_twin("squares", *score.squares, score.total, "total");
    refuse_twin("squares", *score.squares, score.sum, "sum");
  }
  return score;
}

}  // namespace

void CheckPromql(ObjectReader& owner, std::string_view field, std::string_view text,
                 IndicatorUse use) {
  auto tree = promql::Parse(text, promql::Placeholders::kFill);
  if (!tree) return promql::Report(owner, field, text, std::move(tree.error()));
  const promql::Type type = tree->root().type;
  const bool of_tracks = use != IndicatorUse::kOfService;
  if (type == promql::Type::kVector || (of_tracks && type == promql::Type::kScalar)) return;
  owner.Report(field,
               "gives " + std::string(promql::NameOf(type)) + " where an instant vector is needed",
               ExampleOf(use));
}

std::string ReadPromql(ObjectReader& owner, std::string_view field, IndicatorUse use) {
  if (!owner.Require(field, use != IndicatorUse::kOfService
                                ? "write PromQL with {{.window}} and {{.track}}"
                                : "write PromQL with {{.window}}")) {
    return "";
  }
  // Objectives come from other tools too, and those break lines.
  const auto text = use != IndicatorUse::kOfService ? owner.Text(field, kLongestPromql)
                                                    : owner.AnyText(field, kLongestPromql);
  if (!text) return "";
  std::string promql = use != IndicatorUse::kOfService ? *text : promql::OneLine(*text);
  if (promql.empty()) {
    if (use == IndicatorUse::kOfService) owner.Report(field, "is empty", ExampleOf(use));
    return promql;
  }
  const std::size_t mistakes = owner.MistakeCount();
  CheckPlaceholders(owner, field, promql, use);
  // Those of a policy are read again from its state, which must outlive a rule that is new.
  if (use == IndicatorUse::kOfService && owner.MistakeCount() == mistakes) {
    CheckPromql(owner, field, *text, use);
  }
  return promql;
}

std::optional<core::Indicator> ReadIndicatorKinds(ObjectReader& reader, std::size_t longest,
                                                  IndicatorUse use, int& kinds) {
  const SelectorRule rule{
      longest, use == IndicatorUse::kStored ? promql::Patterns::kTrust : promql::Patterns::kCheck};
  std::optional<core::Indicator> indicator;
  const auto read = [&](const char* kind, auto read_kind) {
    kinds += ReadKind(reader, kind, indicator, read_kind) ? 1 : 0;
  };
  read("counters", [&](ObjectReader& child) { return ReadCounters(child, rule); });
  read("histogram", [&](ObjectReader& child) { return ReadHistogram(child, rule); });
  read("promql", [&](ObjectReader& child) { return ReadPromqlIndicator(child, use); });
  read("score", [&](ObjectReader& child) { return ReadScore(child, rule); });
  read("scoreHistogram", [&](ObjectReader& child) {
    return core::ScoreHistogramIndicator{
        ReadHistogramSelector(child, rule, "remove it, scores are read from every bucket")};
  });
  return indicator;
}

std::optional<core::Indicator> ReadIndicator(ObjectReader& owner, std::size_t longest_selector,
                                             IndicatorUse use) {
  constexpr const char* kKinds = "give counters, histogram, promql, score or scoreHistogram";
  if (!owner.Require("indicator", kKinds)) return std::nullopt;
  ObjectReader reader = owner.Child("indicator");
  if (!reader.IsObject()) return std::nullopt;
  int given = 0;
  auto indicator = ReadIndicatorKinds(reader, longest_selector, use, given);
  if (given > 1) reader.Report("", "has more than one kind", "keep one of them");
  if (given == 0) reader.Report("", "says nothing to count", kKinds);
  reader.RefuseOthers();
  return indicator;
}

}  // namespace slogate::spec
