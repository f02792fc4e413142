// What gate validate found, as text and as a value.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/frame/command.h"
#include "lint/lint.h"
#include "spec/text/mistake.h"
#include "spec/text/yaml_text.h"

namespace slogate::app {

struct PlacedFinding {
  lint::Finding finding;
  spec::Position place;  // the line is 0 when it is not known
};

// One policy or SLO, or a file that could not be read.
struct Validated {
  std::string file;
  std::string kind = "policy";  // or "slo"
  std::string name;
  std::string unreadable;  // why; empty: it was read
  std::string unanswered;  // why Prometheus did not answer; empty: it did, or was not asked
  std::vector<spec::Mistake> mistakes;
  std::vector<spec::Mistake> remarks;
  std::vector<PlacedFinding> findings;

  // Whether it could be read as what it says it is.
  bool Sound() const { return unreadable.empty() && mistakes.empty(); }
};

// How many findings are of this level.
std::size_t CountOf(const Validated& validated, lint::Level level);

// What is sound to standard output; what is not, and all findings, to standard error.
void PrintValidated(const std::vector<Validated>& all, Streams streams);

nlohmann::ordered_json ToJson(const Validated& validated);

}  // namespace slogate::app
