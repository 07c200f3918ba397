#include "app/scan_report.h"

#include <ostream>

#include "app/filled_store.h"
#include "app/give_up.h"

namespace afterpatch::app {

int run_scan_report(const ScanReport& command, std::ostream& out, std::ostream& err) {
  const auto store = open_filled_store(command.store);
  if (!store) return give_up(store.error(), err);
  const auto picture = store::take_picture(**store, command.source);
  if (!picture) return give_up(picture.error(), err);
  if (picture->days.empty())
    return give_up(
        {"nothing was seen yet", command.store, command.source.empty() ? "" : "is --source right?"}, err);
  switch (command.format) {
    case ScanReport::Format::text:
      out << scan_report_text(*picture);
      break;
    case ScanReport::Format::json:
      out << scan_report_json(*picture);
      break;
    case ScanReport::Format::csv:
      out << scan_report_csv(*picture);
      break;
  }
  out << std::flush;
  return out ? kSuccess : give_up({"the report can't be written", "", "is the disk full?"}, err);
}

}  // namespace afterpatch::app
