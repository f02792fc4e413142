// One command of the program, the flags that commands share, and how the program runs one.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace slogate::app {

// What the process tells its caller. Part of the product's interface: never renumber.
enum class ExitCode {
  kPass = 0,
  kFail = 1,           // worse, rolled back, or an act that was refused
  kUsage = 2,          // usage, configuration, an unsound policy, or none of that name
  kInconclusive = 3,   // inconclusive, no data, or not at its end yet
  kSource = 4,         // the metrics source or the cluster is unavailable
  kNeedsPerson = 5,    // nothing goes on until a person acts
  kInterrupted = 130,  // by Ctrl-C or SIGTERM, before there was a result
};

// Where a command reads and writes.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

class Command {
 public:
  // `description` is one line, for the list of commands.
  Command(std::string name, std::string description);
  virtual ~Command() = default;
  const std::string& Name() const { return name_; }
  const std::string& Description() const { return description_; }

  // Adds flags and an example to the command's own parser, which this object outlives.
  virtual void Declare(CLI::App& parser) = 0;
  // After parsing. Says what went wrong on streams.err.
  virtual ExitCode Run(const Adapters& adapters, Streams streams) = 0;

  // When the arguments could not be parsed, for a `complaint` that is said on streams.err anyway.
  virtual void OnUsageError(const std::vector<std::string>& /*arguments*/,
                            const std::string& /*complaint*/, const Adapters& /*adapters*/,
                            Streams /*streams*/) const {}

 protected:
  // Says on streams.err what is wrong: "gate check: ...". Gives `code`.
  ExitCode Refuse(Streams streams, const std::string& problem, ExitCode code = ExitCode::kUsage,
                  const std::string& program = "gate") const;

 private:
  const std::string name_;
  const std::string description_;
};

// A flag or argument that takes a text, which help calls `type`; an empty one is called VALUE. Help
// shows the default.
CLI::Option* AddText(CLI::App& parser, const std::string& names, std::string& text,
                     const std::string& description, const std::string& type = "");
// The same for one of `choices`.
CLI::Option* AddChoice(CLI::App& parser, const std::string& names, std::string& text,
                       const std::string& description, const std::string& type,
                       const std::vector<std::string>& choices);
// -f, --file or arguments: at least one file.
void AddFiles(CLI::App& parser, std::vector<std::string>& files, const std::string& description);

// "2026-11-21T20:00:00Z" (UTC only) or seconds since the epoch, not before it; std::nullopt for
// anything else.
std::optional<core::TimePoint> ParseInstant(const std::string& text);

// One function for each command of the program.
using MakeCommand = std::unique_ptr<Command>();
MakeCommand MakeAbortCommand, MakeApproveCommand, MakeBacktestCommand, MakeCheckCommand,
    MakeCompleteCommand, MakeCompletionCommand, MakeConvertCommand, MakeDashboardCommand,
    MakeDemoCommand, MakeDocsCommand, MakeEventsCommand, MakeInitCommand, MakePauseCommand,
    MakePlanCommand, MakePromoteCommand, MakeResumeCommand, MakeRetryCommand, MakeRulesCommand,
    MakeRunCommand, MakeSimulateCommand, MakeStatusCommand, MakeUndoCommand, MakeValidateCommand,
    MakeVersionCommand;

// From arguments, without the program's name, to an exit code. Help and results go to streams.out;
// what is wrong with the arguments goes to streams.err in one line with a hint, and gives
// ExitCode::kUsage.
int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams);

// --kubeconfig and --context, of every command that speaks to a cluster.
void DeclareKubeconfig(CLI::App& parser, ClusterOptions& options);

class ClusterFlags {
 public:
  // The above, -n, --request-timeout, and -A where the command can show every namespace.
  void Declare(CLI::App& parser, bool may_show_all);

  // kInvalidArgument when the flags or the kubeconfig are wrong. `log` outlives the cluster.
  ports::Result<Cluster> Connect(const Adapters& adapters, Log& log) const;

  // Empty for all of them; else as given, or the context's own.
  std::string NamespaceIn(const Cluster& cluster) const;

  // What a person adds to a command of this cluster and namespace, such as " -n shop".
  std::string Repeated(const std::string& ns) const;

 private:
  ClusterOptions options_;
  std::string timeout_ = "15s";
  bool all_ = false;
};

}  // namespace slogate::app
