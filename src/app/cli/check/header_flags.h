// Headers that a person adds to every query, such as a tenant's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "slogate/core/policy.h"

namespace CLI {
class App;
}

namespace slogate::app {

struct HeaderFlags {
  std::vector<std::string> headers;  // each "NAME: VALUE"
  std::string file;                  // one of these a line; empty: none
};

// --header and --header-file.
void DeclareHeaders(CLI::App& parser, HeaderFlags& flags);

// Where the headers would go.
struct HeaderTarget {
  std::string host;            // for messages
  bool allowed = false;        // the person named this host
  bool keeps_private = false;  // https, or this machine
};

// Puts them over those of `headers` with the same name. Empty, or what is wrong and how to fix it,
// without a value. Without its headers a question could be answered for another tenant, so where
// they may not go nothing is asked: only hosts that the person named get them, and those of a file,
// which may be secrets, only over https or to this machine.
std::string AddHeaders(const HeaderFlags& flags, const HeaderTarget& target,
                       const FileReader& read_file, std::map<std::string, std::string>& headers);

// The first of these names that `headers` lack; empty: none.
std::string MissingHeader(const std::vector<core::SecretHeader>& wanted,
                          const std::map<std::string, std::string>& headers);

}  // namespace slogate::app
