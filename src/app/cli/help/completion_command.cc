// gate completion: scripts that complete commands, flags and values in a shell; and gate names,
// which they run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/help/program_spec.h"
#include "app/cli/terminal/span.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

// What a script of one shell offers for an argument's value.
struct Offers {
  const char* before_choices;
  const char* after_choices;
  const char* file;
  const char* policy;
  const char* anything;  // nothing in particular
};

constexpr Offers kBashOffers = {
    "words='", "'",
    "mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); compopt -o filenames; return",
    "words=$(_gate_policies)", "return"};
constexpr Offers kZshOffers = {"(", ")", "_files", "_gate_policies", " "};
constexpr Offers kFishOffers = {" -a '", "'", " -F", " -a '(__gate_policies)'", ""};

std::string OfferOf(const CommandSpec& command, const ArgumentSpec& argument,
                    const Offers& offers) {
  if (!argument.choices.empty()) {
    return offers.before_choices + Joined(argument.choices, " ") + offers.after_choices;
  }
  if (argument.value.starts_with("FILE")) return offers.file;
  const bool of_a_cluster =
      std::any_of(command.arguments.begin(), command.arguments.end(),
                  [](const ArgumentSpec& other) { return other.long_name == "namespace"; });
  const bool names_policies =
      argument.positional.starts_with("NAME") || argument.positional.starts_with("POLIC");
  return of_a_cluster && names_policies ? offers.policy : offers.anything;
}

// `text` in single quotes, for any of the shells.
std::string ShellQuoted(const std::string& text) {
  return "'" + Replaced(text, {{'\'', "'\\''"}}) + "'";
}

constexpr const char* kBashHead = R"bash(# Completes gate in bash. Try it:
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

constexpr const char* kBashTail = R"bash(  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _gate gate
)bash";

std::string BashCase(const CommandSpec& command) {
  std::vector<std::string> flags;
  std::string positional;  // the first that can be offered
  for (const ArgumentSpec& argument : command.arguments) {
    if (!argument.long_name.empty()) flags.push_back("--" + argument.long_name);
    const std::string offer = OfferOf(command, argument, kBashOffers);
    if (argument.positional.empty() || offer == kBashOffers.anything) continue;
    if (positional.empty()) positional = "          else\n            " + offer + "\n";
  }
  return "        " + command.name + ")\n          if [[ $word == -* ]]; then\n" +
         "            words='" + Joined(flags, " ") + "'\n" + positional +
         "          fi\n          ;;\n";
}

std::string BashCompletion(const ProgramSpec& spec) {
  std::vector<std::string> names;
  // Flags, such as 'check --file' | 'check -f', by what is offered for their values.
  std::map<std::string, std::vector<std::string>> flags_by_offer;
  std::string commands;
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    names.push_back(command.name);
    for (const ArgumentSpec& argument : command.arguments) {
      if (!argument.IsFlag() || argument.value.empty()) continue;
      std::vector<std::string> patterns;
      if (!argument.long_name.empty()) {
        patterns.push_back("'" + command.name + " --" + argument.long_name + "'");
      }
      if (!argument.short_name.empty()) {
        patterns.push_back("'" + command.name + " -" + argument.short_name + "'");
      }
      flags_by_offer[OfferOf(command, argument, kBashOffers)].push_back(Joined(patterns, " | "));
    }
    commands += BashCase(command);
  }
  std::string values;
  for (const auto& [offer, patterns] : flags_by_offer) {
    values += "    " + Joined(patterns, " | \\\n      ") + ")\n      " + offer + "\n      ;;\n";
  }
  return std::string(kBashHead) + "  if ((COMP_CWORD == 1)); then\n    words='" +
         Joined(names, " ") + " help'\n  else\n    case \"${COMP_WORDS[1]} $flag\" in\n" + values +
         "    *)\n      case ${COMP_WORDS[1]} in\n" + commands +
         "      esac\n      ;;\n    esac\n  fi\n" + kBashTail;
}

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
  return Replaced(text, {{'[', "\\["}, {']', "\\]"}, {':', "\\:"}, {'\\', "\\\\"}});
}

std::string ZshCase(const CommandSpec& command) {
  std::vector<std::string> specifications;
  for (const ArgumentSpec& argument : command.arguments) {
    const std::string repeated = argument.repeatable ? "*" : "";
    const auto add = [&](const std::string& name) {
      std::string text = repeated + name + "[" + ZshEscaped(argument.description) + "]";
      if (!argument.value.empty()) {
        text += ":" + argument.value + ":" + OfferOf(command, argument, kZshOffers);
      }
      specifications.push_back(ShellQuoted(text));
    };
    if (!argument.long_name.empty()) add("--" + argument.long_name);
    if (!argument.short_name.empty()) add("-" + argument.short_name);
    if (!argument.positional.empty()) {
      specifications.push_back(ShellQuoted(repeated + ":" + argument.positional + ":" +
                                           OfferOf(command, argument, kZshOffers)));
    }
  }
  return "    " + command.name + ")\n      _arguments \\\n        " +
         Joined(specifications, " \\\n        ") + "\n      ;;\n";
}

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

std::string FishCase(const CommandSpec& command) {
  std::string text;
  for (const ArgumentSpec& argument : command.arguments) {
    const std::string values = OfferOf(command, argument, kFishOffers);
    if (!argument.IsFlag() && values.empty()) continue;
    text += "complete -c gate -n '__fish_seen_subcommand_from " + command.name + "'";
    if (!argument.short_name.empty()) text += " -s " + argument.short_name;
    if (!argument.long_name.empty()) text += " -l " + argument.long_name;
    if (argument.IsFlag() && !argument.value.empty()) text += " -r";
    text += values;
    if (argument.IsFlag()) text += " -d " + ShellQuoted(argument.description);
    text += "\n";
  }
  return text;
}

std::string FishCompletion(const ProgramSpec& spec) {
  std::string commands;
  std::string cases;
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    commands += "complete -c gate -n __fish_use_subcommand -a " + command.name + " -d " +
                ShellQuoted(command.description) + "\n";
    cases += FishCase(command);
  }
  return kFishHead + commands + cases;
}

class CompletionCommand : public Command {
 public:
  CompletionCommand()
      : Command("completion",
                "Print a script that completes commands, flags and policies in your shell.") {}

  void Declare(CLI::App& parser) override {
    AddChoice(parser, "shell", shell_, "bash, zsh or fish", "SHELL", {"bash", "zsh", "fish"})
        ->required();
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

// Runs while a person waits at the prompt.
class NamesCommand : public Command {
 public:
  NamesCommand() : Command("names", "Print the names of policies, one a line; for completions.") {}

  void Declare(CLI::App& parser) override {
    parser.group("");
    flags_.Declare(parser, true);
    parser.footer("Example:\n  gate names -n shop");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(streams, cluster.error().message, ExitCode::kSource);
    const auto policies = cluster->admin->List(flags_.NamespaceIn(*cluster));
    if (!policies) return Refuse(streams, policies.error().message, ExitCode::kSource);
    for (const ports::PolicyRecord& policy : *policies) {
      // A shell will read this.
      if (spec::IsDnsSubdomain(policy.key.name)) streams.out << policy.key.name << "\n";
    }
    return ExitCode::kPass;
  }

 private:
  ClusterFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }
std::unique_ptr<Command> MakeNamesCommand() { return std::make_unique<NamesCommand>(); }

}  // namespace slogate::app
