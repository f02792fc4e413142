// One case of the API server's contract: requests, and what a real kube-apiserver answered.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/http/client.h"

namespace slogate::testing {

// A server under test.
struct ApiUnderTest {
  std::string url;
  std::string token;  // empty: none
  adapters::http::Tls tls;
};

// Plays the steps of a case file in order. A step:
//   method, path, body      the request; {ns} and saved names are filled in everywhere
//   text                    a body that is not JSON, instead of `body`
//   type, accept            content type (application/json) and Accept header
//   watch                   true: the answer is the list of events until the server ends the watch
//   unordered               of a watch: its events are sorted by the object's name
//   during                  steps played once the watch is open; their answers are not kept
//   save                    {name: pointer}: keeps a value of the answer for later steps
//   await                   asks again until the answer has this status
//   until                   {pointer: value}: asks again until the answer holds this
//   select                  pointers: only these parts of the body are kept
//   ignore                  pointers: these parts are dropped
// Answers are normalised: what differs from run to run (uids, times, versions, saved values) is
// replaced by words, and versions by their order.
class ApiCase {
 public:
  ApiCase(const ApiUnderTest& server, std::string ns);

  // The answers, one per step. Throws std::runtime_error when a server does not answer at all.
  std::vector<nlohmann::json> Play(const nlohmann::json& steps);

 private:
  nlohmann::json Ask(const nlohmann::json& step);
  nlohmann::json Watch(const nlohmann::json& step);
  adapters::http::Request RequestOf(const nlohmann::json& step) const;
  std::string Filled(std::string text) const;
  nlohmann::json Filled(const nlohmann::json& value) const;
  void Save(const nlohmann::json& step, const nlohmann::json& body);
  nlohmann::json Normalised(const nlohmann::json& step, nlohmann::json body);
  void Tidy(nlohmann::json& value, const std::string& field);
  std::string Worded(std::string text) const;

  const ApiUnderTest& server_;
  adapters::http::Client client_;
  std::map<std::string, std::string> saved_;
};

}  // namespace slogate::testing
