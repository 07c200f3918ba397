#include "report/write_report.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "report/evidence_timeline.h"
#include "report/guide_markdown.h"
#include "report/html.h"
#include "report/json.h"
#include "report/lines.h"
#include "report/misp.h"
#include "report/navigator.h"
#include "report/stix.h"
#include "report/timesketch.h"

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

struct Part {
  const char* name;
  std::string (*text)(const assess::HuntReport& hunt, Share share);
};

// In this order. Each is made when its turn comes, since on a large server each is many megabytes.
constexpr Part kParts[] = {
    {"detections.csv", [](const assess::HuntReport& hunt, Share) { return csv_text(hunt); }},
    {"guide.md", [](const assess::HuntReport& hunt, Share) { return guide_markdown(hunt); }},
    {"timeline.csv", [](const assess::HuntReport& hunt, Share) { return evidence_timeline(hunt); }},
    {"timesketch.csv", [](const assess::HuntReport& hunt, Share) { return timesketch_csv(hunt); }},
    {"timesketch.jsonl", [](const assess::HuntReport& hunt, Share) { return timesketch_jsonl(hunt); }},
    {"report.stix.json", stix_bundle},
    {"report.misp.json", misp_event},
    {"report.attack.json", [](const assess::HuntReport& hunt, Share) { return navigator_layer(hunt); }},
    {"report.json", [](const assess::HuntReport& hunt, Share) { return report_json(hunt); }},
    {"report.html", [](const assess::HuntReport& hunt, Share) { return html_page(hunt); }},
};

Result<void> write_other_campaign(const assess::HuntReport& other, const std::filesystem::path& dir) {
  const std::filesystem::path page = dir / page_file_of(other);
  Result<void> written = write_part(page, html_page(other));
  if (!written) return written;
  return write_part(std::filesystem::path(page).replace_extension(".json"), report_json(other));
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

Result<void> write_report(const assess::HuntReport& hunt, const std::filesystem::path& dir, Share share) {
  if (Result<void> made = make_report_folder(dir); !made) return made;
  std::error_code ignored;  // what can't be removed can't be replaced either, and that is told below
  std::filesystem::remove(dir / "report.html", ignored);
  remove_pages_of_other_campaigns(dir);
  for (const assess::HuntReport& other : hunt.other_campaigns)
    if (Result<void> written = write_other_campaign(other, dir); !written) return written;
  for (const Part& part : kParts) {
    if (Result<void> written = write_part(dir / part.name, part.text(hunt, share)); !written) return written;
  }
  return {};
}

}  // namespace afterpatch::report
