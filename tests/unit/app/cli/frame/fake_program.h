// The program on fakes: arguments in; exit code, output and errors out.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "support/fakes.h"

namespace slogate::tests {

class FakeProgram {
 public:
  FakeProgram() {
    adapters.make_metrics_source = [this] { return std::make_unique<Borrowed>(source); };
    adapters.make_budget_source = [] { return std::make_unique<FakeBudgetSource>(); };
    adapters.make_demo = [](const app::DemoOptions& options) {
      return ports::Fail(
          ports::ErrorCode::kInvalidArgument,
          options.prometheus + " not found: apt install prometheus, or --prometheus PATH");
    };
    adapters.read_file = [this](const std::string& path) -> ports::Result<std::string> {
      const auto found = files.find(path);
      if (found != files.end()) return found->second;
      return ports::Fail(ports::ErrorCode::kNotFound, path + " does not exist");
    };
    adapters.find_files = [this](const std::string& what) { return Find(what); };
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
  // As app::FindFiles does on a disk that holds `files`.
  ports::Result<std::vector<std::string>> Find(const std::string& what) const {
    bool is_folder = false;
    std::vector<std::string> found;
    for (const auto& [name, text] : files) {
      const bool below = name.starts_with(what + "/");
      is_folder = is_folder || below;
      if (below ? app::MatchesPattern(what + "/*", name) && app::IsYamlName(name)
                : app::IsPattern(what) && app::MatchesPattern(what, name)) {
        found.push_back(name);
      }
    }
    if (!found.empty()) return found;
    if (is_folder || (app::IsPattern(what) && !files.contains(what))) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument, app::NoMatch(what));
    }
    return std::vector<std::string>{what};
  }

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
