#include "adapters/prometheus/notes.h"

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMostRemarks = 20;
constexpr std::size_t kMostExamples = 1000;

}  // namespace

void Notes::Add(const std::string& remark, const std::string& example) {
  auto found = remarks_.find(remark);
  if (found == remarks_.end()) {
    if (remarks_.size() >= kMostRemarks) {
      ++left_out_;
      return;
    }
    found = remarks_.emplace(remark, std::set<std::string>()).first;
  }
  if (!example.empty() && found->second.size() < kMostExamples) found->second.insert(example);
}

std::vector<std::string> Notes::Lines() const {
  std::vector<std::string> lines;
  for (const auto& [remark, examples] : remarks_) {
    std::string line = remark;
    if (!examples.empty()) line += ": " + *examples.begin();
    if (examples.size() > 1) line += " and " + std::to_string(examples.size() - 1) + " more";
    lines.push_back(std::move(line));
  }
  if (left_out_ > 0) lines.push_back("and " + std::to_string(left_out_) + " other remarks");
  return lines;
}

}  // namespace slogate::adapters::prometheus
