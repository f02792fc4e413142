// The parts of an OpenSLO text, one reader each. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slogate/core/slo.h"
#include "spec/foreign/foreign_form.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {

// All OpenSLO documents of a text, which name each other, and what is wrong with those that one
// SLO needs.
class OpenSloDocuments {
 public:
  // Keeps references to both.
  OpenSloDocuments(const std::vector<YamlDocument*>& documents, std::string file,
                   const ReadTerms& terms)
      : documents_(documents), file_(std::move(file)), terms_(terms) {}

  const std::string& file() const { return file_; }
  const ReadTerms& terms() const { return terms_; }
  // Whether something was named that no text has.
  bool misses() const { return misses_; }

  // Reads the spec of the named document; a mistake of `owner`.`field` when there is none, or when
  // several other texts have it.
  void Follow(ObjectReader& owner, std::string_view field, const std::string& kind,
              const std::string& name, const std::function<void(ObjectReader&, Remarks&)>& read);

  // Mistakes and remarks in the documents that were followed since the last call.
  void TakeFindings(std::vector<Mistake>& mistakes, std::vector<Mistake>& remarks);

 private:
  using ReadSpec = std::function<void(ObjectReader&, Remarks&)>;
  void Read(const YamlDocument& document, const std::string& file, const ReadSpec& read);

  const std::vector<YamlDocument*>& documents_;
  std::string file_;
  const ReadTerms& terms_;
  bool misses_ = false;
  std::vector<Mistake> mistakes_;
  std::vector<Mistake> remarks_;
};

// What an SLI's spec says: what to count, and where.
struct OpenSloIndicator {
  ForeignSli found;
  std::string address;  // of Prometheus; empty: not said
};
OpenSloIndicator ReadOpenSloIndicator(ObjectReader& spec, Remarks& remarks,
                                      OpenSloDocuments& documents);

// What a ratio of two sources counts: plain counters, or PromQL over {{.window}}. `ratio` has both
// queries; `counter`: the form says that they only rise.
ForeignSli CountRatio(ObjectReader& ratio, const ForeignQuery& total, const ForeignQuery& part,
                      bool part_is_good, bool counter, Remarks& remarks);

// `source`.query, PromQL on one line; empty when it is missing or unsound, as reported.
std::string ReadOpenSloQuery(ObjectReader& source);

// The whole of an SLO of openslo/v1alpha, in which each objective has its own ratio. Its objectives
// have the names that Sloth gives them.
core::ServiceLevelObjective ReadOpenSloAlpha(ObjectReader& object, Remarks& remarks,
                                             OpenSloDocuments& documents);

// The calendar of a window that begins with each `unit`: what cannot be kept is remarked on.
void RemarkOnCalendar(ObjectReader& window, std::optional<core::CalendarUnit> unit,
                      Remarks& remarks);

// Reports a method of budgeting other than by occurrences.
void ReadOpenSloMethod(ObjectReader& spec);

// An SLO with its name and labels, those that can be labels of Prometheus; and its title.
struct OpenSloHead {
  core::ServiceLevelObjective slo;
  std::string title = {};
};
OpenSloHead ReadOpenSloHead(ObjectReader& object, Remarks& remarks);

// The alert policies of an SLO's spec.
core::Alerting ReadOpenSloAlerting(ObjectReader& spec, Remarks& remarks,
                                   OpenSloDocuments& documents);

// A duration in OpenSLO's shorthand; those of months and more only of calendars. `otherwise`: when
// there is none.
core::BudgetWindow ReadOpenSloWindow(ObjectReader& spec, Remarks& remarks,
                                     core::Duration otherwise);

}  // namespace slogate::spec
