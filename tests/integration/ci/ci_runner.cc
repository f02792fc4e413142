#include "integration/ci/ci_runner.h"

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string Trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string ValueOf(const std::string& term, const Texts& contexts) {
  if (term == "always()") return "true";
  if (term.size() >= 2 && term.front() == '\'' && term.back() == '\'') {
    return term.substr(1, term.size() - 2);
  }
  const auto found = contexts.find(term);
  return found == contexts.end() ? "" : found->second;
}

std::string Evaluate(const std::string& expression, const Texts& contexts) {
  if (const std::size_t both = expression.find("&&"); both != std::string::npos) {
    const bool all = Evaluate(Trimmed(expression.substr(0, both)), contexts) == "true" &&
                     Evaluate(Trimmed(expression.substr(both + 2)), contexts) == "true";
    return all ? "true" : "false";
  }
  for (const std::string sign : {"==", "!="}) {
    const std::size_t at = expression.find(sign);
    if (at == std::string::npos) continue;
    const bool equal = ValueOf(Trimmed(expression.substr(0, at)), contexts) ==
                       ValueOf(Trimmed(expression.substr(at + 2)), contexts);
    return equal == (sign == "==") ? "true" : "false";
  }
  return ValueOf(expression, contexts);
}

bool Wanted(const YAML::Node& step, const Texts& contexts) {
  return !step["if"] || FillIn(step["if"].as<std::string>(), contexts) == "true";
}

Texts FilledIn(const YAML::Node& mapping, const Texts& contexts) {
  Texts texts;
  for (const auto& entry : mapping) {
    texts[entry.first.as<std::string>()] = FillIn(entry.second.as<std::string>(), contexts);
  }
  return texts;
}

// name=value a line.
Texts ReadOutputs(const std::string& path) {
  Texts outputs;
  std::istringstream lines(ReadFile(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    outputs[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return outputs;
}

void Add(StepResult& whole, const StepResult& step) {
  whole.exit_code = step.exit_code;
  whole.log += step.log;
  whole.summary += step.summary;
  for (const auto& [name, value] : step.outputs) whole.outputs[name] = value;
}

}  // namespace

std::string FillIn(const std::string& text, const Texts& contexts) {
  std::string filled;
  std::size_t at = 0;
  for (std::size_t open = text.find("${{"); open != std::string::npos;
       open = text.find("${{", at)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) throw std::runtime_error("an expression without end: " + text);
    filled += text.substr(at, open - at);
    filled += Evaluate(Trimmed(text.substr(open + 3, close - open - 3)), contexts);
    at = close + 2;
  }
  return filled + text.substr(at);
}

Runner::Runner(const std::string& gate) : folder_("slogate-runner") {
  for (const char* const name : {"checkout", "temp", "programs", "gate"}) {
    fs::create_directories(folder_.File(name));
  }
  fs::create_symlink(gate, folder_.File("gate/gate"));
  path_ = folder_.File("programs") + ":" + folder_.File("gate") + ":" + std::getenv("PATH");
}

void Runner::HideGate() { path_ = folder_.File("programs") + ":" + std::getenv("PATH"); }

void Runner::Put(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(File(path)).parent_path());
  WriteFile(File(path), text);
}

void Runner::PutProgram(const std::string& name, const std::string& script) {
  const std::string path = folder_.File("programs/" + name);
  WriteFile(path, script);
  fs::permissions(path, fs::perms::owner_all);
}

bool Runner::Exists(const std::string& path) const { return fs::exists(File(path)); }

StepResult Runner::RunScript(const std::vector<std::string>& shell, const std::string& script,
                             Texts environment) {
  const std::string name = folder_.File("script" + std::to_string(++scripts_));
  WriteFile(name + ".sh", script);
  environment["PATH"] = path_;
  std::vector<std::string> arguments = {"bash", "-c", "cd \"$0\" && exec \"$@\"",
                                        folder_.File("checkout")};
  arguments.insert(arguments.end(), shell.begin(), shell.end());
  arguments.push_back(name + ".sh");
  Process process = Process::Start({arguments, environment, name + ".log"});
  StepResult result;
  result.exit_code = process.Wait(60s).value_or(-1);
  result.log = ReadFile(name + ".log");
  return result;
}

StepResult Runner::RunShell(const std::string& script, const Texts& environment) {
  return RunScript({"sh", "-e"}, script, environment);
}

StepResult Runner::RunGithubScript(const std::string& script, const Texts& environment) {
  Texts all = environment;
  all["CI"] = "true";
  all["GITHUB_ACTIONS"] = "true";
  all["GITHUB_WORKSPACE"] = folder_.File("checkout");
  all["RUNNER_TEMP"] = folder_.File("temp");
  for (const char* const name : {"GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"}) {
    all[name] = folder_.File(name);
    WriteFile(all[name], "");
  }
  StepResult result = RunScript({"bash", "--noprofile", "--norc", "-eo", "pipefail"}, script, all);
  result.outputs = ReadOutputs(all["GITHUB_OUTPUT"]);
  result.summary = ReadFile(all["GITHUB_STEP_SUMMARY"]);
  std::istringstream folders(ReadFile(all["GITHUB_PATH"]));
  for (std::string folder; std::getline(folders, folder);) path_ = folder + ":" + path_;
  return result;
}

StepResult Runner::RunAction(const std::string& action_file, const Texts& inputs) {
  const YAML::Node action = YAML::LoadFile(action_file);
  Texts contexts;
  for (const auto& input : action["inputs"]) {
    const std::string name = input.first.as<std::string>();
    const YAML::Node fallback = input.second["default"];
    const auto given = inputs.find(name);
    if (given == inputs.end() && !fallback) throw std::runtime_error("no input " + name);
    contexts["inputs." + name] = given == inputs.end() ? fallback.as<std::string>() : given->second;
  }
  for (const auto& [name, value] : inputs) {
    if (!action["inputs"][name]) throw std::runtime_error("the action has no input " + name);
  }
  StepResult whole;
  for (const YAML::Node& step : action["runs"]["steps"]) {
    if (!Wanted(step, contexts)) continue;
    if (step["shell"].as<std::string>() != "bash") throw std::runtime_error("not bash");
    const StepResult result =
        RunGithubScript(step["run"].as<std::string>(), FilledIn(step["env"], contexts));
    Add(whole, result);
    if (step["id"]) {
      for (const auto& [name, value] : result.outputs) {
        contexts["steps." + step["id"].as<std::string>() + ".outputs." + name] = value;
      }
    }
    if (result.exit_code != 0) break;
  }
  whole.outputs.clear();
  for (const auto& output : action["outputs"]) {
    whole.outputs[output.first.as<std::string>()] =
        FillIn(output.second["value"].as<std::string>(), contexts);
  }
  return whole;
}

StepResult Runner::RunWorkflowJob(const std::string& workflow_file, const std::string& job,
                                  const std::string& action_file, Texts contexts) {
  StepResult whole;
  int exit_code = 0;
  for (const YAML::Node& step : YAML::LoadFile(workflow_file)["jobs"][job]["steps"]) {
    const bool always =
        step["if"] && step["if"].as<std::string>().find("always()") != std::string::npos;
    if (!Wanted(step, contexts) || (exit_code != 0 && !always)) continue;
    StepResult result;
    if (step["run"]) {
      result = RunGithubScript(step["run"].as<std::string>(), FilledIn(step["env"], contexts));
    } else if (step["uses"].as<std::string>().starts_with("./")) {
      result = RunAction(action_file, FilledIn(step["with"], contexts));
      for (const auto& [name, value] : result.outputs) {
        contexts["steps." + step["id"].as<std::string>() + ".outputs." + name] = value;
      }
    } else {
      continue;  // actions/checkout: the checkout is there
    }
    Add(whole, result);
    if (exit_code == 0) exit_code = result.exit_code;
  }
  whole.exit_code = exit_code;
  return whole;
}

StepResult Runner::RunGitlabJob(const std::string& folder, const std::string& job, Texts variables,
                                const std::string& shell) {
  const YAML::Node file = YAML::LoadFile(folder + "/.gitlab-ci.yml");
  const YAML::Node included =
      YAML::LoadFile(folder + "/" + file["include"][0]["local"].as<std::string>());
  const YAML::Node base = included[file[job]["extends"].as<std::string>()];
  Texts environment = FilledIn(base["variables"], {});
  for (const auto& [name, value] : FilledIn(file[job]["variables"], {})) environment[name] = value;
  for (const auto& [name, value] : variables) environment[name] = value;
  environment["CI"] = "true";
  environment["GITLAB_CI"] = "true";
  environment["CI_PROJECT_DIR"] = folder_.File("checkout");
  std::string script;
  for (const YAML::Node& line : base["script"]) script += line.as<std::string>() + "\n";
  std::vector<std::string> how = {shell, "-e"};
  if (shell == "bash") how = {"bash", "-eo", "pipefail"};
  return RunScript(how, script, environment);
}

}  // namespace slogate::testing
