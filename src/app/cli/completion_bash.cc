#include <map>
#include <string>
#include <vector>

#include "app/cli/completion_script.h"

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

}  // namespace slogate::app
