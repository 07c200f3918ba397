// Writes the pages of the sample reports to a folder, to look at them in a browser. Usage:
// report_page_preview FOLDER
#include <filesystem>

#include <fmt/format.h>

#include "report/sample_report.h"
#include "report/terminal.h"
#include "report/write_report.h"

namespace {

bool write(const afterpatch::assess::HuntReport& hunt, const std::filesystem::path& dir) {
  const auto written = afterpatch::report::write_report(hunt, dir);
  if (!written) fmt::print(stderr, "{}\n", afterpatch::to_string(written.error()));
  fmt::print("{}\n",
             afterpatch::report::terminal_text(hunt, {.report_path = (dir / "report.html").string()}));
  return written.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  namespace report = afterpatch::report;
  const std::filesystem::path dir = argc > 1 ? argv[1] : "report-preview";
  const bool written =
      write(report::reentered_report(), dir / "reentered") &&
      write(report::two_waves_report(), dir / "waves") && write(report::clean_report(), dir / "clean") &&
      write(report::probed_with_gaps_report(), dir / "probed") &&
      write(report::empty_report(), dir / "empty") && write(report::hostile_report(), dir / "hostile");
  return written ? 0 : 1;
}
