// gate completion: scripts that complete commands, flags and values in a shell; and gate complete,
// which they run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/help/program_spec.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

constexpr const char* kBashScript = R"bash(# Completes gate in bash. Try it:
#   source <(gate completion bash)
# Keep it in ~/.local/share/bash-completion/completions/gate.

_gate() {
  COMPREPLY=()
  local word=${COMP_WORDS[COMP_CWORD]} offer
  # Bash takes --flag=value for three words.
  [ "$word" = = ] && word=
  while IFS=$'\t' read -r offer _; do
    if [ "$offer" = :file ]; then
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames
    elif [[ $offer == "$word"* ]]; then
      COMPREPLY+=("$offer")
    fi
  done < <(gate complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -F _gate gate
)bash";

constexpr const char* kZshScript = R"zsh(#compdef gate
# Completes gate in zsh. Keep it as _gate in a folder of $fpath, or try it:
#   source <(gate completion zsh)

_gate() {
  local -a offers
  offers=(${(f)"$(gate complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if [[ $offers[1] = :file ]]; then
    compset -P 1 '--*='
    _files
  else
    offers=(${offers/$'\t'/:})
    _describe offer offers
  fi
}

if [ "$funcstack[1]" = _gate ]; then
  _gate "$@"
else
  compdef _gate gate
fi
)zsh";

// Without -f, which holds while there are offers, fish offers files.
constexpr const char* kFishScript =
    R"fish(# Completes gate in fish. Keep it as ~/.config/fish/completions/gate.fish, or try it:
#   gate completion fish | source

function __gate_offers
    set -l words (commandline -opc)
    gate complete -- $words[2..] (commandline -ct) 2>/dev/null
end

complete -c gate -n 'set -g __gate_offered (__gate_offers); test "$__gate_offered" != :file' \
    -f -a '$__gate_offered'
)fish";

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
    streams.out << (shell_ == "bash" ? kBashScript : shell_ == "zsh" ? kZshScript : kFishScript);
    return ExitCode::kPass;
  }

 private:
  std::string shell_;
};

// The words of a command line, the last of which a person types.
struct TypedWords {
  std::vector<std::string> words;
  std::string before_last;  // its flag, of --flag=value
};

// Bash takes --flag=value for three words, other shells for one; here it is two.
TypedWords Separated(const std::vector<std::string>& line) {
  TypedWords typed;
  for (const std::string& word : line) {
    const std::size_t value = word.starts_with("--") ? word.find('=') + 1 : 0;
    typed.before_last = word.substr(0, value);
    if (value > 0) typed.words.push_back(word.substr(0, value - 1));
    if (word != "=") typed.words.push_back(word.substr(value));
  }
  if (line.empty() || line.back() == "=") typed.words.emplace_back();
  return typed;
}

const ArgumentSpec* FlagOf(const CommandSpec& command, const std::string& word) {
  if (word == "-") return nullptr;  // standard input
  for (const ArgumentSpec& argument : command.arguments) {
    if (word == "--" + argument.long_name || word == "-" + argument.short_name) return &argument;
  }
  return nullptr;
}

const ArgumentSpec* PositionalOf(const CommandSpec& command, std::size_t place) {
  for (const ArgumentSpec& argument : command.arguments) {
    if (argument.positional.empty()) continue;
    if (place == 0 || argument.repeatable) return &argument;
    --place;
  }
  return nullptr;
}

// Runs while a person waits at the prompt. What it writes is for the scripts above.
class CompleteCommand : public Command {
 public:
  CompleteCommand() : Command("complete", "Print what may stand for a word; for completions.") {}

  void Declare(CLI::App& parser) override {
    parser.group("");
    parser.add_option("words", line_, "What follows gate, up to the word that is being typed");
    parser.footer(
        "Each line is an offer, and after a tab what it means; :file stands for any file.\n\n"
        "Example:\n  gate complete -- check --output \"\"");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto [words, before_last] = Separated(line_);
    const ProgramSpec program = SpecOfProgram();
    const auto offer = [&](const std::string& text, const std::string& meaning) {
      streams.out << text << "\t" << meaning << "\n";
    };
    if (words.size() == 1) {
      for (const CommandSpec& command : program.commands) {
        if (!command.hidden) offer(command.name, command.description);
      }
      offer("help", "Show the help of a command");
      return ExitCode::kPass;
    }
    const auto command = std::ranges::find_if(
        program.commands, [&](const CommandSpec& one) { return one.name == words.front(); });
    if (command == program.commands.end()) return ExitCode::kPass;

    const ArgumentSpec* argument = nullptr;  // the flag whose value comes next
    std::set<const ArgumentSpec*> given;
    std::size_t place = 0;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      const ArgumentSpec* const flag = FlagOf(*command, words[i]);
      if (argument == nullptr && !words[i].starts_with('-')) ++place;
      argument = argument != nullptr || flag == nullptr || flag->value.empty() ? nullptr : flag;
      given.insert(flag);
    }
    if (argument == nullptr && words.back().starts_with('-')) {
      for (const ArgumentSpec& flag : command->arguments) {
        if (given.contains(&flag) && !flag.repeatable) continue;
        if (!flag.long_name.empty()) offer("--" + flag.long_name, flag.description);
        if (!flag.short_name.empty()) offer("-" + flag.short_name, flag.description);
      }
      return ExitCode::kPass;
    }
    if (argument == nullptr) argument = PositionalOf(*command, place);
    if (argument == nullptr) return ExitCode::kPass;
    for (const std::string& choice : argument->choices) {
      offer(before_last + choice, argument->description);
    }
    if (argument->value.starts_with("FILE")) streams.out << ":file\n";
    const bool names_policies =
        argument->positional.starts_with("NAME") || argument->positional.starts_with("POLIC");
    if (!names_policies || FlagOf(*command, "--namespace") == nullptr) return ExitCode::kPass;
    return OfferPolicies(words, adapters, streams);
  }

 private:
  // Those of the cluster and namespace that the words name.
  ExitCode OfferPolicies(std::vector<std::string> words, const Adapters& adapters,
                         Streams streams) const {
    CLI::App parser;
    parser.allow_extras();
    ClusterFlags flags;
    flags.Declare(parser, true);
    words.pop_back();
    std::ranges::reverse(words);
    try {
      parser.parse(words);
    } catch (const CLI::ParseError& error) {
      return Refuse(streams, error.what());
    }
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags.Connect(adapters, log);
    if (!cluster) return Refuse(streams, cluster.error().message, ExitCode::kSource);
    const auto policies = cluster->admin->List(flags.NamespaceIn(*cluster));
    if (!policies) return Refuse(streams, policies.error().message, ExitCode::kSource);
    for (const ports::PolicyRecord& policy : *policies) {
      // A shell will read this.
      if (spec::IsDnsSubdomain(policy.key.name)) streams.out << policy.key.name << "\n";
    }
    return ExitCode::kPass;
  }

  std::vector<std::string> line_;
};

}  // namespace

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }
std::unique_ptr<Command> MakeCompleteCommand() { return std::make_unique<CompleteCommand>(); }

}  // namespace slogate::app
