// Names as Kubernetes and HTTP allow them, read with their fixes.
#pragma once

#include <string>
#include <string_view>

#include "spec/text/object_reader.h"

namespace slogate::spec {

// Capitals of ASCII made small.
std::string Lower(std::string_view text);

bool IsDnsLabel(std::string_view text);      // RFC 1123 label: at most 63 of a-z 0-9 -
bool IsDnsSubdomain(std::string_view text);  // labels joined by dots, at most 253
bool IsHttpToken(std::string_view text);     // name of an HTTP header

enum class NameRule { kDnsLabel, kDnsSubdomain };

// A name that must be there. Empty when it is not, or is unsound; both are reported.
std::string ReadName(ObjectReader& object, std::string_view field, NameRule rule,
                     const std::string& of_what);

// What is wrong with an http(s) base URL, or an empty string.
std::string UrlProblem(std::string_view url);

// Whether a URL's host is this machine for sure: localhost, [::1] or 127.x.y.z in full.
bool IsLoopbackHost(std::string_view host);

}  // namespace slogate::spec
