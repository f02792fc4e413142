// Rollouts and what happened to them, as people and programs are shown them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/frame/output.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::app {

struct Column {
  std::string title;
  std::size_t fewest = 0;  // columns it may be cut to; 0: never cut
};

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// A table with two blanks between columns. Cells are cut, the widest first, where they may be and
// as far as the lines would be longer than `width`; absent: whole, for programs. Pure.
std::vector<Line> Table(const std::vector<Column>& columns,
                        const std::vector<std::vector<Cell>>& rows,
                        std::optional<std::size_t> width);

std::vector<Line> StatusTable(const std::vector<RolloutView>& views,
                              std::optional<std::size_t> width);

// One line that says what has changed: where the rollout is and why.
std::string StatusLine(const RolloutView& view);

// One rollout in full, for people.

// Lines of at most `columns` columns, from 40 on: phase and why, timeline, revisions, routes, each
// objective's counts and evidence, the newest decisions, and what a person can do. Pure.
std::vector<Line> StatusLines(const RolloutView& view, const std::vector<NextAct>& acts,
                              core::TimePoint now, std::size_t columns, Style style);

// One thing that happened. Texts are fit for a terminal.
struct Happening {
  ports::Key key;        // of the policy
  core::TimePoint at{};  // last, where it happened several times
  int count = 1;
  bool warning = false;
  std::string reason;
  std::string message;
  std::string decision;  // empty: known from the cluster's events alone
  int step = 0;          // counted from 1; 0: none
  int weight_percent = 0;
};

// Newest last. An event that tells of an entry of the history (same reason and message, within two
// minutes) is not reported twice. Pure.
std::vector<Happening> Happenings(const ports::PolicyRecord& record,
                                  const std::vector<ports::PolicyEvent>& events);

// Rollouts, and what they are judged by, as every command writes them in JSON. Fields are added,
// never renamed.

// What is said of an objective, why, and by which counts.
Json VerdictJson(const core::ObjectiveVerdict& verdict, std::optional<core::Mode> mode);

Json DecisionJson(const core::HistoryEntry& entry);

Json BudgetsJson(const std::vector<core::BudgetStatus>& budgets);

// Adds "calibration".
void PutCalibration(Json& json, const core::FrozenObjective& objective);

// Adds "calibration", and "cohorts" and "shift" where the objective has them. Of cohorts those
// that are worse or point to worse have counts, and those unseen a name.
void PutSlices(Json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict);

// A rollout as `gate status --output json` shows it.
Json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts);

}  // namespace slogate::app
