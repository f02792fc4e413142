#include <CLI/CLI.hpp>
#include <ostream>

#include "app/cli/cluster_flags.h"
#include "app/cli/command.h"
#include "app/cli/completion_script.h"
#include "spec/names.h"

namespace slogate::app {
namespace {

// Runs while a person waits at the prompt.
class NamesCommand : public Command {
 public:
  std::string Name() const override { return kNamesCommand; }
  std::string Description() const override {
    return "Print the names of policies, one a line; for completions.";
  }

  void Declare(CLI::App& parser) override {
    parser.group("");
    flags_.Declare(parser, true);
    parser.footer("Example:\n  gate names -n shop");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(streams, cluster.error());
    const auto policies = cluster->admin->List(flags_.NamespaceIn(*cluster));
    if (!policies) return Refuse(streams, policies.error());
    for (const ports::PolicyRecord& policy : *policies) {
      // A shell will read this.
      if (spec::IsDnsSubdomain(policy.key.name)) streams.out << policy.key.name << "\n";
    }
    return ExitCode::kPass;
  }

 private:
  static ExitCode Refuse(Streams streams, const ports::Error& error) {
    streams.err << "gate names: " << error.message << "\n";
    return ExitCode::kSource;
  }

  ClusterFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeNamesCommand() { return std::make_unique<NamesCommand>(); }

}  // namespace slogate::app
