// Where a command reads and writes.
#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/exit_code.h"

namespace CLI {
class App;
}

namespace slogate::app {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

// One command of the program.

class Command {
 public:
  virtual ~Command() = default;
  virtual std::string Name() const = 0;
  // One line, for the list of commands.
  virtual std::string Description() const = 0;
  // Adds flags and an example to the command's own parser, which this object outlives.
  virtual void Declare(CLI::App& parser) = 0;
  // After parsing. Says what went wrong on streams.err.
  virtual ExitCode Run(const Adapters& adapters, Streams streams) = 0;
};

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

}  // namespace slogate::app
