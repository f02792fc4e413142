#include "app/cli/frame/command.h"

#include <CLI/CLI.hpp>
#include <utility>

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

}  // namespace slogate::app
