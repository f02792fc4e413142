#include "slogate/core/caveats.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "core/slo/findings.h"

namespace slogate::core {
namespace {

constexpr double kNoSpread = 0.005;

std::string OfPods(const FrozenObjective& objective) {
  const Calibration& seen = objective.calibration;
  if (seen.baseline_pods == 0) {
    return "series do not tell pods apart, so differences between pods are not measured and one "
           "bad "
           "node may be taken for a bad release";
  }
  if (seen.baseline_pods == 1) {
    return "one pod of the baseline had events, so differences between pods are not measured";
  }
  if (seen.canary_pods == 1) return "one canary pod: one bad node is taken for a bad release";
  return "";
}

std::string OfBatches(const FrozenObjective& objective, Duration block_length) {
  const Batches& batches = objective.parameters.batches;
  if (batches.longest == 0) return "";
  const std::string words = "events come in batches, one in " +
                            LengthInWords(batches.every * block_length) +
                            ", and are compared batch by batch";
  if (batches.spread < kNoSpread) return words;
  return words + "; their bad rates differ by " +
         std::to_string(std::lround(100 * batches.spread)) + " %, which is no fault";
}

std::string OfBounds(const FrozenObjective& objective) {
  if (objective.shift != Shift::kEnforce) return "";
  return "how latency varies at other bounds than the threshold is not measured, so a shift there "
         "takes twice the evidence";
}

// Objectives with the same caveat share a sentence.
class Sentences {
 public:
  void Add(const std::string& objective, const std::string& words) {
    if (words.empty()) return;
    for (std::string& sentence : sentences_) {
      const std::string_view all = sentence;
      if (!all.ends_with(": " + words)) continue;
      sentence.insert(all.size() - words.size() - 2, ", " + objective);
      return;
    }
    sentences_.push_back(objective + ": " + words);
  }

  std::vector<std::string> Take() { return std::move(sentences_); }

 private:
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> Caveats(const FrozenParameters& frozen) {
  Sentences sentences;
  for (const FrozenObjective& objective : frozen.objectives) {
    const Dispersion& dispersion = objective.parameters.dispersion;
    if (objective.mode != Mode::kEnforce || !(dispersion.measured || dispersion.given)) continue;
    sentences.Add(objective.name, OfPods(objective));
    sentences.Add(objective.name, OfBatches(objective, frozen.block_length));
    sentences.Add(objective.name, OfBounds(objective));
  }
  return sentences.Take();
}

}  // namespace slogate::core
