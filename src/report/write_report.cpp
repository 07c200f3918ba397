#include "report/write_report.h"

#include <string>
#include <system_error>

#include "base/file.h"
#include "report/html.h"
#include "report/json.h"
#include "report/lines.h"

namespace afterpatch::report {
namespace {

constexpr const char* kNext =
    "give --report a folder that can be written and has room, then run again; the evidence is unchanged";

Result<void> make_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (!error) return {};
  return fail("the report's folder can't be made: " + error.message(), dir.string(), kNext);
}

Result<void> write_part(const std::filesystem::path& path, const std::string& content) {
  Result<void> written = write_file(path, content);
  if (!written) written.error().next = kNext;
  return written;
}

}  // namespace

Result<void> write_report(const assess::HuntReport& hunt, const std::filesystem::path& dir) {
  if (Result<void> made = make_folder(dir); !made) return made;
  if (Result<void> csv = write_part(dir / "detections.csv", csv_text(hunt)); !csv) return csv;
  if (Result<void> json = write_part(dir / "report.json", report_json(hunt)); !json) return json;
  return write_part(dir / "report.html", html_page(hunt));
}

}  // namespace afterpatch::report
