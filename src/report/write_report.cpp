#include "report/write_report.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "report/html.h"
#include "report/json.h"
#include "report/lines.h"

namespace afterpatch::report {
namespace {

constexpr const char* kNext =
    "give --report a folder that can be written and has room, then run again; the evidence is unchanged";

Result<void> write_part(const std::filesystem::path& path, const std::string& content) {
  Result<void> written = write_file(path, content);
  if (!written) written.error().next = kNext;
  return written;
}

// An earlier run may have hunted for others: their pages would speak of other evidence.
void remove_pages_of_other_campaigns(const std::filesystem::path& dir) {
  std::error_code error;
  std::vector<std::filesystem::path> old;
  for (std::filesystem::directory_iterator entry(dir, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool page = name.ends_with(".html") || name.ends_with(".json");
    if (page && name.starts_with("report-")) old.push_back(entry->path());
  }
  for (const auto& path : old) std::filesystem::remove(path, error);
}

}  // namespace

Result<void> make_report_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) return fail("the report's folder can't be made: " + error.message(), dir.string(), kNext);
  if (::access(dir.c_str(), W_OK | X_OK) == 0) return {};
  return fail("the report's folder can't be written to: " + std::generic_category().message(errno),
              dir.string(), kNext);
}

std::string page_file_of(const assess::HuntReport& other) {
  return "report-" + other.campaign + ".html";
}

Result<void> write_report(const assess::HuntReport& hunt, const std::filesystem::path& dir) {
  if (Result<void> made = make_report_folder(dir); !made) return made;
  std::error_code ignored;  // what can't be removed can't be replaced either, and that is told below
  std::filesystem::remove(dir / "report.html", ignored);
  remove_pages_of_other_campaigns(dir);
  if (Result<void> csv = write_part(dir / "detections.csv", csv_text(hunt)); !csv) return csv;
  if (Result<void> json = write_part(dir / "report.json", report_json(hunt)); !json) return json;
  for (const assess::HuntReport& other : hunt.other_campaigns) {
    const auto name = std::filesystem::path(page_file_of(other));
    auto page = write_part(dir / name, html_page(other));
    if (page)
      page = write_part(dir / std::filesystem::path(name).replace_extension(".json"), report_json(other));
    if (!page) return page;
  }
  return write_part(dir / "report.html", html_page(hunt));
}

}  // namespace afterpatch::report
