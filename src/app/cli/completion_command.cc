#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "app/cli/command.h"
#include "app/cli/completion_script.h"

namespace slogate::app {
namespace {

class CompletionCommand : public Command {
 public:
  std::string Name() const override { return "completion"; }

  std::string Description() const override {
    return "Print a script that completes commands, flags and policies in your shell.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("shell", shell_, "bash, zsh or fish")
        ->required()
        ->type_name("SHELL")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    parser.footer(
        "Examples:\n"
        "  gate completion bash > ~/.local/share/bash-completion/completions/gate\n"
        "  gate completion zsh > \"${fpath[1]}/_gate\"\n"
        "  gate completion fish > ~/.config/fish/completions/gate.fish");
  }

  ExitCode Run(const Adapters&, Streams streams) override {
    const ProgramSpec spec = SpecOfProgram();
    if (shell_ == "bash") streams.out << BashCompletion(spec);
    if (shell_ == "zsh") streams.out << ZshCompletion(spec);
    if (shell_ == "fish") streams.out << FishCompletion(spec);
    return ExitCode::kPass;
  }

 private:
  std::string shell_;
};

}  // namespace

ValueKind KindOf(const CommandSpec& command, const ArgumentSpec& argument) {
  if (!argument.choices.empty()) return ValueKind::kChoices;
  if (argument.value.starts_with("FILE")) return ValueKind::kFile;
  const bool of_a_cluster =
      std::any_of(command.arguments.begin(), command.arguments.end(),
                  [](const ArgumentSpec& other) { return other.long_name == "namespace"; });
  const bool names_policies =
      argument.positional.starts_with("NAME") || argument.positional.starts_with("POLIC");
  return of_a_cluster && names_policies ? ValueKind::kPolicy : ValueKind::kFree;
}

std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }

}  // namespace slogate::app
