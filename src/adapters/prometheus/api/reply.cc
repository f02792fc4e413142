#include "adapters/prometheus/api/reply.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/http/printable.h"
#include "promql/writer.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {

std::string Shorten(std::string_view text) {
  constexpr std::size_t kLongestMessage = 300;
  return http::Printable(text, kLongestMessage) + (text.size() > kLongestMessage ? "..." : "");
}

Samples::const_iterator FirstFrom(const Samples& samples, core::TimePoint at) {
  return std::ranges::lower_bound(samples, at, {}, &Sample::at);
}

const Sample* SampleAt(const Samples& samples, core::TimePoint at) {
  const auto found = FirstFrom(samples, at);
  return found != samples.end() && found->at == at ? &*found : nullptr;
}

bool AnyWithin(const Samples& samples, core::TimePoint from, core::TimePoint until) {
  const auto found = FirstFrom(samples, from);
  return found != samples.end() && found->at <= until;
}

std::string Describe(const Labels& labels) {
  std::string text = ValueOf(labels, "__name__") + "{";
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (name == "__name__") continue;
    if (!first) text += ",";
    first = false;
    text += name + "=" + promql::Quote(value);
  }
  return Shorten(text + "}");
}

namespace {

using core::SourceProblem;
using nlohmann::json;

constexpr std::size_t kMaxWarnings = 20;
constexpr double kLatestSecond = 1e11;

const json* Member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string_view TextOf(const json* value) {
  const auto* text = value == nullptr ? nullptr : value->get_ptr<const json::string_t*>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

tl::unexpected<SourceFailure> Malformed(std::string what) {
  return Failed(SourceProblem::kMalformed, "malformed reply: " + std::move(what));
}

std::optional<double> ParseValue(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  return spec::ParseNumber<double>(text);
}

// A pair [seconds, "value"].
std::optional<Sample> ParseSample(const json& pair) {
  if (!pair.is_array() || pair.size() != 2) return std::nullopt;
  const json& seconds = pair[0];
  if (!seconds.is_number() || !pair[1].is_string()) return std::nullopt;
  const auto at = seconds.get<double>();
  if (!(std::abs(at) <= kLatestSecond)) return std::nullopt;
  const std::optional<double> value = ParseValue(TextOf(&pair[1]));
  if (!value) return std::nullopt;
  return Sample{core::TimePoint(core::Duration(std::llround(at * 1000))), *value};
}

bool SameValue(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Puts samples in order and drops repeats; false when one instant has two values.
bool Order(Samples& samples) {
  const auto earlier = [](const Sample& a, const Sample& b) { return a.at < b.at; };
  if (!std::ranges::is_sorted(samples, earlier)) {
    std::ranges::stable_sort(samples, earlier);
  }
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].at == samples[i - 1].at && !SameValue(samples[i].value, samples[i - 1].value)) {
      return false;
    }
  }
  const auto same = [](const Sample& a, const Sample& b) { return a.at == b.at; };
  samples.erase(std::unique(samples.begin(), samples.end(), same), samples.end());
  return true;
}

Answered<Labels> ParseLabels(const json* metric) {
  if (metric == nullptr || !metric->is_object()) return Malformed("a series without labels");
  Labels labels;
  for (const auto& [name, value] : metric->items()) {
    if (!value.is_string()) return Malformed("a label that is not text");
    labels.emplace(name, TextOf(&value));
  }
  return labels;
}

// `list`: an array of samples (matrix), or one sample (vector).
Answered<Samples> ParseSamples(const json& list, bool matrix) {
  Samples samples;
  if (!matrix) {
    const std::optional<Sample> sample = ParseSample(list);
    if (!sample) return Malformed("a value that is not [time, \"number\"]");
    samples.push_back(*sample);
    return samples;
  }
  if (!list.is_array()) return Malformed("values that are not a list");
  samples.reserve(list.size());
  for (const json& pair : list) {
    const std::optional<Sample> sample = ParseSample(pair);
    if (!sample) return Malformed("a value that is not [time, \"number\"]");
    samples.push_back(*sample);
  }
  if (!Order(samples)) return Malformed("two values at one time");
  return samples;
}

Answered<Reply> ParseSeries(const json& result, bool matrix) {
  if (!result.is_array()) return Malformed("a result that is not a list");
  Reply reply;
  reply.series.reserve(result.size());
  for (const json& item : result) {
    auto labels = ParseLabels(Member(item, "metric"));
    if (!labels) return tl::unexpected(labels.error());
    const json* values = Member(item, matrix ? "values" : "value");
    if (values == nullptr) {
      const bool native = Member(item, "histogram") != nullptr || Member(item, "histograms");
      if (!native) return Malformed("a series without values");
      reply.warnings.push_back("native histogram left out: " + Describe(*labels));
      continue;
    }
    auto samples = ParseSamples(*values, matrix);
    if (!samples) return tl::unexpected(samples.error());
    reply.series.emplace_back(std::move(*labels), std::move(*samples));
  }
  return reply;
}

Answered<Reply> ParseData(const json* data) {
  const json* result = data == nullptr ? nullptr : Member(*data, "result");
  if (result == nullptr) return Malformed("no result");
  const std::string_view type = TextOf(Member(*data, "resultType"));
  if (type == "matrix") return ParseSeries(*result, true);
  if (type == "vector") return ParseSeries(*result, false);
  if (type != "scalar") return Malformed("a result of type " + promql::Quote(Shorten(type)));
  auto samples = ParseSamples(*result, false);
  if (!samples) return tl::unexpected(samples.error());
  Reply reply;
  reply.series.emplace_back(Labels{}, std::move(*samples));
  return reply;
}

void TakeNotes(const json* list, Reply& reply) {
  if (list == nullptr || !list->is_array()) return;
  for (const json& note : *list) {
    if (reply.warnings.size() == kMaxWarnings) return;
    if (note.is_string()) reply.warnings.push_back(Shorten(TextOf(&note)));
  }
}

// What a warning says of the numbers beside it.
enum class WarningKind { kNote, kOfTheQuery, kPartial };

WarningKind KindOf(const json& warning) {
  const std::string_view text = TextOf(&warning);
  if (text.starts_with("PromQL info:")) return WarningKind::kNote;
  return text.starts_with("PromQL warning:") ? WarningKind::kOfTheQuery : WarningKind::kPartial;
}

// The first warnings of this kind, with how many more there are.
std::string WordsOf(const json& warnings, WarningKind kind) {
  constexpr std::size_t kQuoted = 2;
  std::string words;
  std::size_t found = 0;
  for (const json& warning : warnings) {
    if (KindOf(warning) != kind || ++found > kQuoted) continue;
    const std::string_view text = TextOf(&warning);
    words +=
        (words.empty() ? "" : "; ") + (text.empty() ? "a warning without words" : Shorten(text));
  }
  return found > kQuoted ? words + "; and " + std::to_string(found - kQuoted) + " more" : words;
}

// Nothing when the answer is whole.
std::optional<SourceFailure> WhyNotWhole(const json& envelope) {
  // VictoriaMetrics: storage nodes did not answer. Only a plain "no" is one.
  const json* partial = Member(envelope, "isPartial");
  if (partial != nullptr && !partial->is_null() && *partial != json(false)) {
    return SourceFailure{SourceProblem::kPartial,
                         "the answer is partial (isPartial): not every storage node answered"};
  }
  const json* warnings = Member(envelope, "warnings");
  if (warnings == nullptr || warnings->is_null()) return std::nullopt;
  if (!warnings->is_array()) {
    return SourceFailure{SourceProblem::kMalformed,
                         "malformed reply: warnings that are not a list"};
  }
  std::string words = WordsOf(*warnings, WarningKind::kPartial);
  if (!words.empty()) {
    return SourceFailure{SourceProblem::kPartial, "the answer is partial: " + words};
  }
  words = WordsOf(*warnings, WarningKind::kOfTheQuery);
  if (words.empty()) return std::nullopt;
  return SourceFailure{SourceProblem::kBadQuery, "the query's result is not whole: " + words};
}

std::string ErrorOf(const json& envelope) {
  if (TextOf(Member(envelope, "status")) != "error") return {};
  const std::string_view type = TextOf(Member(envelope, "errorType"));
  const std::string_view message = TextOf(Member(envelope, "error"));
  if (type.empty() && message.empty()) return {};
  return Shorten(std::string(type) + ": " + std::string(message));
}

}  // namespace

bool IsMarkup(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && text[first] == '<';
}

Answered<Reply> ParseReply(std::string_view text) {
  if (IsMarkup(text)) {
    return Failed(SourceProblem::kNotPrometheus, "the answer is a web page, not Prometheus' API");
  }
  const json envelope = json::parse(text, nullptr, false);
  if (envelope.is_discarded()) return Malformed("not JSON, or cut short");
  const std::string_view status = TextOf(Member(envelope, "status"));
  if (status == "error") return Failed(SourceProblem::kBadQuery, ErrorOf(envelope));
  if (status != "success") {
    return Failed(SourceProblem::kNotPrometheus,
                  "the answer is JSON, but not from Prometheus' API");
  }
  auto reply = ParseData(Member(envelope, "data"));
  if (!reply) return reply;
  if (auto failure = WhyNotWhole(envelope)) return tl::unexpected(std::move(*failure));
  if (reply->warnings.size() > kMaxWarnings) reply->warnings.resize(kMaxWarnings);
  TakeNotes(Member(envelope, "warnings"), *reply);
  TakeNotes(Member(envelope, "infos"), *reply);
  return reply;
}

std::string ErrorOf(std::string_view text) {
  const json envelope = json::parse(text, nullptr, false);
  return envelope.is_discarded() ? std::string() : ErrorOf(envelope);
}

}  // namespace slogate::adapters::prometheus
