#include "spec/yaml_text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <tuple>
#include <utility>

#include "spec/utf8.h"
#include "spec/yaml_scalar.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestKeyShown = 60;
constexpr std::size_t kLongestPathShown = 1000;

Position ToPosition(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

std::size_t CountNodes(const json& value) {
  std::size_t count = 1;
  if (value.is_structured()) {
    for (const json& child : value) count += CountNodes(child);
  }
  return count;
}

// Well-formed YAML that is refused all the same.
class Refused : public YAML::ParserException {
 public:
  Refused(const YAML::Mark& where, const std::string& message, std::string how)
      : YAML::ParserException(where, message), mend(std::move(how)) {}
  std::string mend;
};

// Builds one document from the parser's events. Throws Refused, which ends the parser's work at
// once, when a limit is passed.
class DocumentBuilder : public YAML::EventHandler {
 public:
  DocumentBuilder(const YamlLimits& limits, std::size_t& nodes) : limits_(limits), nodes_(nodes) {}

  YamlDocument Take() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark& mark) override { document_.start = ToPosition(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    AddLeaf(mark, anchor, "null", nullptr);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    AddLeaf(mark, anchor, text, quoted ? json(text) : PlainScalar(text));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end()) {
      throw Refused(mark, "an alias stands inside its own anchor", "write the value out");
    }
    Spend(mark, named->second.nodes);
    if (AwaitsKey()) throw Refused(mark, "an alias cannot be a key", "write the key out");
    BeginValue(mark);
    Place(named->second.value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, json::array());
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, json::object());
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    json value;
    std::string path;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;
    std::string key;
    Position key_position;
  };
  struct Anchored {
    json value;
    std::size_t nodes = 0;
  };

  void Spend(const YAML::Mark& mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ <= limits_.nodes) return;
    throw Refused(mark, "has too many values", "use fewer aliases, or several files");
  }

  bool AwaitsKey() const {
    return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key;
  }

  // The path of the value about to come.
  std::string NextPath() const {
    if (stack_.empty()) return "";
    const Frame& frame = stack_.back();
    if (frame.value.is_array()) {
      return frame.path + "[" + std::to_string(frame.value.size()) + "]";
    }
    return frame.path.empty() ? frame.key : frame.path + "." + frame.key;
  }

  void BeginValue(const YAML::Mark& mark) {
    const bool keyed = !stack_.empty() && stack_.back().value.is_object();
    document_.fields.emplace(NextPath(), keyed ? stack_.back().key_position : ToPosition(mark));
  }

  void AddLeaf(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& text, json value) {
    Spend(mark, 1);
    if (AwaitsKey()) {
      Frame& frame = stack_.back();
      frame.key = text;
      frame.key_position = ToPosition(mark);
      frame.has_key = true;
      return;
    }
    BeginValue(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {value, 1};
    Place(std::move(value));
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, json empty) {
    Spend(mark, 1);
    if (AwaitsKey()) throw Refused(mark, "a key is a list or a mapping", "use a plain text");
    if (stack_.size() >= static_cast<std::size_t>(limits_.depth)) {
      throw Refused(mark, "is too deeply nested",
                    "use at most " + std::to_string(limits_.depth) + " levels");
    }
    BeginValue(mark);
    Frame frame;
    frame.path = NextPath();
    frame.value = std::move(empty);
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void Close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.anchor != YAML::NullAnchor) {
      anchors_[frame.anchor] = {frame.value, CountNodes(frame.value)};
    }
    Place(std::move(frame.value));
  }

  void Place(json value) {
    if (stack_.empty()) {
      document_.value = std::move(value);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.value.is_array()) {
      frame.value.push_back(std::move(value));
      return;
    }
    frame.has_key = false;
    if (frame.key == "<<") {
      Report(frame, "is a merge key", "write the fields out");
    } else if (!frame.value.emplace(frame.key, std::move(value)).second) {
      Report(frame, "is given twice", "remove one");
    }
  }

  void Report(const Frame& frame, std::string message, std::string mend) {
    const std::string path = frame.path.empty() ? "" : frame.path + ".";
    document_.mistakes.push_back(
        {"", frame.key_position.line, frame.key_position.column,
         BoundedUtf8(path, kLongestPathShown) + BoundedUtf8(frame.key, kLongestKeyShown),
         std::move(message), std::move(mend)});
  }

  const YamlLimits& limits_;
  std::size_t& nodes_;
  YamlDocument document_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
};

bool IsIndentedByTab(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

Mistake NotYaml(std::string_view text, const Position& position, const std::string& message) {
  return {"",
          position.line,
          position.column,
          "",
          "cannot be read as YAML: " + message,
          IsIndentedByTab(text, position.line)
              ? "indent with spaces instead of tabs"
              : "check indentation, quotes and brackets here and on the line before"};
}

void ReadDocuments(std::string_view text, const YamlLimits& limits, YamlText& read) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  std::size_t nodes = 0;
  while (true) {
    DocumentBuilder builder(limits, nodes);
    if (!parser.HandleNextDocument(builder)) return;
    read.documents.push_back(builder.Take());
  }
}

}  // namespace

Position Locate(const YamlDocument& document, std::string_view field) {
  while (!field.empty()) {
    const auto found = document.fields.find(std::string(field));
    if (found != document.fields.end()) return found->second;
    const std::size_t end = field.find_last_of(".[");
    field = field.substr(0, end == std::string_view::npos ? 0 : end);
  }
  return document.start;
}

void PlaceMistakes(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& mistakes) {
  for (Mistake& mistake : mistakes) {
    const Position position = Locate(document, mistake.field);
    mistake.line = position.line;
    mistake.column = position.column;
  }
  mistakes.insert(mistakes.end(), document.mistakes.begin(), document.mistakes.end());
  for (Mistake& mistake : mistakes) mistake.file = file;
}

void SortMistakes(std::vector<Mistake>& mistakes) {
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

YamlText ReadYaml(std::string_view text, const YamlLimits& limits) {
  YamlText read;
  if (text.size() > limits.bytes) {
    read.mistakes.push_back({"", 0, 0, "",
                             "is larger than " + std::to_string(limits.bytes) + " bytes",
                             "split it into several files"});
    return read;
  }
  try {
    ReadDocuments(text, limits, read);
  } catch (const Refused& error) {
    const Position position = ToPosition(error.mark);
    read.mistakes.push_back({"", position.line, position.column, "", error.msg, error.mend});
  } catch (const YAML::Exception& error) {
    read.mistakes.push_back(NotYaml(text, ToPosition(error.mark), BoundedUtf8(error.msg, 200)));
  } catch (const std::exception&) {
    read.mistakes.push_back(NotYaml(text, {}, "it is malformed"));
  }
  return read;
}

}  // namespace slogate::spec
