// The program on fakes: arguments in; exit code, output and errors out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/command_line.h"
#include "support/fakes.h"

namespace slogate::tests {

class FakeProgram {
 public:
  FakeProgram() {
    adapters.make_metrics_source = [this] { return std::make_unique<Borrowed>(source); };
    adapters.make_sandbox = [](const app::SandboxOptions& options) {
      return ports::Fail(
          ports::ErrorCode::kInvalidArgument,
          options.prometheus + " not found: apt install prometheus, or --prometheus PATH");
    };
    adapters.read_file = [this](const std::string& path) -> ports::Result<std::string> {
      const auto found = files.find(path);
      if (found != files.end()) return found->second;
      return ports::Fail(ports::ErrorCode::kNotFound, path + " does not exist");
    };
    adapters.environment = [this](const char* name) -> const char* {
      const auto found = environment.find(name);
      return found == environment.end() ? nullptr : found->second.c_str();
    };
    adapters.clock = &clock;
  }

  int Run(const std::vector<std::string>& arguments) {
    std::istringstream in(standard_input);
    std::ostringstream out;
    std::ostringstream err;
    const int code = app::RunCommandLine(arguments, adapters, {in, out, err});
    output = out.str();
    errors = err.str();
    return code;
  }

  FakeClock clock;
  FakeMetricsSource source;
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> environment;
  std::string standard_input;
  app::Adapters adapters;
  std::string output;
  std::string errors;

 private:
  // A source that outlives the command.
  class Borrowed : public ports::MetricsSource {
   public:
    explicit Borrowed(FakeMetricsSource& source) : source_(source) {}
    core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                                const core::ReadingPlan& plan, core::TimePoint now) override {
      return source_.Count(key, connection, plan, now);
    }
    core::HistoryReading History(const ports::MetricsConnection& connection,
                                 const core::ReadingPlan& plan, core::TimePoint now) override {
      return source_.History(connection, plan, now);
    }
    void Forget(const std::string& key) override { source_.Forget(key); }

   private:
    FakeMetricsSource& source_;
  };
};

}  // namespace slogate::tests
