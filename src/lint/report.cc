#include "lint/report.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <utility>

namespace slogate::lint {

void Report::Add(std::string_view code, std::string field, std::string message, std::string mend) {
  const auto same = [&](const Finding& finding) {
    return finding.code == code && finding.field == field;
  };
  if (std::any_of(findings_.begin(), findings_.end(), same)) return;
  const auto known = std::find_if(Codes().begin(), Codes().end(),
                                  [&](const Code& one) { return one.name == code; });
  assert(known != Codes().end());
  findings_.push_back(
      {known->level, std::string(code), std::move(field), std::move(message), std::move(mend)});
}

std::string NumberText(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.10g", value);
  return text;
}

std::string PercentText(double share) { return NumberText(share * 100) + " %"; }

}  // namespace slogate::lint
