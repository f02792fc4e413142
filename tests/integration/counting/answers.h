// What one process has answered, in every shape that an objective can count.
#pragma once

#include <map>
#include <random>
#include <string>

namespace slogate::testing {

// Counters by series, such as answers_total{language="de"}:
//   answers_total, answers_bad_total            by language
//   answer_seconds_{count,bucket}               by language
//   answer_grade_{count,sum,bucket}, answer_grade_squares_total   grades are quarters of one
class Answers {
 public:
  // One to five more answers in each language.
  void Serve(bool in_swedish_too, std::mt19937& random);

  // Text for a scrape; every series carries the pod's name as well.
  std::string Expose(const std::string& pod) const;

  const std::map<std::string, double>& counters() const { return counters_; }

 private:
  void Answer(const std::string& language, std::mt19937& random);

  std::map<std::string, double> counters_;
};

}  // namespace slogate::testing
