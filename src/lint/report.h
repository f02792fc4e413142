// Findings as the checks make them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace slogate::lint {

// Collects findings; the level comes from the table of codes. Not for use by two threads at once.
class Report {
 public:
  // `code` is one of Codes(). A second finding of a code for a field is dropped.
  void Add(std::string_view code, std::string field, std::string message, std::string mend);

  std::vector<Finding> Take() { return std::move(findings_); }

 private:
  std::vector<Finding> findings_;
};

// "spec.objectives[2]"
inline std::string ObjectiveField(std::size_t index) {
  return "spec.objectives[" + std::to_string(index) + "]";
}

// A number as people write it: 3, 0.25, 99.95.
std::string NumberText(double value);

// A share as a percentage: "99.5 %".
std::string PercentText(double share);

}  // namespace slogate::lint
