#include "app/cli/frame/output.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "app/cli/frame/command.h"
#include "spec/text/yaml_text.h"

namespace slogate::app {
namespace {

constexpr auto kReplace = Json::error_handler_t::replace;

// Words that mean nothing but themselves in any YAML; whatever else there is gets JSON's quotes,
// which YAML reads as well.
bool Plain(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kInside = "0123456789-_./ ";
  if (text.empty() || kLetters.find(text.front()) == std::string_view::npos) return false;
  if (text.back() == ' ') return false;
  for (const char c : text) {
    if (kLetters.find(c) == std::string_view::npos && kInside.find(c) == std::string_view::npos) {
      return false;
    }
  }
  for (const std::string_view word :
       {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}) {
    if (CLI::detail::to_lower(std::string(text)) == word) return false;
  }
  return true;
}

std::string Scalar(const Json& value) {
  if (value.is_string() && Plain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return value.dump(-1, ' ', false, kReplace);
}

}  // namespace

Json NumberJson(double number) {
  if (number != std::floor(number) || std::abs(number) >= 1e15) return number;
  return static_cast<std::int64_t>(number);
}

void OutputFlag::Declare(CLI::App& parser) {
  AddChoice(parser, "-o,--output", word_, "table, json or yaml", "FORMAT",
            {"table", "json", "yaml"});
}

OutputFormat OutputFlag::format() const {
  if (word_ == "json") return OutputFormat::kJson;
  return word_ == "yaml" ? OutputFormat::kYaml : OutputFormat::kTable;
}

void PrintValue(const Json& value, OutputFormat format, std::ostream& out) {
  if (format == OutputFormat::kYaml) {
    out << spec::ToYamlText(value, Scalar);
  } else {
    out << value.dump(2, ' ', false, kReplace) << "\n";
  }
}

void PrintStreamed(const Json& value, OutputFormat format, std::ostream& out) {
  if (format == OutputFormat::kYaml) {
    out << "---\n" << spec::ToYamlText(value, Scalar);
  } else {
    out << value.dump(-1, ' ', false, kReplace) << "\n";
  }
  out << std::flush;
}

}  // namespace slogate::app
