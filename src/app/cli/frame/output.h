// The forms in which commands give their results, and the files that they go to.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "slogate/ports/result.h"

namespace CLI {
class App;
}

namespace slogate::app {

using Json = nlohmann::ordered_json;

// A whole number is written as such.
Json NumberJson(double number);

// null for what is absent.
template <typename Value>
Json OrNull(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// A list with what `to_json` makes of each value.
template <typename Values, typename ToJson>
Json ListOf(const Values& values, const ToJson& to_json) {
  Json list = Json::array();
  for (const auto& value : values) list.push_back(to_json(value));
  return list;
}

enum class OutputFormat { kTable, kJson, kYaml };

// The flag -o, --output.
class OutputFlag {
 public:
  void Declare(CLI::App& parser);
  OutputFormat format() const;

 private:
  std::string word_ = "table";
};

// One JSON value in many lines, or one YAML document; text that is not UTF-8 is replaced. For
// kJson and kYaml.
void PrintValue(const Json& value, OutputFormat format, std::ostream& out);

// The same for a stream of values: one line each in JSON, one document each in YAML.
void PrintStreamed(const Json& value, OutputFormat format, std::ostream& out);

// Files written for a person.

// Writes all of `text`, or leaves the path as it was as far as the system allows. kConflict when
// there is something at `path` already and not `overwrite`; kInvalidArgument when it cannot be
// written. Messages name path, reason and fix.
ports::Result<void> WriteNewFile(const std::string& path, const std::string& text, bool overwrite);

// The same, or to `out` where the path is "-".
ports::Result<void> Deliver(const std::string& path, const std::string& text, bool overwrite,
                            std::ostream& out);

// Adds `text` at the end of a file, which is made when there is none.
ports::Result<void> AppendToFile(const std::string& path, const std::string& text);

}  // namespace slogate::app
