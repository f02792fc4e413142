#include "spec/text/object_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "spec/text/names.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMistakes = 100;
constexpr std::size_t kLongestShown = 60;
constexpr std::size_t kLongestField = 1000;

const json& EmptyObject() {
  static const json empty = json::object();
  return empty;
}

std::string_view TypeName(const json& value) {
  if (value.is_object()) return "a mapping";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "a text";
  if (value.is_boolean()) return "true or false";
  if (value.is_number()) return "a number";
  return "nothing";
}

std::string Shown(const json& value) {
  return BoundedUtf8(value.dump(-1, ' ', false, json::error_handler_t::replace), kLongestShown);
}

std::string Shown(double value) {
  const std::string text = json(value).dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

bool HasControlCharacter(std::string_view text) { return std::ranges::any_of(text, IsControl); }

std::string Fix(const Bounds& bounds) {
  const bool unbounded = bounds.most == std::numeric_limits<double>::max();
  const std::string least = Shown(bounds.least);
  if (unbounded)
    return "use a number " + (bounds.above_min ? "above " + least : least + " or more");
  if (!bounds.above_min) return "use a number from " + least + " to " + Shown(bounds.most);
  return "use a number above " + least + " and at most " + Shown(bounds.most);
}

bool Within(double value, const Bounds& bounds) {
  const bool enough = bounds.above_min ? value > bounds.least : value >= bounds.least;
  return enough && value <= bounds.most;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

ObjectReader::ObjectReader(const json& object, std::string path, std::vector<Mistake>& mistakes)
    : object_(object), path_(std::move(path)), mistakes_(mistakes) {
  if (!object_.is_object()) {
    Report("", "must be a mapping, is " + std::string(TypeName(object_)),
           "write its fields as name: value");
  }
}

std::string ObjectReader::Path(std::string_view name) const {
  if (name.empty()) return path_;
  if (path_.empty()) return std::string(name);
  return path_ + "." + std::string(name);
}

void ObjectReader::Report(std::string_view name, std::string message, std::string fix) {
  if (mistakes_.size() >= kMaxMistakes) return;
  // Names may be the user's own, in any bytes.
  mistakes_.push_back(
      {"", 0, 0, BoundedUtf8(Path(name), kLongestField), std::move(message), std::move(fix)});
}

const json* ObjectReader::Find(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.emplace_back(name);
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool ObjectReader::Has(std::string_view name) { return Find(name) != nullptr; }

bool ObjectReader::Require(std::string_view name, std::string fix) {
  if (Has(name)) return true;
  if (IsObject()) Report(name, "is missing", std::move(fix));
  return false;
}

const std::string* ObjectReader::ShortText(std::string_view name, std::size_t longest) {
  const json* value = Find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_string()) {
    const bool scalar = value->is_number() || value->is_boolean();
    Report(name, "must be a text, is " + std::string(TypeName(*value)),
           scalar ? "put it in quotes" : "write a text");
    return nullptr;
  }
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() <= longest) return &text;
  Report(name, "is longer than " + std::to_string(longest) + " bytes", "shorten it");
  return nullptr;
}

std::optional<std::string> ObjectReader::Text(std::string_view name, std::size_t longest) {
  const std::string* text = ShortText(name, longest);
  if (text == nullptr) return std::nullopt;
  if (IsUtf8(*text) && !HasControlCharacter(*text)) return *text;
  Report(name, "has control characters or is not UTF-8", "remove them");
  return std::nullopt;
}

std::optional<std::string> ObjectReader::AnyText(std::string_view name, std::size_t longest) {
  const std::string* text = ShortText(name, longest);
  if (text == nullptr) return std::nullopt;
  if (IsUtf8(*text)) return *text;
  Report(name, "is not UTF-8", "write it in UTF-8");
  return std::nullopt;
}

bool ObjectReader::IsText(std::string_view name) {
  const json* value = Find(name);
  return value != nullptr && value->is_string();
}

std::optional<std::string> ObjectReader::Scalar(std::string_view name) {
  const json* value = Find(name);
  if (value == nullptr || !(value->is_number() || value->is_boolean())) return std::nullopt;
  return value->dump();
}

double ObjectReader::Number(std::string_view name, double fallback, const Bounds& bounds) {
  const json* value = Find(name);
  if (value == nullptr) return fallback;
  if (!value->is_number()) {
    Report(name, "must be a number, is " + std::string(TypeName(*value)),
           value->is_string() ? "write a number without quotes or unit" : "write a number");
    return fallback;
  }
  const double number = value->get<double>();
  if (!std::isfinite(number)) {
    Report(name, "must be a finite number", Fix(bounds));
    return fallback;
  }
  if (!Within(number, bounds)) {
    Report(name, Shown(*value) + " is out of range", Fix(bounds));
    return fallback;
  }
  return number;
}

std::int64_t ObjectReader::Integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                                   std::int64_t most) {
  const json* value = Find(name);
  if (value == nullptr) return fallback;
  const std::string fix =
      "use a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  const bool whole =
      value->is_number_integer() ||
      (value->is_number_float() && value->get<double>() == std::trunc(value->get<double>()) &&
       std::fabs(value->get<double>()) < 9e15);
  if (!whole) {
    const std::string is = value->is_number()
                               ? Shown(*value) + " is not a whole number"
                               : "must be a whole number, is " + std::string(TypeName(*value));
    Report(name, is, value->is_string() ? fix + ", without quotes or unit" : fix);
    return fallback;
  }
  const bool too_big = value->is_number_unsigned() &&
                       value->get<std::uint64_t>() >
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::int64_t number = too_big ? 0 : value->get<std::int64_t>();
  if (too_big || number < least || number > most) {
    Report(name, Shown(*value) + " is out of range", fix);
    return fallback;
  }
  return number;
}

bool ObjectReader::Flag(std::string_view name, bool fallback) {
  const json* value = Find(name);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  Report(name, "must be true or false, is " + std::string(TypeName(*value)),
         "write true or false, without quotes");
  return fallback;
}

core::Duration ObjectReader::Time(std::string_view name, core::Duration fallback,
                                  const DurationBounds& bounds) {
  const json* value = Find(name);
  if (value == nullptr) return fallback;
  const std::string range = ToText(bounds.least) + " to " + ToText(bounds.most);
  const auto duration =
      value->is_string() ? ParseDuration(value->get_ref<const std::string&>()) : std::nullopt;
  if (!duration) {
    Report(name, Shown(*value) + " is not a duration",
           "write whole numbers with units, such as 30s, 5m, 1h30m or 30d");
    return fallback;
  }
  if (*duration < bounds.least || *duration > bounds.most) {
    Report(name, Shown(*value) + " is out of range", "use " + range);
    return fallback;
  }
  return *duration;
}

std::optional<std::string> ObjectReader::Choice(std::string_view name,
                                                const std::vector<std::string>& words) {
  const auto text = Text(name, kLongestShown);
  if (!text) return std::nullopt;
  if (std::ranges::find(words, *text) != words.end()) return text;
  const auto renamed = NewName(*text, words);
  const auto meant = Suggest(*text, words);
  Report(name, "'" + *text + "' is unknown",
         renamed ? "it is called " + *renamed + " now"
         : meant ? "did you mean " + *meant + "?"
                 : "use " + Joined(words));
  return std::nullopt;
}

ObjectReader ObjectReader::Child(std::string_view name) {
  const json* value = Find(name);
  return {value == nullptr ? EmptyObject() : *value, Path(name), mistakes_};
}

const json* ObjectReader::List(std::string_view name, const ListBounds& bounds) {
  const json* value = Find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    Report(name, "must be a list, is " + std::string(TypeName(*value)),
           "begin each item with a dash");
    return nullptr;
  }
  if (value->size() < bounds.least) {
    Report(name, "is empty", "give at least " + std::to_string(bounds.least) + " item");
    return nullptr;
  }
  if (value->size() > bounds.most) {
    Report(name, "has " + std::to_string(value->size()) + " items",
           "use at most " + std::to_string(bounds.most));
    return nullptr;
  }
  return value;
}

void ObjectReader::Each(std::string_view name, const ListBounds& bounds,
                        const std::function<void(ObjectReader&, std::size_t)>& read) {
  const json* list = List(name, bounds);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader item((*list)[i], Path(name) + "[" + std::to_string(i) + "]", mistakes_);
    read(item, i);
  }
}

std::vector<std::string> ObjectReader::Texts(std::string_view name, std::size_t most,
                                             std::size_t longest) {
  std::vector<std::string> texts;
  const json* list = List(name, {0, most});
  if (list == nullptr) return texts;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json item = {{"item", (*list)[i]}};
    ObjectReader reader(item, "", mistakes_);
    const std::size_t before = mistakes_.size();
    auto text = reader.Text("item", longest);
    for (std::size_t m = before; m < mistakes_.size(); ++m) {
      mistakes_[m].field = Path(name) + "[" + std::to_string(i) + "]";
    }
    if (text) texts.push_back(std::move(*text));
  }
  return texts;
}

std::vector<std::string> ObjectReader::Names() const {
  std::vector<std::string> names;
  if (!object_.is_object()) return names;
  for (const auto& [name, value] : object_.items()) names.push_back(name);
  return names;
}

void ObjectReader::WhenRefused(std::string_view name, std::string fix) {
  fixes_.insert_or_assign(std::string(name), std::move(fix));
}

std::string ObjectReader::FixOf(const std::string& refused) const {
  const auto fix = fixes_.find(refused);
  if (fix != fixes_.end()) return fix->second;
  if (const auto name = NewName(refused, known_)) return "it is called " + *name + " now";
  const auto meant = Suggest(refused, known_);
  return meant ? "did you mean " + *meant + "?" : "remove it, or use " + Joined(known_);
}

void ObjectReader::RefuseOthers(std::string_view of_what) {
  if (!object_.is_object()) return;
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    Report(BoundedUtf8(name, kLongestShown),
           "is not a field of " + (path_.empty() ? std::string(of_what) : path_), FixOf(name));
  }
}

std::string TextIn(const json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void ReadWords(ObjectReader& object,
               std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
  for (const auto& [field, expected] : words) {
    const std::string fix = "write " + std::string(field) + ": " + std::string(expected);
    if (!object.Require(field, fix)) continue;
    const auto value = object.Text(field, 512);
    if (value && *value != expected) object.Report(field, "'" + *value + "' is unknown", fix);
  }
}

ObjectHead ReadHead(ObjectReader& object, std::string_view kind, const char* whose) {
  ObjectHead head;
  ReadWords(object, {{"apiVersion", "slogate.dev/v1alpha1"}, {"kind", kind}});
  if (!object.Require("metadata", "give metadata.name")) return head;
  ObjectReader metadata = object.Child("metadata");
  if (!metadata.IsObject()) return head;
  head.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, whose);
  if (metadata.Has("namespace")) {
    head.ns = ReadName(metadata, "namespace", NameRule::kDnsLabel, "the namespace");
  }
  return head;
}

std::vector<std::string> FieldsOf(const std::function<void(ObjectReader&)>& read) {
  const nlohmann::json nothing = nlohmann::json::object();
  std::vector<Mistake> unheard;
  ObjectReader reader(nothing, "", unheard);
  read(reader);
  return reader.Known();
}

void ReferToSpec(ObjectReader& object, const std::vector<std::string>& fields_of_spec) {
  for (const std::string& field : fields_of_spec) object.WhenRefused(field, "put it under spec");
}

}  // namespace slogate::spec
