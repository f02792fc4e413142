#include "app/cli/frame/command.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "spec/text/duration_text.h"

namespace slogate::app {

Command::Command(std::string name, std::string description)
    : name_(std::move(name)), description_(std::move(description)) {}

ExitCode Command::Refuse(Streams streams, const std::string& problem, ExitCode code,
                         const std::string& program) const {
  streams.err << program << " " << name_ << ": " << problem << "\n";
  return code;
}

CLI::Option* AddText(CLI::App& parser, const std::string& names, std::string& text,
                     const std::string& description, const std::string& type) {
  CLI::Option* const option = parser.add_option(names, text, description)->capture_default_str();
  return type.empty() ? option : option->type_name(type);
}

CLI::Option* AddChoice(CLI::App& parser, const std::string& names, std::string& text,
                       const std::string& description, const std::string& type,
                       const std::vector<std::string>& choices) {
  return AddText(parser, names, text, description, type)->check(CLI::IsMember(choices));
}

void AddFiles(CLI::App& parser, std::vector<std::string>& files, const std::string& description) {
  parser.add_option("-f,--file,files", files, description)->required()->type_name("FILE ...");
}

std::optional<core::TimePoint> ParseInstant(const std::string& text) {
  constexpr std::int64_t kLatestSecond = 253'402'300'799;  // the end of the year 9999
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  std::optional<core::TimePoint> instant;
  if (error == std::errc() && stop == end) {
    if (seconds <= kLatestSecond) instant = core::TimePoint(std::chrono::seconds(seconds));
  } else {
    instant = spec::ParseTime(text);
  }
  if (instant && *instant < core::TimePoint{}) return std::nullopt;
  return instant;
}

}  // namespace slogate::app
