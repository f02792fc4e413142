#include "promql/grammar/report.h"

#include <string>
#include <utility>

namespace slogate::promql {

void Report(spec::ObjectReader& owner, std::string_view field, std::string_view text,
            Problem problem) {
  const std::string line = text.find('\n') == std::string_view::npos
                               ? ""
                               : "line " + std::to_string(problem.line) + ", ";
  owner.Report(field,
               "at " + line + "character " + std::to_string(problem.column) + " " + problem.message,
               std::move(problem.fix));
}

}  // namespace slogate::promql
