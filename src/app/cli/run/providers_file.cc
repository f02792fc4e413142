#include "app/cli/run/providers_file.h"

#include <optional>
#include <utility>
#include <vector>

#include "spec/text/mistake.h"
#include "spec/text/names.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::app {
namespace {

constexpr std::size_t kMaxProviders = 100;
constexpr std::size_t kMaxHeaders = 20;
constexpr std::size_t kLongestField = 4096;

bool IsUrlOfHttp(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  return (url.starts_with("http://") || url.starts_with("https://")) && url.size() > host;
}

std::string TextOf(spec::ObjectReader& reader, const char* name) {
  return reader.Text(name, kLongestField).value_or("");
}

void ReadHeader(spec::ObjectReader& header, Provider& provider) {
  header.Require("name", "give the header's name");
  const bool of_file = header.Has("valueFile");
  if (of_file == header.Has("value")) {
    header.Report(of_file ? "valueFile" : "value",
                  of_file ? "is given besides value" : "is missing",
                  of_file ? "keep one of them" : "give value, or valueFile with a file's name");
  }
  const std::string name = TextOf(header, "name");
  const std::string value = TextOf(header, "value");
  const std::string file = TextOf(header, "valueFile");
  header.RefuseOthers();
  if (name.empty()) return;
  if (const auto mistake = spec::HeaderMistakeOf(name, value, spec::HeaderUse::kSecret)) {
    using Kind = spec::HeaderMistake::Kind;
    header.Report(mistake->kind == Kind::kValue ? "value" : "name", mistake->problem,
                  mistake->kind == Kind::kAuthorization
                      ? "give bearerTokenFile, or basicUsername and basicPasswordFile"
                      : mistake->fix);
  }
  if (of_file) {
    provider.header_files.emplace_back(name, file);
  } else {
    provider.headers.emplace_back(name, value);
  }
}

void ReadProvider(spec::ObjectReader& reader, Providers& providers) {
  Provider provider;
  reader.Require("name", "give the name that policies use in spec.prometheus.provider");
  reader.Require("address", "give Prometheus' address, such as http://prometheus:9090");
  const std::string name = TextOf(reader, "name");
  provider.address = TextOf(reader, "address");
  provider.bearer_token_file = TextOf(reader, "bearerTokenFile");
  provider.basic_username = TextOf(reader, "basicUsername");
  provider.basic_password_file = TextOf(reader, "basicPasswordFile");
  provider.ca_file = TextOf(reader, "caFile");
  provider.client_certificate_file = TextOf(reader, "clientCertificateFile");
  provider.client_key_file = TextOf(reader, "clientKeyFile");
  provider.server_name = TextOf(reader, "serverName");
  reader.Each(
      "headers", {.least = 0, .most = kMaxHeaders},
      [&provider](spec::ObjectReader& header, std::size_t) { ReadHeader(header, provider); });
  reader.RefuseOthers();
  if (!provider.address.empty() && !IsUrlOfHttp(provider.address)) {
    reader.Report("address", "is not a URL", "write http:// or https:// and a host");
  }
  if (!name.empty() && !providers.emplace(name, std::move(provider)).second) {
    reader.Report("name", "is the name of an earlier provider", "give every provider its own");
  }
}

}  // namespace

ports::Result<Providers> ParseProviders(const std::string& text, const std::string& file) {
  const spec::YamlText yaml = spec::ReadYaml(text);
  std::vector<spec::Mistake> mistakes = yaml.mistakes;
  Providers providers;
  if (mistakes.empty() && yaml.documents.size() != 1) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       file + ": holds no configuration; give one document with \"providers\"");
  }
  if (mistakes.empty()) {
    const spec::YamlDocument& document = yaml.documents.front();
    mistakes = document.mistakes;
    spec::ObjectReader reader(document.value, "", mistakes);
    reader.Each(
        "providers", {.least = 0, .most = kMaxProviders},
        [&providers](spec::ObjectReader& item, std::size_t) { ReadProvider(item, providers); });
    reader.RefuseOthers();
    for (spec::Mistake& mistake : mistakes) {
      if (mistake.line > 0) continue;
      const spec::Position position = spec::Locate(document, mistake.field);
      mistake.line = position.line;
      mistake.column = position.column;
    }
  }
  if (mistakes.empty()) return providers;
  mistakes.front().file = file;
  return ports::Fail(ports::ErrorCode::kInvalidArgument, spec::ToString(mistakes.front()));
}

}  // namespace slogate::app
