#include <sys/auxv.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "servers.h"

namespace slogate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServer = "gate-server";

bool Serves(std::string_view command) { return command == "run" || command == "demo"; }

// Beside this program where it was built, in the folder of private programs where it is installed.
fs::path ServerOf(const fs::path& program) {
  const fs::path folder = program.parent_path();
  std::error_code ignored;
  const fs::path beside = folder / kServer;
  return fs::exists(beside, ignored) ? beside : folder.parent_path() / "lib" / "slogate" / kServer;
}

}  // namespace

void FillInServers(app::Adapters&) {}

std::string BecomeServer(char** arguments) {
  if (arguments[0] == nullptr || arguments[1] == nullptr || !Serves(arguments[1])) return "";
  // As the system found it, which is known without /proc, too.
  const auto* const called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  std::error_code error;
  const fs::path program = fs::canonical(called == nullptr ? "" : called, error);
  if (error) return "cannot tell where its own program is: " + error.message();
  const fs::path server = ServerOf(program);
  ::execv(server.c_str(), arguments);
  return "cannot start " + server.string() + ": " + std::strerror(errno) +
         "; install the whole package, of which it is a part";
}

}  // namespace slogate
