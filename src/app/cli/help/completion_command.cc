#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <string>

#include "app/cli/frame/cluster_flags.h"
#include "app/cli/frame/command.h"
#include "app/cli/help/completion_script.h"
#include "spec/text/names.h"

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

namespace {

// Runs while a person waits at the prompt.
class NamesCommand : public Command {
 public:
  std::string Name() const override { return kNamesCommand; }
  std::string Description() const override {
    return "Print the names of policies, one a line; for completions.";
  }

  void Declare(CLI::App& parser) override {
    parser.group("");
    flags_.Declare(parser, true);
    parser.footer("Example:\n  gate names -n shop");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(streams, cluster.error());
    const auto policies = cluster->admin->List(flags_.NamespaceIn(*cluster));
    if (!policies) return Refuse(streams, policies.error());
    for (const ports::PolicyRecord& policy : *policies) {
      // A shell will read this.
      if (spec::IsDnsSubdomain(policy.key.name)) streams.out << policy.key.name << "\n";
    }
    return ExitCode::kPass;
  }

 private:
  static ExitCode Refuse(Streams streams, const ports::Error& error) {
    streams.err << "gate names: " << error.message << "\n";
    return ExitCode::kSource;
  }

  ClusterFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeNamesCommand() { return std::make_unique<NamesCommand>(); }

}  // namespace slogate::app
