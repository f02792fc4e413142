// The fields of a stored struct, each named once:
//
//   void Fields(auto& io, Of<core::PodWait> auto& wait) {
//     io.Time("since", wait.since, Given::kNeeded);
//     io.Time("lastSeen", wait.last_seen, Given::kNeeded);
//   }
//
// writes the struct when `io` is a FieldWriter, and reads it when it is a FieldReader. What has a
// form of its own has a function for each of the two.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "slogate/core/words.h"
#include "spec/text/object_reader.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::spec {

template <typename T, typename Struct>
concept Of = std::same_as<std::remove_const_t<T>, Struct>;

// kIfSet: left out where it is empty, zero or false. kNeeded: its absence is a mistake, since a
// default in its place would go on by other rules than before.
enum class Given { kIfSet, kAlways, kNeeded };

// Texts are cut at their limits and made valid UTF-8, whole numbers and lists are cut at their
// bounds: the result can always be read.
class FieldWriter {
 public:
  explicit FieldWriter(nlohmann::json& to) : object(to) {}

  void Text(const char* name, const std::string& text, std::size_t limit,
            Given given = Given::kIfSet) {
    if (given != Given::kIfSet || !text.empty()) object[name] = BoundedUtf8(text, limit);
  }
  void Texts(const char* name, const std::vector<std::string>& texts, std::size_t most,
             std::size_t limit) {
    for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
      object[name].push_back(BoundedUtf8(texts[i], limit));
    }
  }
  void Flag(const char* name, bool value, Given given = Given::kIfSet) {
    if (given != Given::kIfSet || value) object[name] = value;
  }
  template <std::integral T>
  void Integer(const char* name, T value, std::int64_t least, std::int64_t most,
               Given given = Given::kAlways) {
    if (given == Given::kIfSet && value == 0) return;
    object[name] = std::clamp(static_cast<std::int64_t>(value), least, most);
  }
  void Number(const char* name, double value, const Bounds&, Given given = Given::kAlways) {
    if (given != Given::kIfSet || value != 0) object[name] = value;
  }
  void Length(const char* name, core::Duration value, const DurationBounds&,
              Given given = Given::kAlways) {
    if (given != Given::kIfSet || value.count() > 0) object[name] = ToText(value);
  }
  void Time(const char* name, core::TimePoint time, Given given = Given::kIfSet) {
    if (given != Given::kIfSet || time != core::TimePoint{}) object[name] = ToText(time);
  }
  void Time(const char* name, const std::optional<core::TimePoint>& time) {
    if (time) object[name] = ToText(*time);
  }
  template <typename Enum>
  void Word(const char* name, Enum value, Given given = Given::kAlways) {
    if (given != Given::kIfSet || value != Enum{}) object[name] = core::ToString(value);
  }
  template <typename T>
  void Object(const char* name, const T& value, Given given = Given::kAlways) {
    if constexpr (std::equality_comparable<T>) {
      if (given == Given::kIfSet && value == T{}) return;
    }
    FieldWriter fields(object[name] = nlohmann::json::object());
    Fields(fields, value);
  }
  template <typename T>
  void Object(const char* name, const std::optional<T>& value) {
    if (value) Object(name, *value);
  }
  template <typename T>
  void List(const char* name, const std::vector<T>& items, const ListBounds& bounds,
            Given given = Given::kAlways) {
    if (given == Given::kIfSet && items.empty()) return;
    nlohmann::json& list = object[name] = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(items.size(), bounds.most); ++i) {
      FieldWriter fields(list.emplace_back(nlohmann::json::object()));
      Fields(fields, items[i]);
    }
  }

  // An object of its own for some of the struct's fields, which `fields` writes.
  void Part(const char* name, const auto& fields) {
    FieldWriter part(object[name]);
    fields(part);
  }

  // Whether the fields of a part are written: the part says. They are read wherever they are.
  bool Takes(bool part) const { return part; }

  nlohmann::json& object;
};

// What is absent stays as it is.
class FieldReader {
 public:
  explicit FieldReader(ObjectReader& from) : reader(from) {}

  void Text(const char* name, std::string& text, std::size_t limit, Given given = Given::kIfSet) {
    Need(name, given);
    text = reader.Text(name, limit).value_or(text);
  }
  void Texts(const char* name, std::vector<std::string>& texts, std::size_t most,
             std::size_t limit) {
    texts = reader.Texts(name, most, limit);
  }
  void Flag(const char* name, bool& value, Given given = Given::kIfSet) {
    Need(name, given);
    value = reader.Flag(name, value);
  }
  template <std::integral T>
  void Integer(const char* name, T& value, std::int64_t least, std::int64_t most,
               Given given = Given::kAlways) {
    Need(name, given);
    value = static_cast<T>(reader.Integer(name, static_cast<std::int64_t>(value), least, most));
  }
  void Number(const char* name, double& value, const Bounds& bounds, Given given = Given::kAlways) {
    Need(name, given);
    value = reader.Number(name, value, bounds);
  }
  void Length(const char* name, core::Duration& value, const DurationBounds& bounds,
              Given given = Given::kAlways) {
    Need(name, given);
    value = reader.Time(name, value, bounds);
  }
  void Time(const char* name, core::TimePoint& time, Given given = Given::kIfSet) {
    Need(name, given);
    const auto text = reader.Text(name, 64);
    if (!text) return;
    const auto read = ParseTime(*text);
    if (!read) reader.Report(name, "is not an instant", "");
    time = read.value_or(time);
  }
  void Time(const char* name, std::optional<core::TimePoint>& time) {
    if (reader.Has(name)) Time(name, time.emplace());
  }
  template <typename Enum>
  void Word(const char* name, Enum& value, Given given = Given::kAlways) {
    Need(name, given);
    value = reader.Word<Enum>(name).value_or(value);
  }
  template <typename T>
  void Object(const char* name, T& value, Given given = Given::kAlways) {
    if (given == Given::kIfSet && !reader.Has(name)) return;
    Need(name, given);
    Part(name, [&value](FieldReader& part) { Fields(part, value); });
  }
  template <typename T>
  void Object(const char* name, std::optional<T>& value) {
    if (reader.Has(name)) Object(name, value.emplace());
  }
  template <typename T>
  void List(const char* name, std::vector<T>& items, const ListBounds& bounds,
            Given given = Given::kAlways) {
    Need(name, given);
    reader.Each(name, bounds, [&](ObjectReader& item, std::size_t) {
      FieldReader fields(item);
      Fields(fields, items.emplace_back());
    });
  }

  void Part(const char* name, const auto& fields) {
    ObjectReader child = reader.Child(name);
    FieldReader part(child);
    fields(part);
  }

  bool Takes(bool) const { return true; }

  ObjectReader& reader;

 private:
  void Need(const char* name, Given given) {
    if (given == Given::kNeeded) reader.Require(name, "");
  }
};

}  // namespace slogate::spec
