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

void TakeWarnings(const json* list, Reply& reply) {
  if (list == nullptr || !list->is_array()) return;
  for (const json& warning : *list) {
    if (warning.is_string()) reply.warnings.push_back(Shorten(TextOf(&warning)));
  }
}

std::string ErrorOf(const json& envelope) {
  if (TextOf(Member(envelope, "status")) != "error") return {};
  const std::string_view type = TextOf(Member(envelope, "errorType"));
  const std::string_view message = TextOf(Member(envelope, "error"));
  if (type.empty() && message.empty()) return {};
  return Shorten(std::string(type) + ": " + std::string(message));
}

bool LooksLikeMarkup(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && text[first] == '<';
}

}  // namespace

Answered<Reply> ParseReply(std::string_view text) {
  if (LooksLikeMarkup(text)) {
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
  TakeWarnings(Member(envelope, "warnings"), *reply);
  TakeWarnings(Member(envelope, "infos"), *reply);
  if (reply->warnings.size() > kMaxWarnings) reply->warnings.resize(kMaxWarnings);
  return reply;
}

std::string ErrorOf(std::string_view text) {
  const json envelope = json::parse(text, nullptr, false);
  return envelope.is_discarded() ? std::string() : ErrorOf(envelope);
}

}  // namespace slogate::adapters::prometheus
