#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "app/cli/check_connection.h"
#include "app/cli/check_report.h"
#include "app/cli/command.h"
#include "app/cli/lookback.h"
#include "app/cli/policy_file.h"
#include "app/cli/time_text.h"
#include "spec/duration_text.h"
#include "spec/policy_yaml.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestLookback = std::chrono::hours(7 * 24);

class CheckCommand : public Command {
 public:
  std::string Name() const override { return "check"; }

  std::string Description() const override {
    return "Judge the canary against its baseline once, over the recent past.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("-f,--file", file_, "Policy file; - is standard input")
        ->required()
        ->type_name("FILE");
    parser.add_option("--lookback", lookback_, "How far back to count, such as 1h")
        ->capture_default_str()
        ->type_name("TIME");
    parser.add_option("--at", at_, "End of the lookback: 2026-11-21T20:00:00Z or seconds; now")
        ->type_name("TIME");
    parser.add_option("-o,--output", output_, "table or json")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json"}));
    DeclareRevisions(parser, revisions_);
    DeclareConnection(parser, flags_);
    parser.footer(
        "Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 inconclusive or no data,\n"
        "4 metrics source unavailable. Only objectives in mode Enforce count.\n"
        "Secrets also from SLOGATE_BEARER_TOKEN and SLOGATE_BASIC_PASSWORD.\n\n"
        "Example:\n"
        "  gate check -f policy.yaml --lookback 1h --prometheus http://localhost:9090");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const ports::Result<std::string> text = ReadPolicyText(file_, adapters, streams);
    if (!text) return Refuse(streams, text.error().message);
    const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(*text, DisplayName(file_));
    if (!parsed.policy) {
      for (const spec::Mistake& mistake : parsed.mistakes) {
        streams.err << spec::ToString(mistake) << "\n";
      }
      return ExitCode::kUsage;
    }
    LookbackRequest request;
    request.policy = *parsed.policy;
    if (const std::string problem = FillIn(request, adapters); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
    const LookbackResult result = JudgeLookback(request, *source);
    const CheckReport report{parsed.name, request, result};
    if (output_ == "json") {
      PrintJson(report, streams.out);
    } else {
      PrintTable(report, streams.out);
    }
    return Verdict(result);
  }

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate check: " << problem << "\n";
    return ExitCode::kUsage;
  }

  // Empty, or what is wrong.
  std::string FillIn(LookbackRequest& request, const Adapters& adapters) const {
    const std::optional<core::Duration> lookback = spec::ParseDuration(lookback_);
    const core::Duration block = core::BlockLength(request.policy.prometheus);
    if (!lookback || *lookback < 2 * block || *lookback > kLongestLookback) {
      return "--lookback " + lookback_ + ": give a length of time from two blocks (" +
             spec::ToText(2 * block) + ") to " + spec::ToText(kLongestLookback) + ", such as 1h";
    }
    request.lookback = *lookback;
    const core::TimePoint now = adapters.clock->Now();
    request.at = now;
    if (!at_.empty()) {
      const std::optional<core::TimePoint> at = ParseInstant(at_);
      if (!at || *at > now) {
        return "--at " + at_ + ": give a past time such as 2026-11-21T20:00:00Z";
      }
      request.at = *at;
    }
    return FillInArms(request, adapters);
  }

  std::string FillInArms(LookbackRequest& request, const Adapters& adapters) const {
    if (const std::string problem = RevisionProblem(request.policy.arms, revisions_);
        !problem.empty()) {
      return problem;
    }
    request.canary_revision = revisions_.canary;
    request.baseline_revision = revisions_.baseline;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(request.policy.prometheus, flags_, adapters);
    if (!connection) return connection.error().message;
    request.connection = std::move(*connection);
    return "";
  }

  std::string file_;
  std::string lookback_ = "1h";
  std::string at_;
  std::string output_ = "table";
  RevisionFlags revisions_;
  ConnectionFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace slogate::app
