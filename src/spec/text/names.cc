#include "spec/text/names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace slogate::spec {
namespace {

constexpr std::array<std::string_view, 2> kAuthorizationHeaders = {"authorization",
                                                                   "proxy-authorization"};
constexpr std::array<std::string_view, 3> kCredentialHeaders = {"cookie", "x-api-key",
                                                                "x-auth-token"};
constexpr std::array<std::string_view, 6> kOwnHeaders = {
    "host", "content-length", "content-type", "accept", "accept-encoding", "expect"};
constexpr std::array<std::string_view, 8> kHopHeaders = {
    "connection", "keep-alive", "proxy-connection",  "proxy-authenticate",
    "te",         "trailer",    "transfer-encoding", "upgrade"};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsAlpha(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
bool IsNumeral(char c) { return c >= '0' && c <= '9'; }

template <typename Accepts>
bool AllOf(std::string_view text, Accepts accepts) {
  return !text.empty() && std::ranges::all_of(text, accepts);
}

// What stands between two dots of a name.
bool IsPart(std::string_view text) {
  return AllOf(text, [](char c) { return IsLower(c) || IsNumeral(c) || c == '-'; }) &&
         text.front() != '-' && text.back() != '-';
}

bool IsPort(std::string_view text) {
  if (text.size() > 5 || !AllOf(text, IsNumeral)) return false;
  int port = 0;
  for (const char digit : text) port = port * 10 + (digit - '0');
  return port >= 1 && port <= 65535;
}

bool IsHost(std::string_view text) {
  if (text.starts_with('[')) {
    return text.size() > 4 && text.ends_with(']') &&
           AllOf(text.substr(1, text.size() - 2), [](char c) {
             return IsNumeral(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                    c == '.';
           });
  }
  return text.size() <= 253 && IsAlpha(text.back()) + IsNumeral(text.back()) > 0 &&
         (IsAlpha(text.front()) || IsNumeral(text.front())) &&
         AllOf(text, [](char c) { return IsAlpha(c) || IsNumeral(c) || c == '-' || c == '.'; });
}

std::string AuthorityProblem(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) return "carries credentials";
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  const std::string_view host = authority.substr(0, has_port ? colon : authority.size());
  if (host.empty()) return "has no host";
  if (!IsHost(host)) return "has a malformed host";
  if (has_port && !IsPort(authority.substr(colon + 1))) return "has a malformed port";
  return "";
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsDnsLabel(std::string_view text) { return text.size() <= 63 && IsPart(text); }

bool IsDnsSubdomain(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!IsPart(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsLabelKey(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    if (!IsDnsSubdomain(text.substr(0, slash))) return false;
    text.remove_prefix(slash + 1);
  }
  const auto letter_or_digit = [](char c) { return IsAlpha(c) || IsNumeral(c); };
  return text.size() <= 63 &&
         AllOf(text,
               [&](char c) { return letter_or_digit(c) || c == '-' || c == '_' || c == '.'; }) &&
         letter_or_digit(text.front()) && letter_or_digit(text.back());
}

bool IsHttpToken(std::string_view text) {
  return AllOf(text, [](char c) {
    return IsAlpha(c) || IsNumeral(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::optional<HeaderMistake> HeaderMistakeOf(const std::string& name, std::string_view value,
                                             HeaderUse use) {
  using Kind = HeaderMistake::Kind;
  if (!IsHttpToken(name)) {
    return HeaderMistake{Kind::kName, "is not the name of a header",
                         "use letters, digits and dashes"};
  }
  const auto is_one_of = [lower = Lower(name)](const auto& names) {
    return std::ranges::find(names, lower) != names.end();
  };
  if (is_one_of(kAuthorizationHeaders)) {
    return HeaderMistake{Kind::kAuthorization, "'" + name + "' carries a credential", ""};
  }
  if (use == HeaderUse::kPlain && is_one_of(kCredentialHeaders)) {
    return HeaderMistake{Kind::kCredential, "'" + name + "' carries a credential", ""};
  }
  if (is_one_of(kOwnHeaders)) {
    return HeaderMistake{Kind::kName, "'" + name + "' is set by slogate itself", "remove it"};
  }
  if (is_one_of(kHopHeaders)) {
    return HeaderMistake{Kind::kName, "'" + name + "' is of one connection and goes no further",
                         "remove it"};
  }
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  if (std::ranges::any_of(value, is_control)) {
    return HeaderMistake{Kind::kValue, "has a line break or another control character",
                         "write it on one line"};
  }
  return std::nullopt;
}

std::string ReadName(ObjectReader& object, std::string_view field, NameRule rule,
                     const std::string& of_what) {
  if (!object.Require(field, "give the name of " + of_what)) return "";
  const auto name = object.Text(field, 512);
  if (!name) return "";
  const bool label = rule == NameRule::kDnsLabel;
  const std::size_t most = label ? 63 : 253;
  if (name->size() > most) {
    object.Report(
        field, "has " + std::to_string(name->size()) + " characters",
        "Kubernetes takes at most " + std::to_string(most) + " for the name of " + of_what);
    return "";
  }
  if (label ? IsDnsLabel(*name) : IsDnsSubdomain(*name)) return *name;
  object.Report(field, "'" + *name + "' is not a name",
                std::string("use at most ") + (label ? "63" : "253") +
                    " lower-case letters, digits and dashes" + (label ? "" : " or dots") +
                    ", with a letter or digit at both ends");
  return "";
}

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = host.find('.');
    const std::string_view digits = host.substr(0, dot);
    const bool octal = digits.size() > 1 && digits.front() == '0';
    if (octal || digits.size() > 3 || !AllOf(digits, IsNumeral)) return false;
    if (part == 0 && digits != "127") return false;
    // The last part ends the host, and no other does.
    if ((part == 3) != (dot == std::string_view::npos)) return false;
    if (digits.size() == 3 && digits > "255") return false;
    host.remove_prefix(std::min(dot, host.size() - 1) + 1);
  }
  return true;
}

std::string UrlProblem(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "has no scheme";
  if (url.substr(0, scheme) != "http" && url.substr(0, scheme) != "https") {
    return "is neither http nor https";
  }
  if (!AllOf(url, [](char c) { return c > ' ' && c < 0x7F && c != '\\' && c != '"'; })) {
    return "has characters that a URL cannot have";
  }
  if (url.find_first_of("?#") != std::string_view::npos) return "has a query or a fragment";
  const std::string_view rest = url.substr(scheme + 3);
  return AuthorityProblem(rest.substr(0, rest.find('/')));
}

}  // namespace slogate::spec
