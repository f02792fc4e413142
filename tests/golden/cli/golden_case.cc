#include "golden/cli/golden_case.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "golden/cli/reported_budgets.h"
#include "places.h"
#include "spec/text/units.h"
#include "support/fake_survey.h"
#include "support/golden_text.h"
#include "support/shown_policies.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

std::string SharedFile(const std::string& name) {
  const fs::path file = fs::path(SLOGATE_SOURCE_DIR) / "tests/golden/cli/files" / name;
  if (!fs::exists(file)) throw std::runtime_error("there is no " + file.string());
  return GoldenText(file);
}

std::vector<std::string> Lines(const fs::path& path, const StandIns& words = {}) {
  std::istringstream text(Filled(GoldenText(path), words));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

ports::Key KeyOf(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {"shop", "checkout"};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

std::string Rest(std::istringstream& words) {
  std::string rest;
  std::getline(words >> std::ws, rest);
  return rest;
}

ports::ErrorCode CodeOf(const std::string& word) {
  if (word == "Unavailable") return ports::ErrorCode::kUnavailable;
  if (word == "Timeout") return ports::ErrorCode::kTimeout;
  if (word == "Unauthorized") return ports::ErrorCode::kUnauthorized;
  throw std::runtime_error("unknown error code " + word);
}

// The fake cluster of a case, and what happens to it as time passes.
class World {
 public:
  World(tests::FakeProgram& program, const std::vector<std::string>& cluster) : program_(program) {
    for (const std::string& line : cluster) Read(line);
    program_.adapters.connect_cluster = [this](const app::ClusterOptions& options, app::Log&) {
      return Connect(options);
    };
    program_.adapters.make_metrics_catalogue = [this] {
      return std::make_unique<tests::FakeMetricsCatalogue>(surroundings_);
    };
    program_.adapters.make_budget_source = [this] {
      return std::make_unique<BorrowedBudgets>(budgets_);
    };
    program_.adapters.terminal = [this] { return terminal_; };
    program_.adapters.on_stop = [this](std::function<void()> stop) {
      stop_ = std::move(stop);
      return std::make_unique<app::StopSignal>();
    };
    program_.adapters.pass_time = [this](core::Duration time) { Pass(time); };
  }

 private:
  ports::Result<app::Cluster> Connect(const app::ClusterOptions& options) {
    if (!connects_) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument,
                         "no cluster: give --kubeconfig, set KUBECONFIG, or run in a pod");
    }
    if (!options.context.empty() && options.context != "prod") {
      return ports::Fail(ports::ErrorCode::kInvalidArgument,
                         "kubeconfig: there is no context \"" + options.context + "\"");
    }
    app::Cluster cluster;
    cluster.admin = {std::shared_ptr<void>(), &admin_};
    cluster.survey = std::make_unique<tests::FakeWorkloadSurvey>(surroundings_);
    if (covering_) {
      around_.production = "web";
      around_.production_pods = {{"app", "web"}};
      around_.canary_pods = {{"app", "web-canary"}};
      coverage_.Put({"shop", "web"}, around_);
      coverage_.Put({"shop", "shop"}, around_);
      cluster.coverage = {std::shared_ptr<void>(), &coverage_};
    }
    cluster.default_namespace = "shop";
    cluster.user = user_;
    return cluster;
  }

  void Put(const std::string& shown, const ports::Key& key) {
    const ports::PolicyRecord record = tests::ShownPolicy(shown, key, start_);
    if (record.policy) {
      store_.Put(key, *record.policy);
    } else {
      store_.PutUnsound(key, record.problem);
    }
    store_.Edit(key, [&](ports::PolicyRecord& stored) {
      stored.state = record.state;
      stored.requests = record.requests;
    });
  }

  void Read(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::string what;
    words >> verb >> what;
    if (verb == "file") {
      program_.files[what] = SharedFile(Rest(words));
    } else if (verb == "stdin") {
      program_.standard_input = SharedFile(what);
    } else if (verb == "policy") {
      Put(what, KeyOf(Rest(words)));
    } else if (verb == "then") {
      const ports::Key key = KeyOf(Rest(words));
      later_.push_back([this, what, key] {
        if (what == "gone") {
          store_.Remove(key);
        } else {
          Put(what, key);
        }
      });
    } else if (verb == "event") {
      ReadEvent(KeyOf(what), words);
    } else if (verb == "user") {
      user_ = what;
    } else if (verb == "conflicts") {
      admin_.ConflictFor(std::stoi(what));
    } else if (verb == "fails") {
      const ports::Error failure{CodeOf(what), Rest(words)};
      store_.FailWith(failure);
      surroundings_.cluster_failure = failure;
    } else if (verb == "no-kubeconfig") {
      connects_ = false;
    } else if (verb == "terminal") {
      terminal_.interactive = true;
      terminal_.columns = std::stoi(what);
      terminal_.rows = std::stoi(Rest(words));
    } else if (!ReadSurroundings(verb, what, words)) {
      throw std::runtime_error("cluster: what is " + line + "?");
    }
  }

  bool ReadSurroundings(const std::string& verb, const std::string& what,
                        std::istringstream& words) {
    if (verb == "budget") {
      budgets_.Tell(what + " " + Rest(words));
    } else if (verb == "coloured") {
      terminal_.style = {true, true};
    } else if (verb == "deployment") {
      surroundings_.deployments.push_back(what);
    } else if (verb == "service") {
      surroundings_.finding.services.push_back(what);
    } else if (verb == "route") {
      ports::RouteFinding route{what, "", {}};
      words >> route.name;
      for (std::string service; words >> service;) route.services.push_back(service);
      surroundings_.finding.routes.push_back(route);
    } else if (verb == "single") {
      int port = 0;
      words >> port;
      surroundings_.finding.routes.back().single.push_back(
          {"/spec/rules/0/backendRefs/0", what, "", port});
    } else if (verb == "covering") {
      covering_ = true;
      core::CoveringObject object{core::FromString<core::CoverKind>(what).value(), ""};
      std::string value;
      words >> object.name >> value;
      object.scales = value;
      object.places = {{"spec.podSelector", {{"app", core::LabelRequirement::Op::kIn, {value}}}}};
      around_.objects.push_back(object);
    } else if (verb == "unchecked") {
      covering_ = true;
      around_.unchecked.push_back(what);
    } else if (verb == "series") {
      ports::SeriesLabels labels{{"__name__", what}};
      for (std::string label; words >> label;) {
        const std::size_t equals = label.find('=');
        labels[label.substr(0, equals)] = label.substr(equals + 1);
      }
      surroundings_.series.push_back(labels);
    } else if (verb == "refuses") {
      surroundings_.refused = what;
    } else if (verb == "gone") {
      const core::Duration age = spec::ParseDuration(Rest(words)).value();
      surroundings_.gone[what] = program_.clock.Now() - age;
    } else {
      return false;
    }
    return true;
  }

  void ReadEvent(const ports::Key& key, std::istringstream& words) {
    std::string age;
    std::string type;
    ports::PolicyEvent event;
    words >> age >> type >> event.reason;
    event.message = Rest(words);
    event.warning = type == "Warning";
    event.last = program_.clock.Now() - spec::ParseDuration(age).value();
    event.first = event.last;
    admin_.Tell(key, event);
  }

  void Pass(core::Duration time) {
    program_.clock.Advance(time);
    if (later_.empty()) {
      stop_();
      return;
    }
    later_.front()();
    later_.pop_front();
  }

  // Budgets that outlive the command.
  class BorrowedBudgets : public ports::BudgetSource {
   public:
    explicit BorrowedBudgets(ports::BudgetSource& budgets) : budgets_(budgets) {}
    core::BudgetReading ReadBudget(const std::string& key,
                                   const ports::MetricsConnection& connection,
                                   const core::BudgetPlan& plan) override {
      return budgets_.ReadBudget(key, connection, plan);
    }
    void ForgetBudgets(const std::string& prefix) override { budgets_.ForgetBudgets(prefix); }

   private:
    ports::BudgetSource& budgets_;
  };

  tests::FakeProgram& program_;
  const core::TimePoint start_ = program_.clock.Now();
  demo::MemoryPolicyStore store_;
  demo::MemoryPolicyAdmin admin_{store_};
  std::deque<std::function<void()>> later_;
  std::function<void()> stop_ = [] {};
  std::string user_ = "ann";
  bool connects_ = true;
  app::Terminal terminal_;
  tests::FakeSurroundings surroundings_;
  bool covering_ = false;
  core::Surroundings around_;
  demo::MemoryCoverageSurvey coverage_;
  ReportedBudgets budgets_;
};

}  // namespace

std::vector<fs::path> GoldenCases(const fs::path& root) {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() == "args") cases.push_back(entry.path().parent_path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string Filled(std::string text, const StandIns& words) {
  for (const auto& [word, meant] : words) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += meant.size()) {
      text.replace(at, word.size(), meant);
    }
  }
  return text;
}

GoldenResult RunGoldenCase(const fs::path& folder, const StandIns& words) {
  tests::FakeProgram program;
  program.standard_input = GoldenText(folder / "stdin");
  for (const std::string& line : Lines(folder / "environment")) {
    const std::size_t equals = line.find('=');
    program.environment[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (fs::exists(folder / "files")) {
    for (const auto& entry : fs::recursive_directory_iterator(folder / "files")) {
      if (!entry.is_regular_file()) continue;
      program.files[fs::relative(entry.path(), folder / "files").string()] =
          GoldenText(entry.path());
    }
  }
  World world(program, Lines(folder / "cluster", words));
  GoldenResult result;
  result.exit_code = program.Run(Lines(folder / "args", words));
  result.output = program.output;
  result.errors = program.errors;
  return result;
}

}  // namespace slogate::testing
