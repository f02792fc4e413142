// The parts of an OpenSLO text, one reader each. Pure.
#pragma once

#include <functional>
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
  OpenSloDocuments(const std::vector<const YamlDocument*>& documents, std::string file)
      : documents_(documents), file_(std::move(file)) {}

  const std::string& file() const { return file_; }

  // Reads the spec of the named document; a mistake of `owner`.`field` when there is none.
  void Follow(ObjectReader& owner, std::string_view field, const std::string& kind,
              const std::string& name, const std::function<void(ObjectReader&, Remarks&)>& read);

  // Mistakes and remarks in the documents that were followed since the last call.
  void TakeFindings(std::vector<Mistake>& mistakes, std::vector<Mistake>& remarks);

 private:
  const std::vector<const YamlDocument*>& documents_;
  std::string file_;
  std::vector<Mistake> mistakes_;
  std::vector<Mistake> remarks_;
};

// What an SLI's spec says: what to count, and where.
struct OpenSloIndicator {
  core::Sli sli;
  std::string address;  // of Prometheus; empty: not said
};
OpenSloIndicator ReadOpenSloIndicator(ObjectReader& spec, Remarks& remarks,
                                      OpenSloDocuments& documents);

// The alert policies of an SLO's spec.
core::Alerting ReadOpenSloAlerting(ObjectReader& spec, Remarks& remarks,
                                   OpenSloDocuments& documents);

// A duration in OpenSLO's shorthand; those of months and more only of calendars.
core::BudgetWindow ReadOpenSloWindow(ObjectReader& spec, Remarks& remarks);

}  // namespace slogate::spec
