#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>

#include "app/cli/check/slo_check.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

// The same from one pipeline to the next, whatever the numbers: so GitLab tells new from old.
std::string Fingerprint(const std::string& identity) {
  std::string text;
  for (std::uint64_t hash : {0xcbf29ce484222325ULL, ~0xcbf29ce484222325ULL}) {
    for (const char c : identity) {  // FNV-1a
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
    char half[20];
    std::snprintf(half, sizeof(half), "%016llx", static_cast<unsigned long long>(hash));
    text += half;
  }
  return text;
}

// Entries of a code quality report.
class QualityReport {
 public:
  struct Entry {
    std::string path;
    int line = 0;
    std::string_view name;
    std::string_view severity;
    std::string subject;  // what stays when numbers change
    std::string description;
  };

  void Add(const Entry& entry) {
    std::string identity = entry.path + "\n" + std::string(entry.name) + "\n" + entry.subject;
    identity += "\n" + std::to_string(seen_[identity]++);
    list_.push_back(
        {{"description", entry.description},
         {"check_name", entry.name},
         {"fingerprint", Fingerprint(identity)},
         {"severity", entry.severity},
         {"location",
          {{"path", entry.path}, {"lines", {{"begin", entry.line > 0 ? entry.line : 1}}}}}});
  }

  void Print(std::ostream& out) const { PrintValue(list_, OutputFormat::kJson, out); }

 private:
  Json list_ = Json::array();
  std::map<std::string, int> seen_;
};

}  // namespace

void PrintRefusedGitlab(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out) {
  QualityReport report;
  for (const spec::Mistake& mistake : refusal.mistakes) {
    const std::string sentence = SentenceOf(mistake);
    report.Add({mistake.file.empty() ? "gate check" : Printable(FileIn(place, mistake.file)),
                mistake.line, "slogate/mistake", "blocker", sentence, sentence});
  }
  report.Print(out);
}

void PrintGitlab(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  QualityReport report;
  for (const CheckNotice& notice : NoticesOf(check)) {
    const NoticeWords words = WordsOf(notice.kind, check.strict);
    const std::string subject = SubjectOf(notice);
    report.Add({FileIn(place, notice.file), notice.line, words.name, words.severity, subject,
                subject + ": " + notice.message});
  }
  report.Print(out);
}

}  // namespace slogate::app
