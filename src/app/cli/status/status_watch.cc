#include "app/cli/status/status_watch.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "app/cli/status/rollout_json.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/screen.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kBetweenChecks = std::chrono::seconds(1);
constexpr std::size_t kLongestGraph = 240;  // checks that are remembered
constexpr std::size_t kFewestPanelRows = 4;
constexpr int kStandardOutput = 1;

std::string NameOf(const RolloutView& view) { return view.ns + "/" + view.name; }

}  // namespace

StatusWatch::StatusWatch(DecisionContext context, Call call, const Adapters& adapters,
                         Streams streams, OutputFormat format)
    : check_(std::move(context)),
      call_(std::move(call)),
      adapters_(adapters),
      streams_(streams),
      format_(format) {}

void StatusWatch::Run(Pacer& pacer) {
  const bool on_screen =
      format_ == OutputFormat::kTable && adapters_.terminal && adapters_.terminal().interactive;
  if (on_screen) {
    RunOnScreen(pacer);
  } else {
    RunInLines(pacer);
  }
}

void StatusWatch::Update() {
  const ports::Result<std::vector<ports::PolicyRecord>> records = check_();
  problem_ = records ? "" : Printable(records.error().message);
  if (!records) return;
  views_.clear();
  for (const ports::PolicyRecord& record : *records) {
    RolloutView view = ViewOf(record, adapters_.clock->Now());
    std::vector<std::optional<int>>& weights = weights_[NameOf(view)];
    weights.push_back(view.weight_percent);
    if (weights.size() > kLongestGraph) weights.erase(weights.begin());
    view.weights_over_time = weights;
    views_.push_back(std::move(view));
  }
}

void StatusWatch::RunOnScreen(Pacer& pacer) {
  {
    Screen screen(streams_.out, kStandardOutput);
    do {
      Update();
      const Terminal terminal = adapters_.terminal();
      screen.Draw(Frame(terminal), terminal.rows);
    } while (pacer.Wait(kBetweenChecks));
  }
  // The screen is gone with all that it showed.
  for (const RolloutView& view : views_) {
    PrintWrapped("", StatusLine(view), streams_.out);
  }
}

std::vector<std::string> StatusWatch::Frame(const Terminal& terminal) const {
  const core::TimePoint now = adapters_.clock->Now();
  const auto columns = static_cast<std::size_t>(terminal.columns);
  const auto rows = static_cast<std::size_t>(terminal.rows) - 2;
  std::vector<std::string> body;
  if (views_.size() == 1) {
    const RolloutView& view = views_.front();
    const auto acts = NextActs(view, call_(view.ns));
    for (const Line& line : StatusLines(view, acts, now, columns, terminal.style)) {
      body.push_back(Render(line, terminal.style));
    }
  } else if (!views_.empty() && rows / views_.size() >= kFewestPanelRows) {
    const PanelSize size{columns, std::min<std::size_t>(rows / views_.size(), 9)};
    for (const RolloutView& view : views_) {
      for (std::string& line : RolloutPanel(view, size, terminal.style)) {
        body.push_back(std::move(line));
      }
    }
  } else {
    for (const Line& line : StatusTable(views_, columns)) {
      body.push_back(Render(line, terminal.style));
    }
  }
  if (body.size() > rows) body.resize(rows);
  const Line head = {
      {adapters_.program + " status  " + spec::ToSecondsText(now) + "  Ctrl-C ends", Tone::kDim}};
  const Line foot = {{problem_, Tone::kBad}};
  body.insert(body.begin(), Render(Cut(head, columns), terminal.style));
  if (!problem_.empty()) body.push_back(Render(Cut(foot, columns), terminal.style));
  return body;
}

void StatusWatch::RunInLines(Pacer& pacer) {
  do {
    Update();
    if (problem_ != reported_problem_ && !problem_.empty()) {
      streams_.err << adapters_.program << " status: " << problem_ << std::endl;
    }
    reported_problem_ = problem_;
    if (problem_.empty()) PrintChanges();
  } while (pacer.Wait(kBetweenChecks));
}

void StatusWatch::PrintChanges() {
  const std::string time = spec::ToSecondsText(adapters_.clock->Now());
  std::set<std::string> present;
  for (const RolloutView& view : views_) {
    const std::string name = NameOf(view);
    present.insert(name);
    const std::string line = StatusLine(view);
    if (std::exchange(reported_[name], line) == line) continue;
    if (format_ == OutputFormat::kTable) {
      streams_.out << time << " " << line << std::endl;
    } else {
      PrintStreamed(StatusObject(view, NextActs(view, call_(view.ns))), format_, streams_.out);
    }
  }
  for (auto it = reported_.begin(); it != reported_.end();) {
    if (present.contains(it->first)) {
      ++it;
      continue;
    }
    if (format_ == OutputFormat::kTable) {
      streams_.out << time << " " << it->first << " was removed" << std::endl;
    }
    it = reported_.erase(it);
  }
}

}  // namespace slogate::app
