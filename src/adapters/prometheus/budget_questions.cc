#include "adapters/prometheus/budget_questions.h"

#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;
using Clock = std::chrono::steady_clock;

constexpr int kMostHalvings = 3;
constexpr std::size_t kMostTraces = 64;

bool Says(const SourceFailure& failure, std::string_view what) {
  return failure.message.find(what) != std::string::npos;
}

std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 10);
  return {text.data(), end.ptr};
}

std::string Describe(const Answered<Reply>& reply) {
  if (!reply) return reply.error().message;
  std::size_t values = 0;
  for (const auto& [labels, samples] : reply->series) values += samples.size();
  if (values == 0) return "nothing";
  if (values == 1) return NumberText(reply->series.front().second.front().value);
  return std::to_string(values) + " values in " + std::to_string(reply->series.size()) + " series";
}

}  // namespace

Answered<Reply> BudgetQuestions::Instant(const std::string& query, core::TimePoint at) {
  const Clock::time_point began = Clock::now();
  return Note(query, at, began, api_.Instant(query, at));
}

Answered<Reply> BudgetQuestions::Range(const std::string& query, core::TimePoint first,
                                       core::TimePoint last, core::Duration step) {
  return InHalves(query, first, last, step, kMostHalvings);
}

// A slow answer is halved once only: a server that hangs would be waited for again and again.
Answered<Reply> BudgetQuestions::InHalves(const std::string& query, core::TimePoint first,
                                          core::TimePoint last, core::Duration step, int halvings) {
  const Clock::time_point began = Clock::now();
  auto reply = Note(query, last, began, api_.Range(query, first, last, step));
  if (reply || !IsTooMuch(reply.error())) return reply;
  const bool slow = reply.error().problem == SourceProblem::kTimeout;
  if (first == last || halvings <= (slow ? kMostHalvings - 1 : 0)) {
    if (slow) return reply;
    return tl::unexpected(TooLarge(reply.error()));
  }
  const core::TimePoint middle = first + step * ((last - first) / step / 2);
  reply = InHalves(query, first, middle, step, halvings - 1);
  if (!reply) return reply;
  auto later = InHalves(query, middle + step, last, step, halvings - 1);
  if (!later) return later;
  std::move(later->series.begin(), later->series.end(), std::back_inserter(reply->series));
  return reply;
}

bool BudgetQuestions::IsTooMuch(const SourceFailure& failure) {
  switch (failure.problem) {
    case SourceProblem::kTooLarge:
    case SourceProblem::kTimeout:
      return true;
    case SourceProblem::kBadQuery:
      return Says(failure, "too many samples");
    case SourceProblem::kServerError:
      return Says(failure, "timed out") || Says(failure, "too many samples");
    case SourceProblem::kNone:
    case SourceProblem::kUnreachable:
    case SourceProblem::kUnauthorized:
    case SourceProblem::kNotPrometheus:
    case SourceProblem::kMalformed:
      return false;
  }
  return false;
}

SourceFailure BudgetQuestions::TooLarge(const SourceFailure& failure) {
  return {SourceProblem::kTooLarge,
          failure.message +
              "; the window is too much to count at once: load the rules that gate rules writes, "
              "so that it is read from recorded series"};
}

Answered<Reply> BudgetQuestions::Note(const std::string& query, core::TimePoint at,
                                      Clock::time_point began, Answered<Reply> reply) {
  if (reply) {
    for (const std::string& warning : reply->warnings) notes_.Add("Prometheus warns: " + warning);
  }
  if (trace_.size() < kMostTraces) {
    const auto took = std::chrono::duration_cast<core::Duration>(Clock::now() - began);
    trace_.push_back({query, at, Describe(reply), took});
  }
  return reply;
}

}  // namespace slogate::adapters::prometheus
