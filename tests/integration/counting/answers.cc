#include "integration/counting/answers.h"

#include <array>
#include <vector>

namespace slogate::testing {
namespace {

int Below(int limit, std::mt19937& random) {
  return std::uniform_int_distribution<int>(0, limit - 1)(random);
}

}  // namespace

void Answers::Serve(bool in_swedish_too, std::mt19937& random) {
  std::vector<std::string> languages = {"de", "en"};
  if (in_swedish_too) languages.emplace_back("sv");
  for (const std::string& language : languages) {
    for (int left = 1 + Below(5, random); left > 0; --left) Answer(language, random);
  }
}

void Answers::Answer(const std::string& language, std::mt19937& random) {
  const std::string by_language = "language=\"" + language + "\"";
  counters_["answers_total{" + by_language + "}"] += 1;
  if (Below(5, random) == 0) counters_["answers_bad_total{" + by_language + "}"] += 1;

  const int slowness = Below(5, random);
  const std::array<const char*, 5> bounds = {"0.1", "0.5", "1", "2.5", "+Inf"};
  counters_["answer_seconds_count{" + by_language + "}"] += 1;
  for (int i = 0; i < 5; ++i) {
    const std::string le = ",le=\"" + std::string(bounds[static_cast<std::size_t>(i)]) + "\"";
    counters_["answer_seconds_bucket{" + by_language + le + "}"] += slowness <= i ? 1 : 0;
  }

  const double grade = Below(5, random) / 4.0;
  counters_["answer_grade_count{}"] += 1;
  counters_["answer_grade_sum{}"] += grade;
  counters_["answer_grade_squares_total{}"] += grade * grade;
  counters_[R"(answer_grade_bucket{le="0.5"})"] += grade <= 0.5 ? 1 : 0;
  counters_[R"(answer_grade_bucket{le="1"})"] += 1;
  counters_[R"(answer_grade_bucket{le="+Inf"})"] += 1;
}

std::string Answers::Expose(const std::string& pod) const {
  std::string text;
  for (const auto& [series, value] : counters_) {
    const bool more = series.find("{}") == std::string::npos;
    text += series.substr(0, series.size() - 1) + (more ? "," : "") + "pod=\"" + pod + "\"} " +
            std::to_string(value) + "\n";
  }
  return text;
}

}  // namespace slogate::testing
