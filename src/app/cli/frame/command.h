// One command of the program, the flags that commands share, and how the program runs one.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/exit_code.h"
#include "slogate/core/time.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace slogate::app {

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

std::unique_ptr<Command> MakeCheckCommand();
std::unique_ptr<Command> MakeCompletionCommand();
std::unique_ptr<Command> MakeConvertCommand();
std::unique_ptr<Command> MakeDashboardCommand();
std::unique_ptr<Command> MakeDocsCommand();
std::unique_ptr<Command> MakeInitCommand();
std::unique_ptr<Command> MakeNamesCommand();
std::unique_ptr<Command> MakeDemoCommand();
std::unique_ptr<Command> MakeRulesCommand();
std::unique_ptr<Command> MakeRunCommand();
std::unique_ptr<Command> MakeSimulateCommand();
std::unique_ptr<Command> MakeStatusCommand();
std::unique_ptr<Command> MakeEventsCommand();
std::unique_ptr<Command> MakeRetryCommand();
std::unique_ptr<Command> MakeResumeCommand();
std::unique_ptr<Command> MakePauseCommand();
std::unique_ptr<Command> MakePlanCommand();
std::unique_ptr<Command> MakeBacktestCommand();
std::unique_ptr<Command> MakeAbortCommand();
std::unique_ptr<Command> MakePromoteCommand();
std::unique_ptr<Command> MakeApproveCommand();
std::unique_ptr<Command> MakeValidateCommand();
std::unique_ptr<Command> MakeVersionCommand();

// From arguments, without the program's name, to an exit code. Help and results go to streams.out;
// what is wrong with the arguments goes to streams.err in one line with a hint, and gives
// ExitCode::kUsage.
int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams);

}  // namespace slogate::app
