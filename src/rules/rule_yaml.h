// Prometheus rules as values, and as text.
//
// Pure; callable from any thread.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::rules {

struct Rule {
  std::string record;  // exactly one of record and alert is set
  std::string alert;
  std::string expression;
  core::Labels labels;
  core::Labels annotations;  // of an alert
};

struct RuleGroup {
  std::string name;
  core::Duration interval{0};  // 0: Prometheus' own
  std::vector<Rule> rules;
  std::vector<std::string> remarks;  // what a reader has to know; comments of the text
};

// The recording and alerting rules of one SLO, in the order Prometheus has to evaluate them. Labels
// of the SLO that Prometheus would refuse, or that would hide slogate's own, are left out.
std::vector<RuleGroup> RulesOf(const core::ServiceLevelObjective& slo);

// A Prometheus rules file.
std::string ToRulesFile(const std::vector<RuleGroup>& groups);

// Of a Kubernetes object.
struct RuleObject {
  std::string name;
  std::string ns;  // empty: not given
  core::Labels labels;
  core::Labels annotations = {};
};

// A PrometheusRule (monitoring.coreos.com/v1) object.
std::string ToPrometheusRule(const std::vector<RuleGroup>& groups, const RuleObject& object);

// Numbers as PromQL and JSON write them.

// The shortest decimal within two units in the last place: 0.999, where 99.9 / 100 is
// 0.9990000000000001.
std::string NumberText(double value);

}  // namespace slogate::rules
