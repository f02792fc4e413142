#include "app/cli/status/act_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/cli/frame/cluster_flags.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/span.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr int kMaxConflicts = 5;
constexpr core::Duration kBetweenChecks = std::chrono::seconds(1);
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
                  "Who and when is left on the policy and recorded in its history and events.\n"
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
    if (!cluster) return refuse(ExitCodeOf(cluster.error().code), WithFix(cluster.error()));
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
    if (!record.policy) return "is unsound, fix it first: " + Printable(record.problem);
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
    for (int i = 0; i < kMaxConflicts; ++i) {
      ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
      if (!record) return {{ExitCodeOf(record.error().code), WithFix(record.error())}};
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
      ports::Result<ports::PolicyRecord> requested =
          cluster.admin->Ask(report.record, report.plan.change);
      if (requested) {
        report.record = std::move(*requested);
        report.outcome = ActOutcome::kRequested;
        return std::nullopt;
      }
      if (requested.error().code != ports::ErrorCode::kConflict) {
        return {{ExitCodeOf(requested.error().code), WithFix(requested.error())}};
      }
      conflict = requested.error();
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
      if (adapters.clock->Now() >= end || !pacer.Wait(kBetweenChecks)) break;
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
      case ActOutcome::kRequested:
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

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kReportColumns = 80;

std::string_view Word(ActOutcome outcome) {
  switch (outcome) {
    case ActOutcome::kAlready:
      return "Already";
    case ActOutcome::kRequested:
      return "Asked";
    case ActOutcome::kDone:
      return "Done";
    case ActOutcome::kCameOtherwise:
      return "CameOtherwise";
    case ActOutcome::kWaitRanOut:
      return "WaitRanOut";
  }
  return "";
}

void PrintLine(const std::string& text, std::ostream& out) {
  for (const std::string& line : Wrap(Printable(text), kReportColumns)) out << line << "\n";
}

// What came of it; empty where nobody waited.
std::string Ending(const ActReport& report, core::TimePoint now) {
  const std::string status = StatusLine(ViewOf(report.record, now));
  switch (report.outcome) {
    case ActOutcome::kAlready:
    case ActOutcome::kRequested:
      return "";
    case ActOutcome::kDone:
      return "Done: " + status;
    case ActOutcome::kCameOtherwise:
      return "It came otherwise: " + (report.problem.empty() ? status : report.problem);
    case ActOutcome::kWaitRanOut:
      return "Not yet, as of the last check: " + (report.problem.empty() ? status : report.problem);
  }
  return "";
}

}  // namespace

void PrintActText(const ActReport& report, core::TimePoint now, std::ostream& out) {
  std::string says = report.record.key.ToString() + ": " + report.plan.says;
  if (report.outcome != ActOutcome::kAlready && !report.signature.by.empty()) {
    says += " (by " + report.signature.by + ")";
  }
  PrintLine(says, out);
  for (const std::string& note : report.plan.notes) PrintLine(note, out);
  if (const std::string ending = Ending(report, now); !ending.empty()) PrintLine(ending, out);
}

void PrintActObject(const ActReport& report, core::TimePoint now, OutputFormat format,
                    std::ostream& out) {
  const RolloutView view = ViewOf(report.record, now);
  Json json;
  json["namespace"] = view.ns;
  json["name"] = view.name;
  json["act"] = report.act;
  json["outcome"] = Word(report.outcome);
  json["message"] = report.plan.says;
  json["revision"] = report.plan.revision;
  json["step"] = report.plan.step;
  json["by"] = report.signature.by;
  json["at"] = spec::ToText(report.signature.at);
  json["notes"] = report.plan.notes;
  json["phase"] = ToString(view.phase);
  json["reason"] = ToString(view.reason);
  json["weight"] = view.weight_percent;
  json["problem"] = report.problem;
  PrintValue(json, format, out);
}

}  // namespace slogate::app
