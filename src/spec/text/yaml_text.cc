#include "spec/text/yaml_text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestKeyShown = 60;
constexpr std::size_t kLongestPathShown = 1000;
// What readers keep of a document and of a mistake, roughly, besides its texts.
constexpr std::size_t kDocumentBytes = 4096;
constexpr std::size_t kMistakeBytes = 512;

Position ToPosition(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

// What a value takes of the limits.
struct Cost {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
};

Cost CostOf(const json& value) {
  Cost cost;
  if (value.is_string()) cost.bytes = value.get_ref<const std::string&>().size();
  if (!value.is_structured()) return cost;
  for (auto it = value.begin(); it != value.end(); ++it) {
    const Cost child = CostOf(*it);
    cost.nodes += child.nodes;
    cost.bytes += child.bytes + (value.is_object() ? it.key().size() : 0);
  }
  return cost;
}

// Well-formed YAML that is refused all the same.
class Refused : public YAML::ParserException {
 public:
  Refused(const YAML::Mark& where, const std::string& message, std::string how)
      : YAML::ParserException(where, message), fix(std::move(how)) {}
  std::string fix;
};

// Builds one document from the parser's events. Throws Refused, which ends the parser's work at
// once, when a limit is passed.
class DocumentBuilder : public YAML::EventHandler {
 public:
  // `spent` is what the documents before have cost.
  DocumentBuilder(const YamlLimits& limits, YamlScalars scalars, Cost& spent)
      : limits_(limits), scalars_(scalars), spent_(spent) {}

  YamlDocument Take() { return std::move(document_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    mark_ = mark;
    document_.start = ToPosition(mark);
    Spend({0, kDocumentBytes});
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    mark_ = mark;
    AddLeaf(anchor, "null", nullptr, false);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    mark_ = mark;
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    const bool as_text = quoted || scalars_ == YamlScalars::kText;
    AddLeaf(anchor, text, as_text ? json(text) : PlainScalar(text), !quoted && text == "<<");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    mark_ = mark;
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end()) {
      throw Refused(mark, "an alias stands inside its own anchor", "write the value out");
    }
    Spend(named->second.cost);
    if (AwaitsKey()) throw Refused(mark, "an alias cannot be a key", "write the key out");
    BeginValue();
    Place(named->second.value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    mark_ = mark;
    Open(anchor, json::array());
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    mark_ = mark;
    Open(anchor, json::object());
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
    bool merges = false;  // the key is <<
    json merged;          // what << stands for; null: there is none
    Position merge_position;
  };
  struct Anchored {
    json value;
    Cost cost;
  };

  void Spend(const Cost& cost) {
    spent_.nodes += cost.nodes;
    spent_.bytes += cost.bytes;
    if (spent_.nodes > limits_.nodes) {
      throw Refused(mark_, "has too many values", "use fewer aliases, or several files");
    }
    if (spent_.bytes > limits_.written_out) {
      throw Refused(mark_,
                    "takes more than " + std::to_string(limits_.written_out) +
                        " bytes with its aliases written out",
                    "use fewer or shorter aliases, or several files");
    }
  }

  bool AwaitsKey() const {
    return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key;
  }

  static std::string PathOf(const Frame& frame, const std::string& key) {
    return frame.path.empty() ? key : frame.path + "." + key;
  }

  // The path of the value about to come.
  std::string NextPath() const {
    if (stack_.empty()) return "";
    const Frame& frame = stack_.back();
    if (frame.value.is_array()) {
      return frame.path + "[" + std::to_string(frame.value.size()) + "]";
    }
    return PathOf(frame, frame.key);
  }

  void Remember(std::string path, const Position& position) {
    Spend({0, path.size()});
    document_.fields.emplace(std::move(path), position);
  }

  void BeginValue() {
    const bool keyed = !stack_.empty() && stack_.back().value.is_object();
    Remember(NextPath(), keyed ? stack_.back().key_position : ToPosition(mark_));
  }

  void AddLeaf(YAML::anchor_t anchor, const std::string& text, json value, bool merges) {
    Spend({1, text.size()});
    if (AwaitsKey()) {
      Frame& frame = stack_.back();
      frame.key = text;
      frame.key_position = ToPosition(mark_);
      frame.has_key = true;
      frame.merges = merges;
      return;
    }
    BeginValue();
    if (anchor != YAML::NullAnchor) Keep(anchor, value);
    Place(std::move(value));
  }

  void Open(YAML::anchor_t anchor, json empty) {
    Spend({});
    if (AwaitsKey()) throw Refused(mark_, "a key is a list or a mapping", "use a plain text");
    if (stack_.size() >= static_cast<std::size_t>(limits_.depth)) {
      throw Refused(mark_, "is too deeply nested",
                    "use at most " + std::to_string(limits_.depth) + " levels");
    }
    BeginValue();
    Frame frame;
    frame.path = NextPath();
    frame.value = std::move(empty);
    frame.anchor = anchor;
    stack_.push_back(std::move(frame));
  }

  void Close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    for (auto it = frame.merged.begin(); it != frame.merged.end(); ++it) {
      if (!frame.value.emplace(it.key(), std::move(*it)).second) continue;
      Remember(PathOf(frame, it.key()), frame.merge_position);
    }
    if (frame.anchor != YAML::NullAnchor) Keep(frame.anchor, frame.value);
    Place(std::move(frame.value));
  }

  void Keep(YAML::anchor_t anchor, const json& value) {
    const Cost cost = CostOf(value);
    Spend(cost);
    anchors_[anchor] = {value, cost};
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
    if (frame.merges) {
      Merge(frame, std::move(value));
    } else if (!frame.value.emplace(frame.key, std::move(value)).second) {
      Report(frame, "is given twice", "remove one");
    }
  }

  // Of a list the first mapping with a key wins; over all of them wins what the frame has itself,
  // before or after the <<.
  void Merge(Frame& frame, json value) {
    if (!frame.merged.is_null()) {
      Report(frame, "is given twice", "merge one list, such as <<: [*first, *second]");
      return;
    }
    frame.merged = json::object();
    frame.merge_position = frame.key_position;
    if (!value.is_array()) value = json::array({std::move(value)});
    for (json& mapping : value) {
      if (!mapping.is_object()) {
        Report(frame, "is not a mapping",
               "merge a mapping or a list of mappings, such as <<: *name");
        return;
      }
      for (auto it = mapping.begin(); it != mapping.end(); ++it) {
        frame.merged.emplace(it.key(), std::move(*it));
      }
    }
  }

  void Report(const Frame& frame, std::string message, std::string fix) {
    const std::string path = frame.path.empty() ? "" : frame.path + ".";
    const std::string field =
        BoundedUtf8(path, kLongestPathShown) + BoundedUtf8(frame.key, kLongestKeyShown);
    Spend({0, kMistakeBytes + field.size()});
    document_.mistakes.push_back({"", frame.key_position.line, frame.key_position.column, field,
                                  std::move(message), std::move(fix)});
  }

  const YamlLimits& limits_;
  const YamlScalars scalars_;
  Cost& spent_;
  YamlDocument document_;
  YAML::Mark mark_;  // of the latest event that has one
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

void ReadDocuments(std::string_view text, const YamlLimits& limits, YamlScalars scalars,
                   YamlText& read) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  Cost spent{0, 0};
  while (true) {
    DocumentBuilder builder(limits, scalars, spent);
    if (!parser.HandleNextDocument(builder)) return;
    read.documents.push_back(builder.Take());
  }
}

}  // namespace

YamlText ReadYaml(std::string_view text, const YamlLimits& limits, YamlScalars scalars) {
  YamlText read;
  if (text.size() > limits.bytes) {
    read.mistakes.push_back({"", 0, 0, "",
                             "is larger than " + std::to_string(limits.bytes) + " bytes",
                             "split it into several files"});
    return read;
  }
  try {
    ReadDocuments(text, limits, scalars, read);
  } catch (const Refused& error) {
    const Position position = ToPosition(error.mark);
    read.mistakes.push_back({"", position.line, position.column, "", error.msg, error.fix});
  } catch (const YAML::Exception& error) {
    read.mistakes.push_back(NotYaml(text, ToPosition(error.mark), BoundedUtf8(error.msg, 200)));
  } catch (const std::exception&) {
    read.mistakes.push_back(NotYaml(text, {}, "it is malformed"));
  }
  return read;
}

}  // namespace slogate::spec
