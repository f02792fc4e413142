// Flags that change how objectives are read, of every command that reads them. They have the names
// that Sloth gives them.
#pragma once

#include <string>
#include <vector>

#include "app/cli/frame/input_files.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace CLI {
class App;
}

namespace slogate::app {

class SloFlags {
 public:
  // --default-slo-period, --extra-labels and --disable-alerts.
  void Declare(CLI::App& parser);
  // The first alone, where nothing is written.
  void DeclarePeriod(CLI::App& parser);

  // Empty, or what is wrong with the flags and how to put it right.
  std::string Problem() const;

  // The window of objectives that give none. Without a problem only.
  core::Duration Window() const;

  // Adds the labels to every SLO, over labels of the same names, and switches alerts off.
  void Apply(std::vector<SloInput>& inputs) const;

 private:
  void Apply(core::ServiceLevelObjective& slo) const;

  std::string period_ = "30d";
  std::vector<std::string> labels_;
  bool no_alerts_ = false;
};

}  // namespace slogate::app
