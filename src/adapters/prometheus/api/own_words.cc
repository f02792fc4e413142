#include "adapters/prometheus/api/own_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "adapters/http/printable.h"
#include "adapters/prometheus/api/reply.h"
#include "spec/text/names.h"
#include "spec/text/utf8.h"

namespace slogate::adapters::prometheus {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 200;
constexpr std::size_t kRead = 8192;  // of a page; its title comes early
constexpr std::size_t kLargestJson = 65'536;
constexpr std::string_view kHidden = "...";

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool IsBlank(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

bool HasDigit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void ReplaceAll(std::string& text, const std::string& value) {
  constexpr std::size_t kShort = 6;
  const bool whole_words = value.size() < kShort;
  for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
    const std::size_t end = at + value.size();
    const bool inside =
        (at > 0 && IsWord(text[at - 1])) || (end < text.size() && IsWord(text[end]));
    if (whole_words && inside) {
      at = end;
      continue;
    }
    text.replace(at, value.size(), kHidden);
    at += kHidden.size();
  }
}

// Where the value begins that is assigned to the name that ends at `end`; npos: nothing is.
// `plain`: by an equals sign, so that no sentence is meant.
std::size_t AssignedAt(std::string_view text, std::size_t end, bool& plain) {
  while (end < text.size() && IsWord(text[end])) ++end;
  end = std::min(text.find_first_not_of("\"' ", end), text.size());
  if (end == text.size() || (text[end] != '=' && text[end] != ':')) return std::string::npos;
  plain = text[end] == '=';
  return std::min(text.find_first_not_of("\"' ", end + 1), text.size());
}

void HideFrom(std::string& text, std::size_t begin, bool plain) {
  const std::size_t end = std::min(text.find_first_of("\"' \t\r\n&;,<>", begin), text.size());
  const std::string_view value = std::string_view(text).substr(begin, end - begin);
  constexpr std::size_t kLikelySecret = 8;
  if (value.empty() || (!plain && (value.size() < kLikelySecret || !HasDigit(value)))) return;
  text.replace(begin, end - begin, kHidden);
}

void HideAssigned(std::string& text) {
  constexpr std::array<std::string_view, 11> kNames = {
      "password", "passwd",  "pwd",     "secret",  "token",     "authorization",
      "cookie",   "session", "api-key", "api_key", "credential"};
  for (const std::string_view name : kNames) {
    std::size_t at = 0;
    while ((at = spec::Lower(text).find(name, at)) != std::string::npos) {
      at += name.size();
      bool plain = false;
      const std::size_t value = AssignedAt(text, at, plain);
      if (value != std::string::npos) HideFrom(text, value, plain);
    }
  }
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    std::size_t at = 0;
    while ((at = spec::Lower(text).find(scheme, at)) != std::string::npos) {
      at += scheme.size();
      HideFrom(text, at, false);
    }
  }
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (!IsBlank(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return std::string(http::Trimmed(line));
}

std::string TitleOf(std::string_view page) {
  const std::string lower = spec::Lower(page);
  const std::size_t tag = lower.find("<title");
  if (tag == std::string::npos) return {};
  const std::size_t begin = lower.find('>', tag);
  const std::size_t end = lower.find('<', begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return std::string(page.substr(begin + 1, end - begin - 1));
}

std::string MessageOf(const json& object) {
  for (const char* const name :
       {"message", "error_description", "error", "detail", "msg", "reason", "title"}) {
    const auto found = object.find(name);
    if (found == object.end()) continue;
    if (found->is_string() && !found->get_ref<const std::string&>().empty()) {
      return found->get<std::string>();
    }
    if (found->is_object() && found->contains("message") && (*found)["message"].is_string()) {
      return (*found)["message"].get<std::string>();
    }
  }
  return {};
}

std::string TextOf(std::string_view body) {
  if (IsMarkup(body)) return TitleOf(body.substr(0, kRead));
  if (body.size() <= kLargestJson) {
    const json object = json::parse(body, nullptr, false);
    if (object.is_object()) return MessageOf(object);
  }
  const std::string_view head = body.substr(0, kRead);
  return head.find('\0') == std::string_view::npos ? std::string(head) : std::string();
}

}  // namespace

Secrets::Secrets(const ports::MetricsConnection& connection) {
  const std::string token(http::Trimmed(connection.bearer_token));
  const std::string password(http::Trimmed(connection.basic_password));
  values_ = {token, password};
  if (!connection.basic_username.empty()) {
    values_.push_back(http::EncodeBase64(connection.basic_username + ":" + password));
  }
  for (const auto& [name, value] : connection.headers) {
    values_.emplace_back(http::Trimmed(value));
  }
  std::erase_if(values_, [](const std::string& value) { return value.empty(); });
  // So that no rest of one stays behind that holds another.
  std::ranges::sort(values_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Secrets::Hide(std::string text) const {
  for (const std::string& value : values_) ReplaceAll(text, value);
  return text;
}

std::string OwnWords(std::string_view body, const Secrets& secrets) {
  std::string text = secrets.Hide(TextOf(body));
  HideAssigned(text);
  return spec::BoundedUtf8(OneLine(text), kShown);
}

bool AsksToLogIn(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWords = {"login",  "log in",  "log-in",   "logon",
                                                       "signin", "sign in", "sign-in",  "sign_in",
                                                       "oauth",  "saml",    "authorize"};
  const std::string lower = spec::Lower(text.substr(0, kRead));
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool IsLoginPage(std::string_view body) {
  if (!IsMarkup(body)) return false;
  const std::string_view head = body.substr(0, kLargestJson);
  const std::string lower = spec::Lower(head);
  return AsksToLogIn(TitleOf(head)) || lower.find("type=\"password\"") != std::string::npos ||
         lower.find("type='password'") != std::string::npos;
}

}  // namespace slogate::adapters::prometheus
