#include "app/hunt_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <ranges>

#include <fmt/format.h>

#include "app/exit_status.h"
#include "app/interrupt.h"
#include "app/progress_bar.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/evidence_timeline.h"
#include "report/json.h"
#include "report/lines.h"
#include "report/misp.h"
#include "report/navigator.h"
#include "report/stix.h"
#include "report/terminal.h"
#include "report/timesketch.h"
#include "report/words.h"
#include "report/write_report.h"

namespace afterpatch::app {
namespace {

bool colour_wanted() {
  return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

std::string result_text(const HuntCommand& command, const assess::HuntReport& report) {
  switch (command.format) {
    case HuntFormat::json:
      return report::report_json(report);
    case HuntFormat::jsonl:
      return report::jsonl_text(report);
    case HuntFormat::csv:
      return report::csv_text(report);
    case HuntFormat::timeline:
      return report::evidence_timeline(report);
    case HuntFormat::timesketch:
      return report::timesketch_jsonl(report);
    case HuntFormat::timesketch_csv:
      return report::timesketch_csv(report);
    case HuntFormat::stix:
      return report::stix_bundle(report, command.share);
    case HuntFormat::misp:
      return report::misp_event(report, command.share);
    case HuntFormat::attack:
      return report::navigator_layer(report);
    case HuntFormat::text:
      break;
  }
  report::TerminalOptions options;
  options.colour = colour_wanted();
  if (!command.report.empty()) options.report_path = (command.report / "report.html").string();
  return report::terminal_text(report, options);
}

// An author must see that a rule of theirs does something else than it seems to say.
void show_rule_notices(const std::vector<detect::RuleNotice>& notices, std::ostream& err) {
  constexpr std::size_t kMostShown = 10;
  for (const detect::RuleNotice& notice : notices | std::views::take(kMostShown)) {
    err << fmt::format("afterpatch: note: {}:{}: {}\n", escape_terminal(notice.file), notice.line,
                       escape_terminal(notice.text));
  }
  if (notices.size() > kMostShown) {
    err << fmt::format("afterpatch: note: {} more about rules; 'afterpatch rules check' shows them all\n",
                       notices.size() - kMostShown);
  }
}

bool reaches(const assess::HuntReport& report, assess::Compromise level) {
  return std::any_of(report.servers.begin(), report.servers.end(),
                     [&](const assess::ServerReport& server) { return server.verdict.compromise >= level; });
}

int status_of(const HuntCommand& command, const assess::HuntReport& report, std::ostream& err) {
  if (report.interrupted) {
    err << fmt::format("afterpatch: {}. Run it again to its end.\n",
                       report::interruption_words(*report.interrupted));
    return kInterrupted;
  }
  return command.fail_on && reaches(report, *command.fail_on) ? kFound : kSuccess;
}

int give_up(const Error& error, std::ostream& err) {
  err << "afterpatch: " << escape_terminal(to_string(error)) << '\n';
  return kCannotRun;
}

// A result may have taken hours: what can't be written to one place is still given at the other.
int deliver(const HuntCommand& command, const assess::HuntReport& report, std::ostream& out,
            std::ostream& err) {
  HuntCommand shown = command;
  Result<void> written;
  if (!command.report.empty()) written = report::write_report(report, command.report, command.share);
  if (!written) shown.report.clear();
  out << result_text(shown, report) << std::flush;
  if (!written) return give_up(written.error(), err);
  if (!out)
    return give_up(
        {"the result can't be written to standard output", "", "is the disk full or the pipe closed?"}, err);
  return status_of(command, report, err);
}

// One folder a server below the report folder: "1", "2", ... in the order of the sources.
Result<void> write_fleet(const HuntCommand& command, const report::Fleet& fleet) {
  if (command.report.empty()) return {};
  for (std::size_t i = 0; i < fleet.hunts.size(); ++i) {
    const auto folder = command.report / std::to_string(i + 1);
    if (auto written = report::write_report(fleet.hunts[i], folder, command.share); !written) return written;
  }
  return write_file(command.report / "fleet.json", report::fleet_json(fleet));
}

int run_fleet(const HuntCommand& command, std::ostream& out, std::ostream& err) {
  if (command.format != HuntFormat::text && command.format != HuntFormat::json)
    return give_up({"--fleet-report prints text or json", "", "leave --format out, or say --format json"},
                   err);
  Progress progress;
  Result<report::Fleet> fleet;
  {
    const InterruptGuard guard(progress);
    const ProgressBar bar(progress, hunt_stages(), !command.no_progress && isatty(STDERR_FILENO) == 1);
    fleet = hunt_fleet(command.hunt, progress);
  }
  if (!fleet) return give_up(fleet.error(), err);
  out << (command.format == HuntFormat::json ? report::fleet_json(*fleet) : report::fleet_text(*fleet))
      << std::flush;
  if (const auto written = write_fleet(command, *fleet); !written) return give_up(written.error(), err);
  if (progress.cancelled) return kInterrupted;
  const bool found = command.fail_on && std::ranges::any_of(fleet->hunts, [&](const auto& hunt) {
                       return reaches(hunt, *command.fail_on);
                     });
  return found ? kFound : kSuccess;
}

}  // namespace

int run_hunt(const HuntCommand& command, std::ostream& out, std::ostream& err) {
  if (command.fleet_report) return run_fleet(command, out, err);
  if (!command.report.empty()) {
    if (const auto made = report::make_report_folder(command.report); !made)
      return give_up(made.error(), err);
  }
  Progress progress;
  Result<assess::HuntReport> report;
  {
    const InterruptGuard guard(progress);
    const ProgressBar bar(progress, hunt_stages(), !command.no_progress && isatty(STDERR_FILENO) == 1);
    report = hunt(command.hunt, progress);
  }
  if (!report) {
    const int status = give_up(report.error(), err);
    return progress.cancelled ? kInterrupted : status;
  }
  show_rule_notices(report->rules.notices, err);
  return deliver(command, *report, out, err);
}

}  // namespace afterpatch::app
