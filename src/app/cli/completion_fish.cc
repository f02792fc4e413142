#include <string>

#include "app/cli/completion_script.h"

namespace slogate::app {
namespace {

constexpr const char* kFishHead =
    R"fish(# Completes gate in fish. Keep it as ~/.config/fish/completions/gate.fish, or try it:
#   gate completion fish | source

function __gate_policies
    set -l given
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case -n --namespace --kubeconfig --context
                set -a given $words[$i] $words[(math $i + 1)]
            case '--namespace=*' '--kubeconfig=*' '--context=*'
                set -a given $words[$i]
        end
    end
    gate names $given 2>/dev/null
end

complete -c gate -f
)fish";

std::string Values(const CommandSpec& command, const ArgumentSpec& argument) {
  switch (KindOf(command, argument)) {
    case ValueKind::kChoices: {
      std::string words;
      for (const std::string& choice : argument.choices) {
        words += (words.empty() ? "" : " ") + choice;
      }
      return " -a " + ShellQuoted(words);
    }
    case ValueKind::kFile:
      return " -F";
    case ValueKind::kPolicy:
      return " -a '(__gate_policies)'";
    case ValueKind::kFree:
      break;
  }
  return "";
}

std::string Completion(const CommandSpec& command, const ArgumentSpec& argument) {
  std::string line = "complete -c gate -n '__fish_seen_subcommand_from " + command.name + "'";
  if (!argument.IsFlag()) return line + Values(command, argument) + "\n";
  if (!argument.short_name.empty()) line += " -s " + argument.short_name;
  if (!argument.long_name.empty()) line += " -l " + argument.long_name;
  if (!argument.value.empty()) line += " -r" + Values(command, argument);
  return line + " -d " + ShellQuoted(argument.description) + "\n";
}

}  // namespace

std::string FishCompletion(const ProgramSpec& spec) {
  std::string text = kFishHead;
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    text += "complete -c gate -n __fish_use_subcommand -a " + command.name + " -d " +
            ShellQuoted(command.description) + "\n";
  }
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    for (const ArgumentSpec& argument : command.arguments) {
      if (argument.IsFlag() || KindOf(command, argument) != ValueKind::kFree) {
        text += Completion(command, argument);
      }
    }
  }
  return text;
}

}  // namespace slogate::app
