#include "app/cli/check/header_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "app/cli/frame/command.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

constexpr std::size_t kMaxHeaders = 16;

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string FixOf(const spec::HeaderMistake& mistake) {
  using Kind = spec::HeaderMistake::Kind;
  if (mistake.kind == Kind::kAuthorization) {
    return "give it with --bearer-token-file or --basic-username";
  }
  return mistake.kind == Kind::kCredential ? "give it with --header-file" : mistake.fix;
}

// Reads the lines into headers, one by one.
class Adding {
 public:
  explicit Adding(std::map<std::string, std::string>& headers) : headers_(headers) {}

  // Empty, or what is wrong.
  std::string Add(std::string_view line, const std::string& where, spec::HeaderUse use) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return where + ": is no header; write it as 'NAME: VALUE', such as 'X-Scope-OrgID: shop'";
    }
    const std::string name(Trimmed(line.substr(0, colon)));
    const std::string value(Trimmed(line.substr(colon + 1)));
    if (value.empty()) return where + ": has no value; write it as 'NAME: VALUE'";
    if (const auto mistake = spec::HeaderMistakeOf(name, value, use)) {
      return where + ": " + mistake->problem + "; " + FixOf(*mistake);
    }
    if (!names_.insert(spec::Lower(name)).second) {
      return where + ": '" + name + "' is given twice; remove one";
    }
    if (names_.size() > kMaxHeaders) {
      return where + ": there are more than " + std::to_string(kMaxHeaders) + "; remove some";
    }
    std::erase_if(headers_, [&](const auto& header) {
      return spec::Lower(header.first) == spec::Lower(name);
    });
    headers_[name] = value;
    return "";
  }

 private:
  std::map<std::string, std::string>& headers_;
  std::set<std::string> names_;
};

}  // namespace

void DeclareHeaders(CLI::App& parser, HeaderFlags& flags) {
  parser
      .add_option("--header", flags.headers,
                  "'NAME: VALUE' sent with every query, such as 'X-Scope-OrgID: shop'")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  AddText(parser, "--header-file", flags.file, "The same, one a line, for values that are secret",
          "FILE");
}

std::string AddHeaders(const HeaderFlags& flags, const HeaderTarget& target,
                       const FileReader& read_file, std::map<std::string, std::string>& headers) {
  if (flags.headers.empty() && flags.file.empty()) return "";
  const std::string flag = flags.headers.empty() ? "--header-file" : "--header";
  if (!target.allowed) {
    return flag + ": headers are not sent to " + target.host +
           ", for its address comes from a file; give --allow-host " + target.host +
           " if it is yours";
  }
  Adding adding(headers);
  for (const std::string& line : flags.headers) {
    const std::string problem = adding.Add(line, "--header", spec::HeaderUse::kPlain);
    if (!problem.empty()) return problem;
  }
  if (flags.file.empty()) return "";
  if (!target.keeps_private) {
    return "--header-file: its headers are not sent to " + target.host +
           " over plain http; give an https address";
  }
  const ports::Result<std::string> text = read_file(flags.file);
  if (!text) return "--header-file: " + text.error().message;
  std::size_t number = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    ++number;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = Trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::string where = "--header-file: line " + std::to_string(number);
    const std::string problem = adding.Add(line, where, spec::HeaderUse::kSecret);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string MissingHeader(const std::vector<core::SecretHeader>& wanted,
                          const std::map<std::string, std::string>& headers) {
  for (const core::SecretHeader& header : wanted) {
    const bool found = std::ranges::any_of(headers, [&](const auto& given) {
      return spec::Lower(given.first) == spec::Lower(header.name);
    });
    if (!found) return header.name;
  }
  return "";
}

}  // namespace slogate::app
