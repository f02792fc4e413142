// Runs the steps of CI files as a runner of GitHub or GitLab would: each script by bash, in a
// checkout of its own, with the variables and files that the runner gives.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/process.h"

namespace slogate::testing {

using Texts = std::map<std::string, std::string>;

struct StepResult {
  int exit_code = 0;
  std::string log;      // standard output and error
  std::string summary;  // of GitHub: what $GITHUB_STEP_SUMMARY got
  Texts outputs;        // of GitHub
};

// A checkout, and programs that come before those of the system. Throws std::runtime_error when a
// CI file is not what a runner could read.
class Runner {
 public:
  explicit Runner(const std::string& gate);

  // Writes a file of the checkout.
  void Put(const std::string& path, const std::string& text);
  // Puts a program on the PATH.
  void PutProgram(const std::string& name, const std::string& script);
  std::string File(const std::string& path) const { return folder_.File("checkout/" + path); }
  bool Exists(const std::string& path) const;
  // Folders of the PATH from now on: with or without gate.
  void HideGate();

  // A composite action with these inputs; defaults as in the file. Ends at the first step that
  // fails.
  StepResult RunAction(const std::string& action_file, const Texts& inputs);

  // The `with` of the step that uses an action, and the scripts of the others, of one job of a
  // workflow; `contexts` such as "vars.PROMETHEUS_URL".
  StepResult RunWorkflowJob(const std::string& workflow_file, const std::string& job,
                            const std::string& action_file, Texts contexts);

  // A job of a .gitlab-ci.yml, which includes and extends others, by bash or by sh.
  StepResult RunGitlabJob(const std::string& folder, const std::string& job, Texts variables,
                          const std::string& shell = "bash");

  // A script by sh, without any runner.
  StepResult RunShell(const std::string& script, const Texts& environment);

 private:
  StepResult RunScript(const std::vector<std::string>& shell, const std::string& script,
                       Texts environment);
  StepResult RunGithubScript(const std::string& script, const Texts& environment);

  TemporaryFolder folder_;
  std::string path_;
  int scripts_ = 0;
};

// Fills in ${{ ... }}: names of contexts, always(), ==, !=, && and texts in quotes. What is true is
// "true".
std::string FillIn(const std::string& text, const Texts& contexts);

}  // namespace slogate::testing
