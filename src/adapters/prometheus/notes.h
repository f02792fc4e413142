// Remarks for people, gathered while counting.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace slogate::adapters::prometheus {

// However much there is to say, the result stays short: one line a remark, with an example.
class Notes {
 public:
  void Add(const std::string& remark) { Add(remark, {}); }
  // `example` names what the remark is about, such as a series.
  void Add(const std::string& remark, const std::string& example);

  std::vector<std::string> Lines() const;

 private:
  std::map<std::string, std::set<std::string>> remarks_;
  std::size_t left_out_ = 0;
};

}  // namespace slogate::adapters::prometheus
