#include "integration/instrumentation/scraped_program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "adapters/http/client.h"
#include "adapters/http/printable.h"
#include "demo/machine/loopback.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using testing::Process;

constexpr std::chrono::seconds kStartDeadline{60};

json ConfigOf(const std::string& job, int port) {
  return {{"global", {{"scrape_interval", "500ms"}, {"scrape_timeout", "500ms"}}},
          {"scrape_configs",
           {{{"job_name", job},
             {"static_configs", {{{"targets", {"127.0.0.1:" + std::to_string(port)}}}}}}}}};
}

}  // namespace

ScrapedProgram::ScrapedProgram(std::vector<std::string> arguments, const std::string& job)
    : port_(demo::FreePort()), prometheus_port_(demo::FreePort()) {
  const std::string pipe = folder_.File("input");
  if (mkfifo(pipe.c_str(), 0600) != 0) throw std::runtime_error("mkfifo failed");
  // For both directions, so that neither end waits for the other.
  input_ = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  if (input_ < 0) throw std::runtime_error("open of a fifo failed");
  for (std::string& argument : arguments) {
    if (argument == "PORT") argument = std::to_string(port_);
  }
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$@\" < \"$0\" > /dev/null", pipe};
  shell.insert(shell.end(), arguments.begin(), arguments.end());
  program_ = Process::Start({shell, {}, folder_.File("program.log")});
  demo::WriteFile(folder_.File("prometheus.yml"), ConfigOf(job, port_).dump(1));
  server_ = Process::Start(
      {{PrometheusProgram(), "--config.file=" + folder_.File("prometheus.yml"),
        "--storage.tsdb.path=" + folder_.File("data"), "--storage.tsdb.retention.time=40d",
        "--web.listen-address=127.0.0.1:" + std::to_string(prometheus_port_)},
       {},
       folder_.File("prometheus.log")});
  const auto ready = [&] {
    return !program_.Running() || !server_.Running() || Value("count(up == 1)") == 1;
  };
  if (!demo::Await(ready, kStartDeadline) || !program_.Running() || !server_.Running()) {
    throw std::runtime_error("not scraped:\n" + Log());
  }
}

ScrapedProgram::~ScrapedProgram() {
  program_.Kill();
  server_.Kill();
  if (input_ >= 0) close(input_);
}

void ScrapedProgram::Tell(const std::string& lines) {
  for (std::size_t done = 0; done < lines.size();) {
    const ssize_t written = write(input_, lines.data() + done, lines.size() - done);
    if (written <= 0) throw std::runtime_error("writing to a fifo failed");
    done += static_cast<std::size_t>(written);
  }
}

std::optional<double> ScrapedProgram::Value(const std::string& query) const {
  adapters::http::Client client;
  adapters::http::OutgoingRequest request;
  request.method = "POST";
  request.url = prometheus() + "/api/v1/query";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "query=" + adapters::http::PercentEncoded(query);
  const auto response = client.Send(request);
  if (!response || response->status != 200) return std::nullopt;
  const json result = json::parse(response->body).at("data").at("result");
  if (result.size() != 1) return std::nullopt;
  return std::stod(result.at(0).at("value").at(1).get<std::string>());
}

std::string ScrapedProgram::Log() const {
  return demo::ReadFile(folder_.File("program.log")) +
         demo::ReadFile(folder_.File("prometheus.log"));
}

}  // namespace slogate::testing
