#include "app/hunt_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "app/exit_status.h"
#include "app/progress_bar.h"
#include "base/escape.h"
#include "report/json.h"
#include "report/lines.h"
#include "report/terminal.h"
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
    case HuntFormat::text:
      break;
  }
  report::TerminalOptions options;
  options.colour = colour_wanted();
  if (!command.report.empty()) options.report_path = (command.report / "report.html").string();
  return report::terminal_text(report, options);
}

bool reaches(const assess::HuntReport& report, assess::Compromise level) {
  return std::any_of(report.servers.begin(), report.servers.end(),
                     [&](const assess::ServerReport& server) { return server.verdict.compromise >= level; });
}

int give_up(const Error& error, std::ostream& err) {
  err << "afterpatch: " << escape_terminal(to_string(error)) << '\n';
  return kCannotRun;
}

}  // namespace

int run_hunt(const HuntCommand& command, std::ostream& out, std::ostream& err) {
  Progress progress;
  Result<assess::HuntReport> report;
  {
    const ProgressBar bar(progress, hunt_stages(), !command.no_progress && isatty(STDERR_FILENO) == 1);
    report = hunt(command.hunt, progress);
  }
  if (!report) return give_up(report.error(), err);
  if (!command.report.empty()) {
    if (const auto written = report::write_report(*report, command.report); !written)
      return give_up(written.error(), err);
  }
  out << result_text(command, *report) << std::flush;
  if (!out)
    return give_up(
        {"the result can't be written to standard output", "", "is the disk full or the pipe closed?"}, err);
  return command.fail_on && reaches(*report, *command.fail_on) ? kFound : kSuccess;
}

}  // namespace afterpatch::app
