#include "app/cli/frame/command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <utility>

#include "app/cli/help/program_spec.h"
#include "app/cli/terminal/span.h"
#include "spec/text/mistake.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

std::string DidYouMean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::optional<std::string> meant = spec::Suggest(word, candidates);
  return meant ? "; did you mean " + *meant + "?" : "";
}

std::vector<std::string> FlagsOf(const CLI::App& parser) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : parser.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// What is wrong with the arguments of a known command.
std::string Complaint(const CLI::App& program, const CLI::App& parser,
                      const CLI::ParseError& error) {
  const std::vector<std::string> extras = program.remaining(true);
  if (extras.empty()) return Replaced(error.what(), {{'\n', " "}});
  const std::string flag = extras.front().substr(0, extras.front().find('='));
  return "unknown argument " + flag + DidYouMean(flag, FlagsOf(parser));
}

int Refuse(Streams streams, const std::string& command, const std::string& complaint) {
  streams.err << command << ": " << complaint << " (see " << command << " --help)\n";
  return static_cast<int>(ExitCode::kUsage);
}

int RunOne(Command& command, CLI::App& program, const CLI::App& parser,
           const std::vector<std::string>& arguments, const Adapters& adapters, Streams streams) {
  try {
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    streams.out << HelpText(SpecOf(parser), adapters.program);
    return static_cast<int>(ExitCode::kPass);
  } catch (const CLI::ParseError& error) {
    const std::string complaint = Complaint(program, parser, error);
    command.OnUsageError(arguments, complaint, adapters, streams);
    return Refuse(streams, adapters.program + " " + command.Name(), complaint);
  }
  return static_cast<int>(command.Run(adapters, streams));
}

constexpr core::Duration kLongestTimeout = std::chrono::minutes(10);

}  // namespace

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
  std::optional<core::TimePoint> instant;
  if (const auto seconds = spec::ParseNumber<std::int64_t>(text)) {
    if (*seconds <= kLatestSecond) instant = core::TimePoint(std::chrono::seconds(*seconds));
  } else {
    instant = spec::ParseTime(text);
  }
  if (instant && *instant < core::TimePoint{}) return std::nullopt;
  return instant;
}

std::vector<std::unique_ptr<Command>> AllCommands() {
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make :
       {MakeDemoCommand,       MakeRunCommand,       MakeStatusCommand,   MakeApproveCommand,
        MakePromoteCommand,    MakeAbortCommand,     MakePauseCommand,    MakeResumeCommand,
        MakeRetryCommand,      MakeUndoCommand,      MakeEventsCommand,   MakeInitCommand,
        MakeCheckCommand,      MakePlanCommand,      MakeBacktestCommand, MakeValidateCommand,
        MakeRulesCommand,      MakeDashboardCommand, MakeConvertCommand,  MakeSimulateCommand,
        MakeCompletionCommand, MakeVersionCommand,   MakeCompleteCommand, MakeDocsCommand}) {
    commands.push_back(make());
  }
  return commands;
}

int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams) {
  CLI::App program("Decides whether a new version may take more traffic.", "gate");
  const std::vector<std::unique_ptr<Command>> commands = AllCommands();
  if (arguments.empty()) return Refuse(streams, adapters.program, "a command is needed");
  const std::string& first = arguments.front();
  if (first == "help" && arguments.size() > 1) {
    return RunCommandLine({arguments[1], "--help"}, adapters, streams);
  }
  if (first == "--help" || first == "-h" || first == "help") {
    streams.out << HelpText(SpecOfProgram(), adapters.program);
    return static_cast<int>(ExitCode::kPass);
  }
  const std::string wanted = first == "--version" ? "version" : first;
  for (const std::unique_ptr<Command>& command : commands) {
    if (command->Name() != wanted) continue;
    std::vector<std::string> normal = arguments;
    normal.front() = wanted;
    // Declaring the others would take longer than many a run.
    const CLI::App& parser = DeclareCommand(program, *command);
    return RunOne(*command, program, parser, normal, adapters, streams);
  }
  std::vector<std::string> names;
  for (const std::unique_ptr<Command>& command : commands) names.push_back(command->Name());
  return Refuse(streams, adapters.program, "unknown command " + first + DidYouMean(first, names));
}

void DeclareKubeconfig(CLI::App& parser, ClusterOptions& options) {
  AddText(parser, "--kubeconfig", options.kubeconfig,
          "Cluster to use; else KUBECONFIG, ~/.kube/config, or the pod's own", "FILE");
  AddText(parser, "--context", options.context, "Context of the kubeconfig", "NAME");
}

void ClusterFlags::Declare(CLI::App& parser, bool may_show_all) {
  CLI::Option* const ns =
      AddText(parser, "-n,--namespace", options_.ns, "Namespace; else that of the context", "NAME");
  if (may_show_all) {
    parser.add_flag("-A,--all-namespaces", all_, "Policies of every namespace")->excludes(ns);
  }
  DeclareKubeconfig(parser, options_);
  AddText(parser, "--request-timeout", timeout_, "Longest wait for one answer of the cluster",
          "TIME");
}

ports::Result<Cluster> ClusterFlags::Connect(const Adapters& adapters, Log& log) const {
  const std::optional<core::Duration> timeout = spec::ParseDuration(timeout_);
  if (!timeout || timeout->count() == 0 || *timeout > kLongestTimeout) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        "--request-timeout " + timeout_ + ": give a length of time up to 10m, such as 15s");
  }
  ClusterOptions options = options_;
  options.request_timeout = *timeout;
  return adapters.connect_cluster(options, log);
}

std::string ClusterFlags::NamespaceIn(const Cluster& cluster) const {
  if (all_) return "";
  return options_.ns.empty() ? cluster.default_namespace : options_.ns;
}

std::string ClusterFlags::Repeated(const std::string& ns) const {
  std::string flags;
  if (!ns.empty()) flags += " -n " + ns;
  if (!options_.context.empty()) flags += " --context " + options_.context;
  return flags;
}

}  // namespace slogate::app
