// Names as Kubernetes and HTTP allow them, read with their fixes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "spec/text/object_reader.h"

namespace slogate::spec {

// Capitals of ASCII made small.
std::string Lower(std::string_view text);

// Of a Kubernetes object, in bytes.
inline constexpr std::size_t kLongestName = 253;

bool IsDnsLabel(std::string_view text);  // RFC 1123 label: at most 63 of a-z 0-9 -
// Name of most Kubernetes objects: parts of a-z 0-9 - joined by dots, at most 253 in all.
// Kubernetes sets a part no limit of its own.
bool IsDnsSubdomain(std::string_view text);
// Key of a Kubernetes label: at most 63 letters, digits and -_. with a letter or digit at both
// ends, after a domain and a slash if there is one.
bool IsLabelKey(std::string_view text);
bool IsHttpToken(std::string_view text);  // name of an HTTP header

// Whether a header's value comes from where secrets may stand.
enum class HeaderUse { kPlain, kSecret };

struct HeaderMistake {
  enum class Kind {
    kName,
    kValue,
    kAuthorization,  // has a place of its own everywhere
    kCredential,     // may only come from where secrets stand
  };
  Kind kind = Kind::kName;
  std::string problem;  // never has the value
  std::string fix;      // empty for credentials: it depends on where the header is written
};

// What is wrong with a header that is to be sent with every query; nothing: it may be. Refused are
// names of another kind, headers that slogate or the connection itself sets (RFC 9110, 7.6.1),
// credentials that have a place of their own, and control characters, which could smuggle in more.
std::optional<HeaderMistake> HeaderMistakeOf(const std::string& name, std::string_view value,
                                             HeaderUse use);

enum class NameRule { kDnsLabel, kDnsSubdomain };

// A name that must be there. Empty when it is not, or is unsound; both are reported.
std::string ReadName(ObjectReader& object, std::string_view field, NameRule rule,
                     const std::string& of_what);

// What is wrong with an http(s) base URL, or an empty string.
std::string UrlProblem(std::string_view url);

// Whether a URL's host is this machine for sure: localhost, [::1] or 127.x.y.z in full.
bool IsLoopbackHost(std::string_view host);

}  // namespace slogate::spec
