#include <string>

#include "app/cli/completion_script.h"

namespace slogate::app {
namespace {

constexpr const char* kZshHead = R"zsh(#compdef gate
# Completes gate in zsh. Keep it as _gate in a folder of $fpath, or try it:
#   source <(gate completion zsh)

_gate_policies() {
  local -a given names
  local i
  for ((i = 1; i < CURRENT; i++)); do
    case $words[i] in
      -n | --namespace | --kubeconfig | --context) given+=("$words[i]" "$words[i+1]") ;;
      --namespace=* | --kubeconfig=* | --context=*) given+=("$words[i]") ;;
    esac
  done
  names=(${(f)"$(gate names $given 2>/dev/null)"})
  compadd -- $names
}

_gate() {
  local -a commands
)zsh";

constexpr const char* kZshTail = R"zsh(  esac
}

if [ "$funcstack[1]" = _gate ]; then
  _gate "$@"
else
  compdef _gate gate
fi
)zsh";

// Within an _arguments specification brackets and colons have a meaning.
std::string ZshEscaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string Action(const CommandSpec& command, const ArgumentSpec& argument) {
  switch (KindOf(command, argument)) {
    case ValueKind::kChoices: {
      std::string words = "(";
      for (const std::string& choice : argument.choices) {
        words += (words.size() == 1 ? "" : " ") + choice;
      }
      return words + ")";
    }
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kPolicy:
      return "_gate_policies";
    case ValueKind::kFree:
      break;
  }
  return " ";
}

std::string Specification(const CommandSpec& command, const ArgumentSpec& argument,
                          const std::string& name) {
  std::string text = argument.repeatable ? "*" : "";
  text += name + "[" + ZshEscaped(argument.description) + "]";
  if (!argument.value.empty()) text += ":" + argument.value + ":" + Action(command, argument);
  return "        " + ShellQuoted(text) + " \\\n";
}

std::string ZshCase(const CommandSpec& command) {
  std::string text = "    " + command.name + ")\n      _arguments \\\n";
  for (const ArgumentSpec& argument : command.arguments) {
    if (!argument.long_name.empty()) {
      text += Specification(command, argument, "--" + argument.long_name);
    }
    if (!argument.short_name.empty()) {
      text += Specification(command, argument, "-" + argument.short_name);
    }
    if (!argument.positional.empty()) {
      text += "        " +
              ShellQuoted((argument.repeatable ? "*:" : ":") + argument.positional + ":" +
                          Action(command, argument)) +
              " \\\n";
    }
  }
  return text.substr(0, text.size() - 3) + "\n      ;;\n";
}

}  // namespace

std::string ZshCompletion(const ProgramSpec& spec) {
  std::string commands;
  std::string cases;
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    commands += "    " + ShellQuoted(command.name + ":" + ZshEscaped(command.description)) + "\n";
    cases += ZshCase(command);
  }
  return std::string(kZshHead) + "  commands=(\n" + commands +
         "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n" +
         "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n" + cases +
         kZshTail;
}

}  // namespace slogate::app
