#include "adapters/kubernetes/watch_framer.h"

#include <optional>
#include <utility>

#include "adapters/kubernetes/api_error.h"
#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::kubernetes {
namespace {

std::optional<WatchEvent::Type> TypeOf(const std::string& name) {
  if (name == "ADDED") return WatchEvent::Type::kAdded;
  if (name == "MODIFIED") return WatchEvent::Type::kModified;
  if (name == "DELETED") return WatchEvent::Type::kDeleted;
  if (name == "BOOKMARK") return WatchEvent::Type::kBookmark;
  return std::nullopt;
}

WatchRefusal RefusalOf(const nlohmann::json& line) {
  WatchRefusal refusal;
  const std::int64_t code = NumberField(line, {"object", "code"});
  if (code > 0 && code < 1000) refusal.code = static_cast<int>(code);
  // Older servers tell an expired version only by its reason.
  const std::string reason = TextField(line, {"object", "reason"});
  if (refusal.code == 0 && (reason == "Expired" || reason == "Gone")) refusal.code = 410;
  refusal.message = ServerWords(TextField(line, {"object", "message"}));
  return refusal;
}

tl::unexpected<ports::Error> Malformed(const char* what) {
  return ports::Fail(ports::ErrorCode::kMalformedResponse, std::string("watch: ") + what);
}

bool Blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

ports::Result<WatchMessage> ParseWatchLine(std::string_view line) {
  nlohmann::json parsed = nlohmann::json::parse(line, nullptr, false);
  if (parsed.is_discarded()) return Malformed("a line is not JSON");
  const std::string name = TextField(parsed, {"type"});
  if (name == "ERROR") return RefusalOf(parsed);
  const auto type = TypeOf(name);
  if (!type) return Malformed("a line has no known type");
  if (TextField(parsed, {"object", "metadata", "resourceVersion"}).empty()) {
    return Malformed("an object has no resource version");
  }
  return WatchEvent{*type, std::move(parsed["object"])};
}

ports::Result<void> WatchFramer::Feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    if (begun_.size() + piece.size() > line_limit_) return Malformed("a line is too long");
    if (newline == std::string_view::npos) {
      begun_ += piece;
      return {};
    }
    bytes.remove_prefix(newline + 1);
    std::string_view line = piece;
    std::string whole;
    if (!begun_.empty()) {
      whole = std::exchange(begun_, {});
      whole += piece;
      line = whole;
    }
    if (Blank(line)) continue;
    auto message = ParseWatchLine(line);
    if (!message) return tl::unexpected(std::move(message.error()));
    if (!sink(std::move(*message))) return {};
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
