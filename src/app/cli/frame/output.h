// The forms in which commands give their results.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

namespace CLI {
class App;
}

namespace slogate::app {

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
void PrintValue(const nlohmann::ordered_json& value, OutputFormat format, std::ostream& out);

// The same for a stream of values: one line each in JSON, one document each in YAML.
void PrintStreamed(const nlohmann::ordered_json& value, OutputFormat format, std::ostream& out);

}  // namespace slogate::app
