#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t Fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

// The same from one pipeline to the next, whatever the numbers: so GitLab tells new from old.
std::string Fingerprint(const std::string& identity) {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
  char text[40];
  std::snprintf(text, sizeof(text), "%016llx%016llx",
                static_cast<unsigned long long>(Fnv1a(identity, kBasis)),
                static_cast<unsigned long long>(Fnv1a(identity, ~kBasis)));
  return text;
}

const char* SeverityOf(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return "blocker";
    case NoticeKind::kSourceFailed:
      return "critical";
    case NoticeKind::kNoData:
      return "major";
    case NoticeKind::kWarned:
      return "minor";
  }
  return "";
}

const char* CheckNameOf(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kBlocked:
      return "slogate/blocked";
    case NoticeKind::kSourceFailed:
      return "slogate/source-failed";
    case NoticeKind::kNoData:
      return "slogate/no-data";
    case NoticeKind::kWarned:
      return "slogate/warned";
  }
  return "";
}

}  // namespace

void PrintGitlab(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Json list = Json::array();
  std::map<std::string, int> seen;
  for (const CheckNotice& notice : NoticesOf(check)) {
    const std::string path = FileIn(place, notice.file);
    const std::string name = CheckNameOf(notice.kind);
    std::string identity = path + "\n" + name + "\n" + SubjectOf(notice);
    identity += "\n" + std::to_string(seen[identity]++);
    list.push_back({{"description", SubjectOf(notice) + ": " + notice.message},
                    {"check_name", name},
                    {"fingerprint", Fingerprint(identity)},
                    {"severity", SeverityOf(notice.kind)},
                    {"location",
                     {{"path", path}, {"lines", {{"begin", notice.line > 0 ? notice.line : 1}}}}}});
  }
  out << list.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace slogate::app
