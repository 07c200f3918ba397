// Recall and false alarms of the content analysis over folders of files whose truth is known by where they
// lie:
//
//   measure-webshells --shells DIR --good DIR [--helpers FILE] [--part seen|aside|all]
//                     [--only ASP|ASP.NET|JSP|PHP] [--list missed|alarms|possible|slow|all|walks]
//
// Files are told apart by SHA-256; sha256 % 10 < 3 is the part that was kept aside while rules were written.
// A helper is a file of a collection that is no shell (its SHA-256 and the reason stand in FILE).
// A folder right below DIR is one tree: pages that a protector encrypted count as they do in a hunt over it
// (detect/protected_pages.h), whichever part they are in.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "detect/protected_pages.h"
#include "detect/scripts/protector.h"
#include "detect/scripts/script_analysis.h"

namespace fs = std::filesystem;
using namespace afterpatch;
using detect::scripts::PageKind;

namespace {

struct Options {
  std::vector<fs::path> shells;
  std::vector<fs::path> good;
  std::set<std::string> helpers;
  std::string list;
  std::string part = "all";
  std::string only;
};

struct Tally {
  int files = 0;
  int likely = 0;
  int possible = 0;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string class_of(const fs::path& path) {
  const std::string extension = to_lower_ascii(path.extension().string());
  switch (detect::scripts::kind_of_extension(extension)) {
    case PageKind::php:
      return "PHP";
    case PageKind::asp:
      return "ASP";
    case PageKind::aspnet:
    case PageKind::razor:
      return "ASP.NET";
    case PageKind::jsp:
      return "JSP";
    case PageKind::unknown:
      break;
  }
  return extension == ".inc" || extension == ".module"      ? "PHP"
         : extension == ".vbhtml" || extension == ".config" ? "ASP.NET"
                                                            : "";
}

bool aside(const std::string& sha256) {
  // The digest as a number, modulo ten.
  int rest = 0;
  for (const char c : sha256) rest = (rest * 16 + (c <= '9' ? c - '0' : c - 'a' + 10)) % 10;
  return rest < 3;
}

struct Speed {
  double seconds = 0;
  std::size_t bytes = 0;
};

struct Run {
  std::map<std::string, Tally> seen, kept;
  std::map<std::string, Speed> speeds;
};

// Of this process, which has one thread: other programs on the machine don't count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Whether pages that are passed over by their tokens would have had no reasons.
bool same_with_every_page_walked(const std::string& bytes, const std::string& extension,
                                 const detect::scripts::ScriptAnalysis& analysis) {
  const auto full = detect::scripts::analyse_script(bytes, extension, detect::scripts::Walk::every_page);
  return std::equal(full.reasons.begin(), full.reasons.end(), analysis.reasons.begin(),
                    analysis.reasons.end(), [](const auto& a, const auto& b) {
                      return a.rule_id == b.rule_id && a.sentence == b.sentence && a.at == b.at &&
                             a.confidence == b.confidence;
                    });
}

struct Candidate {
  fs::path path;
  fs::path tree;
};

// The digests of pages that were protected together with others of their tree.
std::set<std::string> protected_digests(const std::vector<Candidate>& files) {
  std::map<fs::path, std::vector<detect::ProtectedPage>> trees;
  for (const auto& [path, tree] : files) {
    if (class_of(path) != "PHP") continue;
    const std::string bytes = read(path);
    const std::string protector(detect::scripts::protector_of(bytes));
    if (!protector.empty())
      trees[tree].push_back({protector, path.parent_path().string(), sha256(bytes), std::nullopt});
  }
  std::set<std::string> digests;
  for (const auto& [tree, pages] : trees) {
    const std::vector<bool> together = detect::protected_together(pages);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (together[i]) digests.insert(pages[i].content);
    }
  }
  return digests;
}

Run measure(const std::vector<fs::path>& roots, const Options& options, bool shells) {
  Run run;
  std::set<std::string> known;
  std::vector<Candidate> files;
  for (const fs::path& root : roots) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file())
        files.push_back({entry.path(), root / *fs::relative(entry.path(), root).begin()});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const Candidate& a, const Candidate& b) { return a.path < b.path; });
  const std::set<std::string> together = protected_digests(files);
  for (const auto& [path, tree] : files) {
    const std::string kind = class_of(path);
    if (kind.empty() || (!options.only.empty() && options.only != kind)) continue;
    const std::string bytes = read(path);
    if (bytes.empty()) continue;
    const std::string digest = sha256(bytes);
    if (!known.insert(digest).second || options.helpers.contains(digest)) continue;
    const bool kept = aside(digest);
    if ((options.part == "seen" && kept) || (options.part == "aside" && !kept)) continue;
    const std::string extension = to_lower_ascii(path.extension().string());
    const double start = processor_seconds();
    auto analysis = detect::scripts::analyse_script(bytes, extension);
    const double took = processor_seconds() - start;
    if (options.list == "slow" && took > 0.05)
      std::printf("slow %.3f %zu %s\n", took, bytes.size(), path.c_str());
    if (options.list == "walks" && !same_with_every_page_walked(bytes, extension, analysis))
      std::printf("differs %s\n", path.c_str());
    if (together.contains(digest)) {
      for (auto& reason : analysis.reasons) reason.confidence = detect::Confidence::possible;
    }
    Speed& speed = run.speeds[kind];
    speed.seconds += took;
    speed.bytes += bytes.size();
    Tally& tally = (kept ? run.kept : run.seen)[kind];
    ++tally.files;
    const bool likely =
        !analysis.reasons.empty() && analysis.reasons[0].confidence >= detect::Confidence::likely;
    const bool possible = !analysis.reasons.empty() && !likely;
    tally.likely += likely;
    tally.possible += possible;
    const bool show = (options.list == "missed" && shells && !likely) ||
                      (options.list == "alarms" && !shells && likely) ||
                      (options.list == "possible" && !shells && possible) || options.list == "all";
    if (!show) continue;
    std::printf("%s %s %s\n", kept ? "aside" : "seen", digest.substr(0, 12).c_str(), path.c_str());
    for (const auto& reason : analysis.reasons)
      std::printf("    %s @%zu %s\n", reason.rule_id.c_str(), reason.at, reason.sentence.c_str());
  }
  return run;
}

void print_speed(const char* what, const std::string& kind, const Speed& speed) {
  const double megabytes = static_cast<double>(speed.bytes) / 1e6;
  std::printf("%-6s %-8s %6.1f MB  %.1f MB/s of one core\n", what, kind.c_str(), megabytes,
              megabytes / std::max(1e-9, speed.seconds));
}

void print(const char* what, const Run& run) {
  for (const auto& [part, tallies] : {std::pair{"seen", &run.seen}, std::pair{"aside", &run.kept}}) {
    for (const auto& [kind, tally] : *tallies) {
      std::printf("%-6s %-6s %-8s %6d files  likely %6d (%.2f %%)  possible %5d\n", what, part, kind.c_str(),
                  tally.files, tally.likely, 100.0 * tally.likely / std::max(1, tally.files), tally.possible);
    }
  }
  Speed all;
  for (const auto& [kind, speed] : run.speeds) {
    print_speed(what, kind, speed);
    all.seconds += speed.seconds;
    all.bytes += speed.bytes;
  }
  print_speed(what, "all", all);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--shells") options.shells.emplace_back(argv[i + 1]);
    if (name == "--good") options.good.emplace_back(argv[i + 1]);
    if (name == "--list") options.list = argv[i + 1];
    if (name == "--part") options.part = argv[i + 1];
    if (name == "--only") options.only = argv[i + 1];
    if (name == "--helpers") {
      std::ifstream in(argv[i + 1]);
      for (std::string line; std::getline(in, line);) options.helpers.insert(line.substr(0, 64));
    }
  }
  if (!options.shells.empty()) print("shells", measure(options.shells, options, true));
  if (!options.good.empty()) print("good", measure(options.good, options, false));
}
