#include <algorithm>
#include <array>
#include <chrono>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::size_t kMaxHeaders = 16;
constexpr const char* kDefaultProvider = "default";
constexpr std::array<std::string_view, 5> kCredentialHeaders = {
    "authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"};
constexpr std::array<std::string_view, 7> kOwnHeaders = {
    "host",       "content-length", "content-type",   "transfer-encoding",
    "connection", "accept",         "accept-encoding"};

template <typename Names>
bool IsOneOf(const Names& names, std::string_view name) {
  return std::ranges::find(names, Lower(name)) != names.end();
}

bool IsSecretDataKey(std::string_view key) {
  return key.size() <= 253 && !key.empty() && std::ranges::all_of(key, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

void ReadSecretKey(ObjectReader& ref, core::SecretKey& secret) {
  secret.name = ReadName(ref, "name", NameRule::kDnsSubdomain, "a Secret");
  ref.Require("key", "give the key within the Secret");
  secret.key = ref.Text("key", 512).value_or("");
  if (ref.Has("key") && !secret.key.empty() && !IsSecretDataKey(secret.key)) {
    ref.Report("key", "is not the name of a key",
               "use at most 253 letters, digits, dashes, dots and underscores");
  }
}

void ReadSecret(ObjectReader& holder, core::SecretKey& secret) {
  holder.Require("secretRef",
                 "give secretRef: {name: ..., key: ...}; a literal value or a file is never read");
  holder.Part("secretRef", secret, ReadSecretKey);
}

void CheckHeader(ObjectReader& item, const std::string& name, const std::string& value) {
  if (!name.empty() && !IsHttpToken(name)) {
    item.Report("name", "is not the name of a header", "use letters, digits and dashes");
  }
  if (IsOneOf(kCredentialHeaders, name)) {
    item.Report("name", "'" + name + "' carries a credential",
                "keep it in a Secret, and name that in bearerToken or basicAuth");
  }
  if (IsOneOf(kOwnHeaders, name)) {
    item.Report("name", "'" + name + "' is set by slogate itself", "remove it");
  }
  if (value.find_first_of("\r\n") != std::string::npos) {
    item.Report("value", "has a line break", "write it on one line");
  }
}

void ReadHeaders(ObjectReader& reader, core::PrometheusSettings& settings) {
  reader.Each("headers", {0, kMaxHeaders}, [&](ObjectReader& item, std::size_t) {
    item.Require("name", "give the name of the header");
    item.Require("value", "give the value of the header");
    const std::string name = item.Text("name", 128).value_or("");
    const std::string value = item.Text("value", 1024).value_or("");
    CheckHeader(item, name, value);
    for (const auto& header : settings.headers) {
      if (!name.empty() && Lower(header.first) == Lower(name)) {
        item.Report("name", "'" + name + "' is listed twice", "remove one");
      }
    }
    settings.headers.emplace_back(name, value);
    item.RefuseOthers();
  });
}

void ReadAddress(ObjectReader& reader, core::PrometheusSettings& settings) {
  const bool address = reader.Has("address");
  const bool provider = reader.Has("provider");
  if (address == provider) {
    reader.Report("", address ? "has both address and provider" : "has no address",
                  address ? "keep one of them"
                          : "give address, such as http://prometheus.monitoring:9090, or provider");
  }
  settings.address = reader.Text("address", 2048).value_or("");
  if (provider) settings.provider = ReadName(reader, "provider", NameRule::kDnsLabel, "a provider");
  if (!address || settings.address.empty()) {
    if (address && reader.Text("address", 2048)) {
      reader.Report("address", "is empty", "write it as http://prometheus.monitoring:9090");
    }
    return;
  }
  const std::string problem = UrlProblem(settings.address);
  if (problem.empty()) return;
  // The address itself is not repeated: it may hold the very credential it should not.
  reader.Report("address", problem,
                problem == "carries credentials"
                    ? "keep them in a Secret, and name that in bearerToken or basicAuth"
                    : "write it as http://prometheus.monitoring:9090");
}

void ReadBasicAuth(ObjectReader& basic, core::PrometheusSettings& settings) {
  if (basic.Require("username", "give the user name")) {
    settings.basic_username = basic.Text("username", 256).value_or("");
    if (settings.basic_username.find_first_of(":\r\n") != std::string::npos) {
      basic.Report("username", "has a colon or a line break", "HTTP cannot send it; remove it");
    }
  }
  basic.Require("password", "give password.secretRef");
  basic.Part("password", settings.basic_password, ReadSecret);
}

void ReadClientCertificate(ObjectReader& client, core::PrometheusSettings& settings) {
  client.Require("certificate", "give certificate.secretRef");
  client.Require("key", "give key.secretRef");
  client.Part("certificate", settings.client_certificate, ReadSecret);
  client.Part("key", settings.client_key, ReadSecret);
}

void ReadCredentials(ObjectReader& reader, core::PrometheusSettings& settings) {
  reader.Part("bearerToken", settings.bearer_token, ReadSecret);
  reader.Part("basicAuth", settings, ReadBasicAuth);
  if (settings.bearer_token && reader.Has("basicAuth")) {
    reader.Report("basicAuth", "is given besides bearerToken", "keep one of them");
  }
  reader.Part("ca", settings.ca, ReadSecret);
  reader.Part("clientCertificate", settings, ReadClientCertificate);
}

void RefuseTlsWithoutTls(ObjectReader& reader, const core::PrometheusSettings& settings) {
  if (!settings.address.starts_with("http://")) return;
  for (const char* field : {"ca", "clientCertificate", "serverName"}) {
    if (reader.Has(field)) {
      reader.Report(field, "has no use with an http address", "use https, or remove it");
    }
  }
}

}  // namespace

core::PrometheusSettings ReadPrometheus(ObjectReader& spec) {
  core::PrometheusSettings settings;
  if (!spec.Has("prometheus")) {
    settings.provider = kDefaultProvider;
    return settings;
  }
  ObjectReader reader = spec.Child("prometheus");
  if (!reader.IsObject()) return settings;
  ReadAddress(reader, settings);
  ReadHeaders(reader, settings);
  ReadCredentials(reader, settings);
  settings.server_name = reader.Text("serverName", 512).value_or("");
  if (reader.Has("serverName") && !IsDnsSubdomain(Lower(settings.server_name))) {
    reader.Report("serverName", "is not a host name", "use the name in the server's certificate");
  }
  RefuseTlsWithoutTls(reader, settings);
  settings.timeout = reader.Time("timeout", settings.timeout, {milliseconds(100), minutes(2)});
  settings.scrape_interval =
      reader.Time("scrapeInterval", settings.scrape_interval, {milliseconds(100), minutes(5)});
  settings.scrapes_per_block =
      static_cast<int>(reader.Integer("scrapesPerBlock", settings.scrapes_per_block, 4, 240));
  for (const char* name : {"url", "endpoint", "server", "host"}) {
    reader.WhenRefused(name, "did you mean address?");
  }
  reader.RefuseOthers();
  return settings;
}

}  // namespace slogate::spec
