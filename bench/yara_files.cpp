// Scans every file of a folder with YARA rules as Afterpatch does, and prints matches as `yara -r` does:
// "rule path". For bench/compare-files: the same rules over the same files, without the rest of a hunt.
//
// Usage: yara_files RULES FOLDER THREADS [off|when-it-pays|at-once]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/ordered_pool.h"
#include "detect/files/yara_rules.h"
#include "evidence/byte_stream.h"

namespace {

using namespace afterpatch;
using detect::files::YaraRouting;
using detect::files::YaraScanner;

std::vector<evidence::Artefact> files_below(const std::filesystem::path& folder) {
  std::vector<evidence::Artefact> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    evidence::Artefact file;
    file.file = entry.path();
    file.path = entry.path().string();
    file.windows_path = evidence::to_windows_path(file.path);
    file.size = entry.file_size();
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::vector<YaraScanner> make_scanners(const detect::files::YaraRules& rules, unsigned threads,
                                       YaraRouting routing) {
  std::vector<YaraScanner> scanners;
  for (unsigned i = 0; i < threads; ++i) {
    auto scanner = YaraScanner::make(rules, {.seconds_per_file = 600, .routing = routing});
    if (scanner) scanners.push_back(std::move(*scanner));
  }
  return scanners;
}

std::string scan(const evidence::Artefact& file, YaraScanner& scanner) {
  const auto content = evidence::read_content(file, 1ULL << 30U);
  std::string lines;
  if (!content) return lines;
  const auto found =
      scanner.scan({.bytes = content->bytes, .path = file.path, .windows_path = file.windows_path});
  for (const auto& claim : found.claims) lines += fmt::format("{} {}\n", claim.rule_id, file.path);
  return lines;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string word = argc > 4 ? argv[4] : "when-it-pays";
  const YaraRouting routing = word == "off"       ? YaraRouting::off
                              : word == "at-once" ? YaraRouting::at_once
                                                  : YaraRouting::when_it_pays;
  detect::RuleReport report;
  const auto rules = detect::files::YaraRules::compile({{argv[1], {}}}, report);
  if (!rules) return 2;
  for (const auto& refused : report.refused)
    fmt::print(stderr, "refused {}:{} {} {}\n", refused.file, refused.line, refused.rule, refused.reason);
  fmt::print(stderr, "{} rules\n", report.loaded);
  const unsigned threads = static_cast<unsigned>(std::max(1, std::atoi(argv[3])));
  auto scanners = make_scanners(*rules, threads, routing);
  OrderedPool<const evidence::Artefact*, std::string> pool(
      threads,
      [&](const evidence::Artefact*&& file, unsigned thread) { return scan(*file, scanners[thread]); },
      [](std::string&& lines) { std::fputs(lines.c_str(), stdout); }, 64);
  const auto files = files_below(argv[2]);
  for (const evidence::Artefact& file : files) pool.give(&file);
  pool.finish();
}
