#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::size_t kMaxHeaders = 16;
constexpr const char* kDefaultProvider = "default";

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

void CheckHeader(ObjectReader& item, const std::string& name, const std::string& value,
                 HeaderUse use) {
  using Kind = HeaderMistake::Kind;
  if (name.empty()) return;
  const auto mistake = HeaderMistakeOf(name, value, use);
  if (!mistake) return;
  std::string fix = mistake->fix;
  if (mistake->kind == Kind::kAuthorization) {
    fix = "keep it in a Secret, and name that in bearerToken or basicAuth";
  } else if (mistake->kind == Kind::kCredential) {
    fix = "keep it in a Secret, and name that in the header's secretRef";
  }
  item.Report(mistake->kind == Kind::kValue ? "value" : "name", mistake->problem, fix);
}

void ReadHeaders(ObjectReader& reader, core::PrometheusSettings& settings) {
  std::vector<std::string> names;
  reader.Each("headers", {0, kMaxHeaders}, [&](ObjectReader& item, std::size_t) {
    item.Require("name", "give the name of the header");
    const std::string name = item.Text("name", 128).value_or("");
    const std::string value = item.Text("value", 1024).value_or("");
    const bool secret = item.Has("secretRef");
    if (secret == item.Has("value")) {
      item.Report(secret ? "secretRef" : "value", secret ? "is given besides value" : "is missing",
                  secret ? "keep one of them" : "give the value of the header, or its secretRef");
    }
    CheckHeader(item, name, value, secret ? HeaderUse::kSecret : HeaderUse::kPlain);
    if (!name.empty() && std::ranges::find(names, Lower(name)) != names.end()) {
      item.Report("name", "'" + name + "' is listed twice", "remove one");
    }
    names.push_back(Lower(name));
    if (secret) {
      settings.secret_headers.push_back({name, {}});
      item.Part("secretRef", settings.secret_headers.back().value, ReadSecretKey);
    } else {
      settings.headers.emplace_back(name, value);
    }
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
