#include "spec/foreign/foreign_form.h"

#include <algorithm>
#include <array>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestForeignField = 1000;
constexpr std::array<std::string_view, 10> kQualityWords = {
    "quality", "relevan",   "ground", "accura", "correct",
    "score",   "freshness", "recall", "halluc", "faithful"};
constexpr std::array<std::string_view, 5> kLatencyWords = {"latency", "duration", "slow", "p95",
                                                           "p99"};

template <typename Words>
bool HasOneOf(const std::string& text, const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool CountsBuckets(const core::Sli& sli) {
  const auto* indicator = std::get_if<core::Indicator>(&sli);
  if (indicator == nullptr) return false;
  if (std::holds_alternative<core::HistogramIndicator>(*indicator)) return true;
  const auto* counters = std::get_if<core::CounterIndicator>(indicator);
  return counters != nullptr && counters->part.metric.ends_with("_bucket");
}

}  // namespace

void Remarks::Add(const std::string& field, std::string message, std::string fix) {
  remarks_.push_back(
      {"", 0, 0, BoundedUtf8(field, kLongestForeignField), std::move(message), std::move(fix)});
}

void Remarks::Move(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& to) && {
  for (Mistake& remark : remarks_) {
    const Position position = Locate(document, remark.field);
    remark.file = file;
    remark.line = position.line;
    remark.column = position.column;
    to.push_back(std::move(remark));
  }
}

std::string DnsNameOf(std::string_view name) {
  std::string dns;
  for (const char c : Lower(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      dns += c;
    } else if (!dns.empty() && dns.back() != '-') {
      dns += '-';
    }
  }
  dns.resize(std::min<std::size_t>(dns.size(), 63));
  while (dns.ends_with('-')) dns.pop_back();
  return dns;
}

std::string ReadQuery(ObjectReader& owner, std::string_view field) {
  return ReadPromql(owner, field, IndicatorUse::kOfService);
}

core::Dimension GuessDimension(std::string_view name, const core::Sli& indicator) {
  const std::string lower = Lower(name);
  if (HasOneOf(lower, kQualityWords)) return core::Dimension::kQuality;
  if (CountsBuckets(indicator) || HasOneOf(lower, kLatencyWords)) return core::Dimension::kLatency;
  return core::Dimension::kAvailability;
}

void AddPlace(const YamlDocument& document, std::string_view field, std::string path,
              ParsedSlo& parsed) {
  const auto found = document.fields.find(std::string(field));
  if (found != document.fields.end()) parsed.places.emplace_back(std::move(path), found->second);
}

}  // namespace slogate::spec
