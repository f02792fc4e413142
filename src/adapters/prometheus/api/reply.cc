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

// An answer's JSON but for its samples: a list under "values" is its number in `lists` instead,
// as binary data, which no text can hold. So a sample takes 16 bytes, and what else there is has a
// bound.
class ReplyJson {
  using Event = json::parse_event_t;

 public:
  explicit ReplyJson(std::string_view text, std::stop_token stop = {}) : stop_(std::move(stop)) {
    const auto keeps = [this](int depth, Event event, json& parsed) {
      return Keeps(depth, event, parsed);
    };
    try {
      envelope_ = json::parse(text, keeps, false);
    } catch (const SourceFailure& failure) {  // of GiveUp: nothing else ends the parser
      given_up_ = failure;
    }
  }

  // Discarded: it is not JSON, or was given up.
  const json& envelope() const { return envelope_; }
  const std::optional<SourceFailure>& given_up() const { return given_up_; }

  // Null when it is not such a list; nothing when the list has what is no sample.
  std::optional<Samples>* ListOf(const json& values) {
    const auto* number = values.get_ptr<const json::binary_t*>();
    return number == nullptr ? nullptr : &lists_[number->subtype()];
  }

 private:
  static constexpr int kDeepest = 8;
  static constexpr std::size_t kMostParts = 500'000;

  [[noreturn]] static void GiveUp(const tl::unexpected<SourceFailure>& why) { throw why.value(); }

  bool Keeps(int depth, Event event, json& parsed) {
    if (stop_.stop_requested()) GiveUp(Failed(SourceProblem::kUnreachable, "stopped"));
    if (depth > kDeepest) GiveUp(Malformed("not JSON, or nested deeper than any answer"));
    if (parts_ > kMostParts) {
      GiveUp(Failed(SourceProblem::kTooLarge,
                    "the answer has more series and labels than can be read; ask for fewer"));
    }
    if (list_ >= 0) return KeepsInList(depth, event, parsed);
    if (event != Event::key && event != Event::array_end && event != Event::object_end) ++parts_;
    if (event == Event::array_start && after_values_) {
      list_ = depth;
      lists_.emplace_back(Samples());
    }
    after_values_ = event == Event::key && TextOf(&parsed) == "values";
    return true;
  }

  bool KeepsInList(int depth, Event event, json& parsed) {
    const int inside = depth - list_;
    if (inside == 0) {
      parsed = json::binary(json::binary_t::container_type(), lists_.size() - 1);
      list_ = -1;
      return true;
    }
    if (inside == 1 && event == Event::array_start) {
      in_pair_ = 0;
      return true;
    }
    if (inside == 2 && event == Event::value && ++in_pair_ <= 2) return true;
    std::optional<Samples>& samples = lists_.back();
    const bool pair = inside == 1 && event == Event::array_end;
    const std::optional<Sample> sample = pair ? ParseSample(parsed) : std::nullopt;
    if (!sample || in_pair_ > 2) {
      samples.reset();
    } else if (samples) {
      samples->push_back(*sample);
    }
    return false;
  }

  const std::stop_token stop_;
  std::vector<std::optional<Samples>> lists_;
  std::size_t parts_ = 0;
  bool after_values_ = false;
  int list_ = -1;    // its depth, while inside one
  int in_pair_ = 0;  // values so far
  std::optional<SourceFailure> given_up_;
  json envelope_ = json::value_t::discarded;
};

Answered<Labels> ParseLabels(const json* metric) {
  if (metric == nullptr || !metric->is_object()) return Malformed("a series without labels");
  Labels labels;
  for (const auto& [name, value] : metric->items()) {
    if (!value.is_string()) return Malformed("a label that is not text");
    labels.emplace(name, TextOf(&value));
  }
  return labels;
}

Answered<Samples> OneSample(const json& pair) {
  const std::optional<Sample> sample = ParseSample(pair);
  if (!sample) return Malformed("a value that is not [time, \"number\"]");
  return Samples{*sample};
}

Answered<Samples> AllSamples(ReplyJson& text, const json& values) {
  std::optional<Samples>* const samples = text.ListOf(values);
  if (samples == nullptr) return Malformed("values that are not a list");
  if (!*samples) return Malformed("a value that is not [time, \"number\"]");
  if (!Order(**samples)) return Malformed("two values at one time");
  return std::move(**samples);
}

Answered<Reply> ParseSeries(ReplyJson& text, const json& result, bool matrix) {
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
    auto samples = matrix ? AllSamples(text, *values) : OneSample(*values);
    if (!samples) return tl::unexpected(samples.error());
    reply.series.emplace_back(std::move(*labels), std::move(*samples));
  }
  return reply;
}

Answered<Reply> ParseData(ReplyJson& text, const json* data) {
  const json* result = data == nullptr ? nullptr : Member(*data, "result");
  if (result == nullptr) return Malformed("no result");
  const std::string_view type = TextOf(Member(*data, "resultType"));
  if (type == "matrix") return ParseSeries(text, *result, true);
  if (type == "vector") return ParseSeries(text, *result, false);
  if (type != "scalar") return Malformed("a result of type " + promql::Quote(Shorten(type)));
  auto samples = OneSample(*result);
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

Answered<Reply> ParseReply(std::string_view text, const std::stop_token& stop) {
  if (IsMarkup(text)) {
    return Failed(SourceProblem::kNotPrometheus, "the answer is a web page, not Prometheus' API");
  }
  ReplyJson parsed(text, stop);
  if (parsed.given_up()) return tl::unexpected(*parsed.given_up());
  const json& envelope = parsed.envelope();
  if (envelope.is_discarded()) return Malformed("not JSON, or cut short");
  const std::string_view status = TextOf(Member(envelope, "status"));
  if (status == "error") return Failed(SourceProblem::kBadQuery, ErrorOf(envelope));
  if (status != "success") {
    return Failed(SourceProblem::kNotPrometheus,
                  "the answer is JSON, but not from Prometheus' API");
  }
  auto reply = ParseData(parsed, Member(envelope, "data"));
  if (!reply) return reply;
  if (auto failure = WhyNotWhole(envelope)) return tl::unexpected(std::move(*failure));
  if (reply->warnings.size() > kMaxWarnings) reply->warnings.resize(kMaxWarnings);
  TakeNotes(Member(envelope, "warnings"), *reply);
  TakeNotes(Member(envelope, "infos"), *reply);
  return reply;
}

std::string ErrorOf(std::string_view text) {
  const ReplyJson parsed(text);
  return parsed.envelope().is_discarded() ? std::string() : ErrorOf(parsed.envelope());
}

}  // namespace slogate::adapters::prometheus
