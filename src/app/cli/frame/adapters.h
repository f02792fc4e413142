// What the commands need of the outside, as factories, so that they run on fakes as well.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/demo/demo_story.h"
#include "app/cli/terminal/terminal.h"
#include "app/controller/connection.h"
#include "app/controller/log.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/pages.h"
#include "slogate/ports/policy_admin.h"
#include "slogate/ports/survey.h"

namespace slogate::app {

// Which cluster, as whom, and which part of it.
struct ClusterOptions {
  std::string ns;               // empty: every namespace
  std::string kubeconfig;       // empty: KUBECONFIG, ~/.kube/config, or the pod's own
  std::string context;          // empty: the current one
  std::string lease_namespace;  // empty: the namespace of the process, or of the context
  std::string lease_name = "slogate";
  core::Duration lease_timeout{5'000};     // of each call about the lease
  core::Duration request_timeout{15'000};  // of every other call
  int requests_per_second = 100;           // beyond which looks that can wait do
};

// The ports of one cluster. `keep` outlives the rest.
struct Cluster {
  std::shared_ptr<void> keep;
  std::shared_ptr<ports::PolicyStore> policies;
  std::shared_ptr<ports::WorkloadStore> workloads;
  std::shared_ptr<ports::TrafficRouter> router;
  std::shared_ptr<ports::EventSink> events;
  std::shared_ptr<ports::SecretStore> secrets;
  std::shared_ptr<ports::LeaseStore> leases;
  std::shared_ptr<ports::PolicyAdmin> admin;
  std::shared_ptr<ports::WorkloadSurvey> survey;
  std::shared_ptr<ports::CoverageSurvey> coverage;  // null: what covers the canary is not checked
  std::shared_ptr<ports::RequestPace> pace;         // null: requests are neither counted nor paced
  std::string default_namespace;                    // of the context
  std::string user;  // as the kubeconfig calls the person; may be empty
};

// Hears SIGINT and SIGTERM until destroyed.
class StopSignal {
 public:
  virtual ~StopSignal() = default;
};

struct Adapters {
  std::string program = "gate";  // as the person called it: gate, or kubectl gate
  // kInvalidArgument: the kubeconfig or the flags are wrong. `log` outlives the cluster.
  std::function<ports::Result<Cluster>(const ClusterOptions&, Log&)> connect_cluster;
  std::function<std::unique_ptr<ports::MetricsSource>()> make_metrics_source;
  std::function<std::unique_ptr<ports::BudgetSource>()> make_budget_source;
  std::function<std::unique_ptr<ports::MetricsCatalogue>()> make_metrics_catalogue;
  // The controller's own pages.
  std::function<ports::Result<std::unique_ptr<ports::PageServer>>(const std::string& listen,
                                                                  ports::Pages)>
      serve;
  // kInvalidArgument, with the fix: something it needs is missing.
  std::function<ports::Result<std::unique_ptr<DemoEnvironment>>(const DemoOptions&)> make_demo;
  // Calls `stop` on another thread when a person or the cluster asks the process to end. To be
  // made before any other thread is.
  std::function<std::unique_ptr<StopSignal>(std::function<void()> stop)> on_stop;
  FileReader read_file;
  // The files that a file, a folder or a pattern stands for; null: they are taken as they are.
  std::function<ports::Result<std::vector<std::string>>(const std::string& what)> find_files;
  std::function<const char*(const char* name)> environment;  // null: not set
  const ports::Clock* clock = nullptr;
  std::function<Terminal()> terminal = [] { return Terminal{}; };  // what standard output is now
  std::function<Terminal()> error_terminal = terminal;             // the same of standard error
  std::function<void(core::Duration)> pass_time;  // for tests: instead of waiting; else null
};

}  // namespace slogate::app
