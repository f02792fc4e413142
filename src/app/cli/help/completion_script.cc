#include "app/cli/help/completion_script.h"

#include <map>
#include <string>
#include <vector>

namespace slogate::app {
namespace {

constexpr const char* kHead = R"bash(# Completes gate in bash. Try it:
#   source <(gate completion bash)
# Keep it in ~/.local/share/bash-completion/completions/gate.

_gate_policies() {
  local -a given=()
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -n | --namespace | --kubeconfig | --context)
        given+=("${COMP_WORDS[i]}")
        [ "${COMP_WORDS[i + 1]}" = = ] && ((i++))
        given+=("${COMP_WORDS[i + 1]}")
        ;;
    esac
  done
  gate names "${given[@]}" 2>/dev/null
}

_gate() {
  COMPREPLY=()
  local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} words=
  # Bash takes --flag=value for three words.
  if [ "$word" = = ]; then
    word=
  elif [ "$flag" = = ]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)bash";

constexpr const char* kTail = R"bash(  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _gate gate
)bash";

std::string Joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string FlagWords(const CommandSpec& command) {
  std::vector<std::string> words;
  for (const ArgumentSpec& argument : command.arguments) {
    if (!argument.long_name.empty()) words.push_back("--" + argument.long_name);
  }
  return Joined(words, " ");
}

// A case's body that offers one kind of value.
std::string Offer(const ArgumentSpec& argument, ValueKind kind) {
  switch (kind) {
    case ValueKind::kChoices:
      return "words='" + Joined(argument.choices, " ") + "'";
    case ValueKind::kFile:
      return "mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); compopt -o filenames; return";
    case ValueKind::kPolicy:
      return "words=$(_gate_policies)";
    case ValueKind::kFree:
      break;
  }
  return "return";
}

// The patterns of one flag, such as 'check --file' | 'check -f'.
std::string Patterns(const CommandSpec& command, const ArgumentSpec& argument) {
  std::vector<std::string> patterns;
  if (!argument.long_name.empty()) {
    patterns.push_back("'" + command.name + " --" + argument.long_name + "'");
  }
  if (!argument.short_name.empty()) {
    patterns.push_back("'" + command.name + " -" + argument.short_name + "'");
  }
  return Joined(patterns, " | ");
}

std::string CommandCase(const CommandSpec& command) {
  std::string text = "        " + command.name + ")\n          if [[ $word == -* ]]; then\n" +
                     "            words='" + FlagWords(command) + "'\n";
  for (const ArgumentSpec& argument : command.arguments) {
    const ValueKind kind = KindOf(command, argument);
    if (argument.positional.empty() || kind == ValueKind::kFree) continue;
    text += "          else\n            " + Offer(argument, kind) + "\n";
    break;
  }
  return text + "          fi\n          ;;\n";
}

}  // namespace

std::string BashCompletion(const ProgramSpec& spec) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> flags_by_offer;
  std::string commands;
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    names.push_back(command.name);
    for (const ArgumentSpec& argument : command.arguments) {
      if (!argument.IsFlag() || argument.value.empty()) continue;
      flags_by_offer[Offer(argument, KindOf(command, argument))].push_back(
          Patterns(command, argument));
    }
    commands += CommandCase(command);
  }
  std::string values;
  for (const auto& [offer, patterns] : flags_by_offer) {
    values += "    " + Joined(patterns, " | \\\n      ") + ")\n      " + offer + "\n      ;;\n";
  }
  return std::string(kHead) + "  if ((COMP_CWORD == 1)); then\n    words='" + Joined(names, " ") +
         " help'\n  else\n    case \"${COMP_WORDS[1]} $flag\" in\n" + values +
         "    *)\n      case ${COMP_WORDS[1]} in\n" + commands +
         "      esac\n      ;;\n    esac\n  fi\n" + kTail;
}

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
