// What a plain (unquoted) YAML scalar stands for.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "spec/text/mistake.h"

namespace slogate::spec {

// A boolean, a number (.inf and .nan included) or, failing that, the text itself.
nlohmann::json PlainScalar(const std::string& text);
// Whether it stands for the text itself.
bool IsPlainText(const std::string& text);

// YAML text -> JSON values that remember where each field was written.
//
// The one reader of YAML: nothing else includes yaml-cpp. Plain scalars mean what kubectl takes
// them for: yes and on are true. Anchors, aliases and merge keys (<<) work. Untrusted: size, depth
// and memory are limited, no exception leaves. Pure; callable from any thread.

struct Position {
  int line = 0;  // from 1; 0: unknown
  int column = 0;
};

struct YamlDocument {
  nlohmann::json value;
  Position start;
  std::map<std::string, Position> fields;  // by path, such as spec.steps[1].weight
  std::vector<Mistake> mistakes;           // keys given twice and the like; no file name
};

// Where a field, or the nearest thing around it, was written.
Position Locate(const YamlDocument& document, std::string_view field);

// Gives mistakes of fields of the document their file, line and column, and adds the document's
// own.
void PlaceMistakes(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& mistakes);
// By line and column.
void SortMistakes(std::vector<Mistake>& mistakes);

// What one text may cost. An alias takes a few bytes in the text and may stand for all of it, so
// values are counted with aliases written out.
struct YamlLimits {
  std::size_t bytes = 1U << 20U;         // of the text
  int depth = 32;                        // nested lists and mappings
  std::size_t nodes = 100'000;           // values and keys of all documents
  std::size_t written_out = 16U << 20U;  // bytes of scalars, keys and paths of all documents
};

enum class YamlScalars {
  kTyped,  // plain scalars are booleans and numbers where they look like it
  kText,   // they are texts as written
};

struct YamlText {
  std::vector<YamlDocument> documents;  // up to the first that is not YAML
  std::vector<Mistake> mistakes;        // at most one: why reading ended early; no file name
};

YamlText ReadYaml(std::string_view text, const YamlLimits& limits = {},
                  YamlScalars scalars = YamlScalars::kTyped);

// The objects of the documents: each item of a document that is a list, and of an object whose kind
// ends in List (as kubectl get gives it), becomes a document whose fields are named from the item
// on. Others stay as they are.
std::vector<YamlDocument> EachObject(std::vector<YamlDocument> documents);

// JSON values as the YAML that people write.

// Block style, indented by two; texts are quoted only where they would otherwise mean something
// else. ReadYaml gives the same value. An object or a list of any depth; empty ones in one line.
std::string ToYamlText(const nlohmann::ordered_json& value);

// The same as kubectl writes it: a list is not indented below its name. `scalar` writes what has no
// parts, names too.
std::string ToYamlText(const nlohmann::ordered_json& value,
                       const std::function<std::string(const nlohmann::ordered_json&)>& scalar);

// Whether a text means itself without quotes, and the text in quotes: single ones where it is
// printable ASCII.
bool IsPlainYaml(const std::string& text);
std::string QuotedYaml(const std::string& text);

}  // namespace slogate::spec
