#include "app/cli/policy_file.h"

#include "spec/yaml_text.h"

namespace slogate::app {

ports::Result<std::string> ReadPolicyText(const std::string& path, const Adapters& adapters,
                                          Streams streams) {
  if (path != "-") return adapters.read_file(path);
  // One byte more than allowed lets the parser say that it is too much.
  std::string text(spec::YamlLimits{}.bytes + 1, '\0');
  streams.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(streams.in.gcount()));
  return text;
}

std::string DisplayName(const std::string& path) { return path == "-" ? "<stdin>" : path; }

}  // namespace slogate::app
