#include "app/cli/act_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "app/cli/act_report.h"
#include "app/cli/cluster_flags.h"
#include "app/cli/output.h"
#include "app/cli/pacer.h"
#include "app/cli/policy_lookup.h"
#include "app/cli/screen/rollout_view.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

constexpr int kMostConflicts = 5;
constexpr core::Duration kBetweenLooks = std::chrono::seconds(1);
constexpr core::Duration kLongestWait = std::chrono::hours(24);
constexpr std::size_t kLongestName = 80;

// A name must not read as the rest of the word it is part of.
std::string CleanName(const std::string& name) {
  std::string clean = Cut(Printable(name), kLongestName);
  for (std::size_t at = clean.find(" at "); at != std::string::npos; at = clean.find(" at ")) {
    clean.replace(at, 4, " @ ");
  }
  while (clean.starts_with(' ')) clean.erase(0, 1);
  while (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

class ActCommand : public Command {
 public:
  explicit ActCommand(std::unique_ptr<Act> act) : act_(std::move(act)) {}

  std::string Name() const override { return act_->Name(); }
  std::string Description() const override { return act_->Description(); }

  void Declare(CLI::App& parser) override {
    parser.add_option("NAME", name_, "Policy, or NAMESPACE/NAME")->required();
    act_->Declare(parser);
    parser.add_option("--by", by_, "Who asks; else the kubeconfig's user, or USER")
        ->type_name("WHO");
    parser.add_option("--wait", wait_, "Wait until the controller has acted, at most this long")
        ->type_name("TIME");
    output_.Declare(parser);
    flags_.Declare(parser, false);
    parser.footer(act_->Footer() +
                  "\n\n"
                  "Who and when is left on the policy and told in its history and events.\n"
                  "Exit codes: 0 done, or so already; 1 refused, or it came otherwise; 2 usage or\n"
                  "no such policy; 3 --wait ran out; 4 the cluster cannot be reached.");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const std::string program = adapters.program + " " + act_->Name();
    const auto refuse = [&](ExitCode code, const std::string& problem) {
      streams.err << program << ": " << problem << "\n";
      return code;
    };
    const std::optional<core::Duration> wait = spec::ParseDuration(wait_.empty() ? "0" : wait_);
    if (!wait || *wait > kLongestWait) {
      return refuse(ExitCode::kUsage,
                    "--wait " + wait_ + ": give a length of time up to 1d, such as 5m");
    }
    std::optional<Pacer> pacer;
    if (wait->count() > 0) pacer.emplace(adapters);
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return refuse(ExitCodeOf(cluster.error().code), WithMend(cluster.error()));
    ActReport report;
    report.act = act_->Name();
    report.signature = {Who(*cluster, adapters), adapters.clock->Now()};
    if (const Problem problem = Ask(*cluster, report)) {
      return refuse(problem->first, problem->second);
    }
    if (pacer) Wait(*cluster, adapters, *wait, *pacer, report);
    return Report(report, adapters, streams);
  }

 private:
  using Problem = std::optional<std::pair<ExitCode, std::string>>;

  std::string Who(const Cluster& cluster, const Adapters& adapters) const {
    if (!by_.empty()) return CleanName(by_);
    if (!cluster.user.empty()) return CleanName(cluster.user);
    const char* const user = adapters.environment("USER");
    return user == nullptr ? "" : CleanName(user);
  }

  static std::string Unfit(const ports::PolicyRecord& record) {
    if (record.deleting) return "is being deleted; nothing can be asked of it";
    if (!record.policy) return "is unsound, mend it first: " + Printable(record.problem);
    if (!record.status_problem.empty()) {
      return "has a status that cannot be read: " + Printable(record.status_problem);
    }
    return "";
  }

  // A policy that moves on meanwhile is read and thought about again.
  Problem Ask(const Cluster& cluster, ActReport& report) const {
    const ports::Result<ports::Key> key = KeyFrom(name_, flags_.NamespaceIn(cluster));
    if (!key) return {{ExitCode::kUsage, key.error().message}};
    ports::Error conflict;
    for (int i = 0; i < kMostConflicts; ++i) {
      ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
      if (!record) return {{ExitCodeOf(record.error().code), WithMend(record.error())}};
      const std::string name = key->ToString();
      if (std::string unfit = Unfit(*record); !unfit.empty()) {
        return {{ExitCode::kFail, name + " " + unfit}};
      }
      tl::expected<ActPlan, std::string> plan = act_->Plan(*record, report.signature);
      if (!plan) return {{ExitCode::kFail, name + ": " + plan.error()}};
      report.plan = std::move(*plan);
      report.record = std::move(*record);
      if (report.plan.change.words.empty()) {
        report.outcome = ActOutcome::kAlready;
        return std::nullopt;
      }
      ports::Result<ports::PolicyRecord> asked =
          cluster.admin->Ask(report.record, report.plan.change);
      if (asked) {
        report.record = std::move(*asked);
        report.outcome = ActOutcome::kAsked;
        return std::nullopt;
      }
      if (asked.error().code != ports::ErrorCode::kConflict) {
        return {{ExitCodeOf(asked.error().code), WithMend(asked.error())}};
      }
      conflict = asked.error();
    }
    return {{ExitCode::kInconclusive,
             "the policy changed again and again meanwhile; try once more: " + conflict.message}};
  }

  // A look that fails is tried again: the word has been left, and the controller acts on it.
  void Wait(const Cluster& cluster, const Adapters& adapters, core::Duration longest, Pacer& pacer,
            ActReport& report) const {
    const core::TimePoint end = adapters.clock->Now() + longest;
    while (true) {
      ports::Result<ports::PolicyRecord> record = cluster.admin->Get(report.record.key);
      if (record) {
        report.record = std::move(*record);
        switch (act_->ProgressOf(report.plan, report.record)) {
          case ActProgress::kDone:
            report.outcome = ActOutcome::kDone;
            return;
          case ActProgress::kFailed:
            report.outcome = ActOutcome::kCameOtherwise;
            return;
          case ActProgress::kWaiting:
            break;
        }
      } else {
        report.problem = record.error().message;
        if (record.error().code == ports::ErrorCode::kNotFound) {
          report.outcome = ActOutcome::kCameOtherwise;
          return;
        }
      }
      if (adapters.clock->Now() >= end || !pacer.Wait(kBetweenLooks)) break;
    }
    report.outcome = ActOutcome::kWaitRanOut;
  }

  ExitCode Report(const ActReport& report, const Adapters& adapters, Streams streams) const {
    if (output_.format() == OutputFormat::kTable) {
      PrintActText(report, adapters.clock->Now(), streams.out);
    } else {
      PrintActObject(report, adapters.clock->Now(), output_.format(), streams.out);
    }
    switch (report.outcome) {
      case ActOutcome::kAlready:
      case ActOutcome::kAsked:
      case ActOutcome::kDone:
        return ExitCode::kPass;
      case ActOutcome::kCameOtherwise:
        return ExitCode::kFail;
      case ActOutcome::kWaitRanOut:
        return ExitCode::kInconclusive;
    }
    return ExitCode::kInconclusive;
  }

  const std::unique_ptr<Act> act_;
  std::string name_;
  std::string by_;
  std::string wait_;
  OutputFlag output_;
  ClusterFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeActCommand(std::unique_ptr<Act> act) {
  return std::make_unique<ActCommand>(std::move(act));
}

}  // namespace slogate::app
