#include "app/controller/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace slogate::app {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                  spdlog::level::err};
  return kLevels.at(static_cast<std::size_t>(level));
}

// Quoted, with control characters escaped and broken UTF-8 replaced.
std::string JsonString(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || std::ranges::any_of(text, [](char c) {
           return c <= ' ' || c == '"' || c == '\\' || c == '=' || c == '\x7f';
         });
}

std::string AsText(std::string_view message, Log::Fields fields) {
  std::string line(message);
  for (const Field& field : fields) {
    line.append(" ").append(field.key).append("=");
    line.append(NeedsQuotes(field.value) ? JsonString(field.value) : field.value);
  }
  return line;
}

std::string AsJson(std::string_view message, Log::Fields fields) {
  std::string line = "\"message\":" + JsonString(std::string(message));
  for (const Field& field : fields) {
    line += "," + JsonString(std::string(field.key)) + ":" + JsonString(field.value);
  }
  return line;
}

}  // namespace

struct Log::Impl {
  Impl(LogLevel least, LogFormat the_format, std::ostream& out)
      : format(the_format), logger("gate", std::make_shared<spdlog::sinks::ostream_sink_mt>(out)) {
    logger.set_level(LevelOf(least));
    logger.flush_on(spdlog::level::debug);
    const char* pattern = format == LogFormat::kJson
                              ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    logger.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  }

  const LogFormat format;
  spdlog::logger logger;
};

Log::Log(LogLevel least, LogFormat format, std::ostream& out)
    : impl_(std::make_unique<Impl>(least, format, out)) {}

Log::~Log() = default;

void Log::Write(LogLevel level, std::string_view message, Fields fields) {
  if (!impl_->logger.should_log(LevelOf(level))) return;
  try {
    const bool json = impl_->format == LogFormat::kJson;
    const std::string line = json ? AsJson(message, fields) : AsText(message, fields);
    impl_->logger.log(LevelOf(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (const std::exception&) {
    // No memory for the line; what it is about goes on.
  }
}

}  // namespace slogate::app
