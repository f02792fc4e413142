// What a stranger's answer says, made fit for a message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

// What a connection keeps to itself: tokens, passwords and the values of headers.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(const ports::MetricsConnection& connection);

  // `text` with "..." for each of them. One of fewer than six characters, such as a tenant's name,
  // is only replaced where it is a word of its own.
  std::string Hide(std::string text) const;

 private:
  std::vector<std::string> values_;
};

// What a body says, for a person: the message of a JSON object, the title of a web page, or plain
// text; at most 200 bytes of one line, all printable, without the secrets and
// without what stands behind "password=" and the like. Empty: nothing. Pure; never throws on any
// text.
std::string OwnWords(std::string_view body, const Secrets& secrets);

// Whether an address or a page's text asks a person to log in.
bool AsksToLogIn(std::string_view text);

// Likewise a whole page, by its title or a field for a password.
bool IsLoginPage(std::string_view body);

}  // namespace slogate::adapters::prometheus
