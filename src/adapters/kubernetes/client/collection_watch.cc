#include "adapters/kubernetes/client/collection_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/http/printable.h"
#include "spec/text/units.h"

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

using nlohmann::json;
using ports::ErrorCode;
using std::chrono::steady_clock;

constexpr core::Duration kBrief{1'000};

unsigned Seed() { return std::random_device()(); }

}  // namespace

Backoff::Backoff(core::Duration first, core::Duration longest, unsigned seed)
    : first_(first), longest_(longest), length_(first), random_(seed) {}

core::Duration Backoff::Next() {
  const core::Duration::rep length = std::min(length_, longest_).count();
  std::uniform_int_distribution<core::Duration::rep> spread(length - length / 2, length);
  length_ = std::min(length_ * 2, longest_);
  return core::Duration(spread(random_));
}

std::optional<core::Duration> RetryAfter(const std::map<std::string, std::string>& headers) {
  const auto it = headers.find("retry-after");
  if (it == headers.end()) return std::nullopt;
  const auto seconds = spec::ParseNumber<int>(it->second);
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

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
    const std::string_view chunk = bytes.substr(0, newline);
    if (begun_.size() + chunk.size() > line_limit_) return Malformed("a line is too long");
    if (newline == std::string_view::npos) {
      begun_ += chunk;
      return {};
    }
    bytes.remove_prefix(newline + 1);
    std::string_view line = chunk;
    std::string whole;
    if (!begun_.empty()) {
      whole = std::exchange(begun_, {});
      whole += chunk;
      line = whole;
    }
    if (Blank(line)) continue;
    auto message = ParseWatchLine(line);
    if (!message) return tl::unexpected(std::move(message.error()));
    if (!sink(std::move(*message))) return {};
  }
  return {};
}

CollectionWatch::CollectionWatch(ApiTransport& transport, const KubeClient::Options& options,
                                 std::string path, const KubeClient::Listener& listener,
                                 const std::atomic<bool>& stop)
    : transport_(transport),
      options_(options),
      path_(std::move(path)),
      listener_(listener),
      stop_(stop),
      backoff_(options.first_backoff, options.longest_backoff, Seed()),
      lengths_(options.watch_length, options.watch_length, Seed()) {}

void CollectionWatch::Run() {
  while (!stop_.load()) {
    const auto thrown = http::ExceptionText([&] {
      if (!List()) return;
      while (!stop_.load() && Watch() == Next::kResume) {
      }
    });
    if (thrown) {
      After(Next::kListAnew,
            {ErrorCode::kInternal, transport_.Name("WATCH", path_) + ": " + *thrown});
    }
  }
}

bool CollectionWatch::List() {
  expired_between_pages_ = false;
  auto items = ReadPages(listener_.names_only ? 1 : options_.page_size);
  // Changes came faster than pages: one whole list cannot expire half-way.
  if (!items && expired_between_pages_ && !stop_.load()) items = ReadPages(0);
  if (stop_.load()) return false;
  if (!items) {
    After(Next::kListAnew, items.error());
    return false;
  }
  listener_.on_list(*items);
  return true;
}

ports::Result<json> CollectionWatch::ReadPages(int page_size) {
  json items = json::array();
  std::string token;
  do {
    auto page = ReadPage(page_size, token);
    if (!page) return page;
    json& found = (*page)["items"];
    for (json& item : found) items.push_back(std::move(item));
    version_ = TextField(*page, {"metadata", "resourceVersion"});
    std::string next = TextField(*page, {"metadata", "continue"});
    if (!next.empty() && next == token) {
      return ports::Fail(ErrorCode::kMalformedResponse,
                         transport_.Name("LIST", path_) + ": the list never ends");
    }
    token = std::move(next);
    // The version of the first page is that of them all.
    if (listener_.names_only) break;
  } while (!token.empty() && !stop_.load());
  return items;
}

ports::Result<json> CollectionWatch::ReadPage(int page_size, const std::string& token) {
  std::string query = "limit=" + std::to_string(page_size);
  if (!token.empty()) query += "&continue=" + http::PercentEncoded(token);
  const std::string name = transport_.Name("LIST", path_);
  const auto response = transport_.Send(CallOf(query, "PartialObjectMetadataList"), stop_);
  if (!response) return tl::unexpected(response.error());
  if (response->status != 200) {
    expired_between_pages_ = response->status == 410 && !token.empty();
    return tl::unexpected(FromResponse(name, *response));
  }
  json page = json::parse(response->body, nullptr, false);
  const json& items = Field(page, {"items"});
  if (!page.is_object() || !(items.is_array() || items.is_null()) ||
      TextField(page, {"metadata", "resourceVersion"}).empty()) {
    return ports::Fail(ErrorCode::kMalformedResponse, name + ": the answer is not a list");
  }
  return page;
}

CollectionWatch::Next CollectionWatch::Watch() {
  const auto length = std::chrono::ceil<std::chrono::seconds>(lengths_.Next());
  const ApiTransport::Call call =
      CallOf("watch=1&allowWatchBookmarks=true&resourceVersion=" + http::PercentEncoded(version_) +
                 "&timeoutSeconds=" + std::to_string(length.count()),
             "PartialObjectMetadata");
  WatchFramer framer;
  Ending ending;
  const auto begun = steady_clock::now();
  const auto response = transport_.Stream(
      call, length + options_.watch_grace,
      [&](std::string_view bytes) { return Take(bytes, framer, ending); }, stop_);
  const bool brief = steady_clock::now() - begun < kBrief;
  if (ending.heard) backoff_.Reset();
  if (stop_.load()) return Next::kResume;
  return Judge(response, framer, ending, brief);
}

bool CollectionWatch::Take(std::string_view bytes, WatchFramer& framer, Ending& ending) {
  const auto thrown = http::ExceptionText([&] {
    const auto fed = framer.Feed(
        bytes, [&](WatchMessage message) { return TakeMessage(std::move(message), ending); });
    if (!fed) ending.broken = fed.error();
  });
  // What the listener missed is part of the next list.
  if (thrown) ending.broken = ports::Error{ErrorCode::kInternal, *thrown};
  return !ending.broken && !ending.refusal && !stop_.load();
}

bool CollectionWatch::TakeMessage(WatchMessage message, Ending& ending) {
  if (auto* refusal = std::get_if<WatchRefusal>(&message)) {
    ending.refusal = std::move(*refusal);
    return false;
  }
  if (BeforeEvent(stop_)) {
    ending.refusal = WatchRefusal{410, "events were left out"};
    return false;
  }
  const auto& event = std::get<WatchEvent>(message);
  ending.heard = true;
  version_ = TextField(event.object, {"metadata", "resourceVersion"});
  listener_.on_event(event);
  return !stop_.load();
}

CollectionWatch::Next CollectionWatch::Judge(const http::HttpResult<http::Response>& response,
                                             const WatchFramer& framer, const Ending& ending,
                                             bool brief) {
  const std::string name = transport_.Name("WATCH", path_);
  if (ending.broken) {
    return After(Next::kListAnew,
                 ports::Error{ending.broken->code, name + ": " + ending.broken->message});
  }
  if (ending.refusal) {
    const std::string code = std::to_string(ending.refusal->code);
    return After(Next::kListAnew, ports::Error{ErrorCode::kUnavailable,
                                               name + ": " + code + " " + ending.refusal->message});
  }
  if (!response) return After(Next::kResume, FromHttpError(name, response.error()));
  if (response->status != 200) return JudgeStatus(*response);
  if (framer.inside_line()) {
    return After(Next::kResume,
                 ports::Error{ErrorCode::kUnavailable, name + ": ended inside an event"});
  }
  if (brief && !ending.heard) {
    return After(Next::kResume, ports::Error{ErrorCode::kUnavailable, name + ": ended at once"});
  }
  backoff_.Reset();
  return Next::kResume;
}

CollectionWatch::Next CollectionWatch::JudgeStatus(const http::Response& response) {
  const ports::Error error = FromResponse(transport_.Name("WATCH", path_), response);
  const int status = response.status;
  // The version is still good after these; after any other it may be what is refused.
  const bool passing = status == 401 || status == 403 || status == 429 || status >= 500;
  return After(passing ? Next::kResume : Next::kListAnew, error, RetryAfter(response.headers));
}

CollectionWatch::Next CollectionWatch::After(Next next, const ports::Error& error,
                                             std::optional<core::Duration> requested) {
  if (stop_.load()) return next;
  if (listener_.on_failure) listener_.on_failure(error);
  const core::Duration own = backoff_.Next();
  const core::Duration wait =
      requested ? std::max(own, std::min(*requested, options_.longest_backoff)) : own;
  WaitUnlessStopped(wait, stop_);
  return next;
}

ApiTransport::Call CollectionWatch::CallOf(const std::string& query,
                                           const char* list_or_object) const {
  ApiTransport::Call call;
  call.path = path_ + (path_.find('?') == std::string::npos ? '?' : '&') + query;
  if (listener_.names_only) {
    call.accept += std::string(";as=") + list_or_object + ";v=v1;g=meta.k8s.io,application/json";
  }
  return call;
}

}  // namespace slogate::adapters::kubernetes
