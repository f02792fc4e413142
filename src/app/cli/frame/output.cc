#include "app/cli/frame/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
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

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Closes the file, too. `file` may be what a failed open() gave.
ports::Result<void> Fill(int file, const std::string& path, const std::string& text) {
  bool written = file >= 0 && WriteAll(file, text);
  int problem = errno;
  if (file >= 0 && close(file) != 0) {
    if (written) problem = errno;
    written = false;
  }
  if (written) return {};
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     path + " cannot be written: " + std::strerror(problem));
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

ports::Result<void> WriteNewFile(const std::string& path, const std::string& text, bool overwrite) {
  const int how = O_WRONLY | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL);
  const int file = open(path.c_str(), how, 0644);
  if (file < 0 && errno == EEXIST) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       path + " exists already; name another file, or give --force");
  }
  return Fill(file, path, text);
}

ports::Result<void> Deliver(const std::string& path, const std::string& text, bool overwrite,
                            std::ostream& out) {
  if (path != "-") return WriteNewFile(path, text, overwrite);
  out << text;
  return {};
}

ports::Result<void> AppendToFile(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  return Fill(file, path, text);
}

}  // namespace slogate::app
