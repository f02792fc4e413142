// Reads one JSON object field by field, and gathers every mistake instead of stopping at the first.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "spec/text/mistake.h"

namespace slogate::spec {

struct Bounds {
  double least = 0;
  double most = std::numeric_limits<double>::max();
  bool above_min = false;  // `least` itself is refused
};

struct DurationBounds {
  core::Duration least{0};
  core::Duration most{0};
};

// How many items a list may have.
struct ListBounds {
  std::size_t least = 0;
  std::size_t most = 0;
};

// A getter gives the field's value, or `fallback` when it is absent (or null) or unusable; the
// latter is a mistake. Reading from something that is not an object gives fallbacks only: that
// mistake is reported once, when the reader is made. Keeps references to its arguments.
class ObjectReader {
 public:
  // `path` is what users call the object, such as spec.steps[1].
  ObjectReader(const nlohmann::json& object, std::string path, std::vector<Mistake>& mistakes);

  bool IsObject() const { return object_.is_object(); }
  bool Has(std::string_view name);
  std::string Path(std::string_view name) const;
  void Report(std::string_view name, std::string message, std::string fix);

  std::size_t MistakeCount() const { return mistakes_.size(); }

  // Absence of a field becomes a mistake with this fix; true when the field is there.
  bool Require(std::string_view name, std::string fix);

  // At most `longest` bytes of UTF-8 without control characters.
  std::optional<std::string> Text(std::string_view name, std::size_t longest);
  // The same, control characters and all.
  std::optional<std::string> AnyText(std::string_view name, std::size_t longest);
  bool IsText(std::string_view name);
  // A number or a boolean as text; std::nullopt for everything else, without a word.
  std::optional<std::string> Scalar(std::string_view name);
  double Number(std::string_view name, double fallback, const Bounds& bounds);
  std::int64_t Integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                       std::int64_t most);
  bool Flag(std::string_view name, bool fallback);
  core::Duration Time(std::string_view name, core::Duration fallback, const DurationBounds& bounds);

  // One of the words of an enumeration of the core.
  template <typename Enum>
  std::optional<Enum> Word(std::string_view name) {
    const auto word = Choice(name, WordsOf<Enum>());
    return word ? core::FromString<Enum>(*word) : std::nullopt;
  }
  std::optional<std::string> Choice(std::string_view name, const std::vector<std::string>& words);

  // The object under the name, for reading; absent gives an empty object whose fields are all
  // absent.
  ObjectReader Child(std::string_view name);

  // Reads the object under the name into `value`, when there is one, and reports its fields that
  // `read` does not ask for.
  template <typename Value, typename Read>
  void Part(std::string_view name, Value& value, const Read& read) {
    if (!Has(name)) return;
    ObjectReader part = Child(name);
    if (!part.IsObject()) return;
    if constexpr (requires { value.emplace(); }) {
      read(part, value.emplace());
    } else {
      read(part, value);
    }
    part.RefuseOthers();
  }

  // Calls `read` for each object of the list, with its place.
  void Each(std::string_view name, const ListBounds& bounds,
            const std::function<void(ObjectReader&, std::size_t)>& read);
  std::vector<std::string> Texts(std::string_view name, std::size_t most, std::size_t longest);

  // The list under the name, or nullptr when it is absent or unusable.
  const nlohmann::json* List(std::string_view name, const ListBounds& bounds);

  // The names of all fields, for objects whose names are the user's own.
  std::vector<std::string> Names() const;

  // What to answer of a field of this name, should nobody ask for it.
  void WhenRefused(std::string_view name, std::string fix);
  // The names of all fields that were asked for.
  const std::vector<std::string>& Known() const { return known_; }

  // Reports every field that nobody asked for. `of_what`: the object without a path.
  void RefuseOthers(std::string_view of_what = "a RolloutPolicy");

 private:
  template <typename Enum>
  static std::vector<std::string> WordsOf() {
    std::vector<std::string> words;
    for (int i = 0; !core::ToString(static_cast<Enum>(i)).empty(); ++i) {
      words.emplace_back(core::ToString(static_cast<Enum>(i)));
    }
    return words;
  }

  const nlohmann::json* Find(std::string_view name);
  std::string FixOf(const std::string& refused) const;
  // The text under the name when it is one of at most `longest` bytes.
  const std::string* ShortText(std::string_view name, std::size_t longest);

  const nlohmann::json& object_;
  std::string path_;
  std::vector<Mistake>& mistakes_;
  std::vector<std::string> known_;
  std::map<std::string, std::string, std::less<>> fixes_;  // of fields that may be refused
};

// Reports a name that one of `others` has already.
template <typename Items>
void RefuseTwin(ObjectReader& item, const std::string& name, const Items& others) {
  for (const auto& other : others) {
    if (name.empty() || other.name != name) continue;
    return item.Report("name", "'" + name + "' is listed twice", "give each its own name");
  }
}

// The text under the name; empty when there is none, or `object` is no object.
std::string TextIn(const nlohmann::json& object, const char* name);

// What every object of slogate begins with.

struct ObjectHead {
  std::string name;
  std::string ns;  // empty: not given
};

// Reports each of these fields that does not have its one value.
void ReadWords(ObjectReader& object,
               std::initializer_list<std::pair<std::string_view, std::string_view>> words);

// Reports an apiVersion that is not slogate's, another kind, and metadata without a sound name.
// `whose`: of what the name is, as in "the policy".
ObjectHead ReadHead(ObjectReader& object, std::string_view kind, const char* whose);

// The fields that `read` asks for.
std::vector<std::string> FieldsOf(const std::function<void(ObjectReader&)>& read);
// Fields of the spec that are written beside it are referred there.
void ReferToSpec(ObjectReader& object, const std::vector<std::string>& fields_of_spec);

}  // namespace slogate::spec
