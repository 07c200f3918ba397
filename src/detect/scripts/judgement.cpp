#include "detect/scripts/judgement.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/scripts/php_judgement.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kLargeBytes = 20'000;  // of code

class Judge {
 public:
  explicit Judge(const Judged& judged) : judged_(judged) {
    for (const Finding& finding : judged.findings) {
      ActCount& count = counts_[static_cast<std::size_t>(finding.act)];
      ++count.all;
      count.of_request += finding.driver == Driver::request;
    }
  }

  std::vector<Reason> run() {
    code_of_request();
    command_of_request();
    loaded_code();
    hidden_code();
    machine_code();
    written_files();
    dropped_script();
    file_manager();
    if (judged_.page->kind == PageKind::php) {
      for (Reason& reason : judge_php(judged_)) reasons_.push_back(std::move(reason));
    }
    labelled();
    std::stable_sort(reasons_.begin(), reasons_.end(),
                     [](const Reason& a, const Reason& b) { return a.confidence > b.confidence; });
    return std::move(reasons_);
  }

 private:
  const ActCount& count(Act act) const { return counts_[static_cast<std::size_t>(act)]; }

  template <typename Test>
  const Finding* first(Test test) const {
    const auto found = std::find_if(judged_.findings.begin(), judged_.findings.end(), test);
    return found == judged_.findings.end() ? nullptr : &*found;
  }
  const Finding* first(Act act, Driver driver) const {
    return first([&](const Finding& finding) { return finding.act == act && finding.driver == driver; });
  }

  void add(std::string rule_id, std::string title, std::string sentence, Confidence confidence,
           const Finding& finding, std::vector<std::string> techniques) {
    if (finding.depth > 0)
      sentence += fmt::format("; the code for it is hidden in {} layer{} of evaluated text", finding.depth,
                              finding.depth == 1 ? "" : "s");
    reasons_.push_back({std::move(rule_id), std::move(title), std::move(sentence), confidence, finding.at,
                        std::move(techniques)});
  }

  void code_of_request() {
    const Finding* hit = first([](const Finding& f) {
      return f.act == Act::run_code && f.driver == Driver::request && !f.part_of_path;
    });
    const bool whole = hit != nullptr || judged_.code_bytes < kLargeBytes;
    if (hit == nullptr) hit = first(Act::run_code, Driver::request);
    if (hit != nullptr) {
      add("web-content-evaluates-request", "Page evaluates code from the request",
          fmt::format("Anyone who calls the page can run code of his own on the server: data of the request "
                      "reaches {}",
                      hit->word),
          whole ? Confidence::likely : Confidence::possible, *hit, {"T1505.003"});
    } else if (const Finding* include = first(Act::include_file, Driver::request)) {
      const bool bare =
          judged_.code_bytes < (include->part_of_path || !include->target.empty() ? 400U : 2000U) &&
          include->depth == 0;
      add("web-content-includes-request", "Page runs a file that the request names",
          "The visitor names a file that the page runs as code",
          bare ? Confidence::likely : Confidence::possible, *include, {"T1505.003"});
    }
  }

  void command_of_request() {
    const Finding* hit = first([](const Finding& f) {
      return f.act == Act::run_command && f.driver == Driver::request && !f.part_of_path;
    });
    // In a large program a command with some of the visitor's text in it may be a flaw.
    const bool whole = hit != nullptr || judged_.code_bytes < kLargeBytes;
    if (hit == nullptr) hit = first(Act::run_command, Driver::request);
    if (hit != nullptr) {
      add("web-content-starts-command", "Page starts commands from the request",
          fmt::format(
              "Anyone who calls the page can run commands on the server: data of the request reaches {}",
              hit->word),
          whole ? Confidence::likely : Confidence::possible, *hit, {"T1505.003", "T1059"});
    }
  }

  void loaded_code() {
    const Finding* hit = first(Act::load_code, Driver::request);
    if (hit != nullptr) {
      add("web-content-loads-assembly", "Page loads a program from the request",
          fmt::format("Anyone who calls the page can load a compiled program into the server: data of the "
                      "request reaches {}",
                      hit->word),
          Confidence::likely, *hit, {"T1505.003", "T1620"});
    } else if ((hit = first(Act::load_code, Driver::hidden)) != nullptr) {
      add("web-content-loads-hidden-program", "Page loads a program hidden in it",
          fmt::format("The page carries a compiled program as encoded text and loads it with {}", hit->word),
          Confidence::likely, *hit, {"T1505.003", "T1620", "T1027"});
    }
  }

  void hidden_code() {
    const Finding* hit = first(Act::run_code, Driver::hidden);
    if (hit == nullptr) hit = first(Act::run_code, Driver::fetched);
    if (hit == nullptr) return;
    const bool fetched = hit->driver == Driver::fetched;
    add(fetched ? "web-content-runs-fetched-code" : "web-content-runs-hidden-code",
        fetched ? "Page runs code that it fetches" : "Page runs code that it hides",
        fetched ? fmt::format("The page runs what another machine answers, with {}", hit->word)
                : fmt::format("The page decodes text that nobody can read and runs it with {}", hit->word),
        Confidence::likely, *hit, {"T1505.003", "T1027"});
  }

  void machine_code() {
    const Finding* memory = first([](const Finding& f) { return f.act == Act::run_machine_code; });
    if (memory == nullptr) return;
    add("web-content-runs-machine-code", "Page runs machine code",
        "The page makes memory executable and jumps there; no ordinary page does", Confidence::likely,
        *memory, {"T1505.003", "T1055"});
  }

  // A page that writes what the visitor sends where the visitor says.
  void written_files() {
    const Finding* both = first([](const Finding& f) {
      return (f.act == Act::write_file || f.act == Act::save_upload || f.act == Act::move_file) &&
             f.path_of_request && f.content_of_request && !f.bounded_path;
    });
    if (both == nullptr) return;
    const bool small =
        judged_.code_bytes < 4000 && judged_.page->includes + count(Act::include_file).all == 0;
    add("web-content-writes-request", "Page writes the request to a file",
        "The visitor sends a file and says where on the server it is written",
        small ? Confidence::likely : Confidence::possible, *both, {"T1505.003", "T1105"});
  }

  void dropped_script() {
    const bool alone = judged_.page->includes + count(Act::include_file).all == 0;
    const bool small = judged_.code_bytes < 3000 && alone;
    const Finding* script = first([&](const Finding& f) {
      return (f.act == Act::write_file || f.act == Act::save_upload) && f.writes_script &&
             (small || !f.part_of_content) &&
             (f.content_of_request || f.driver == Driver::hidden || f.driver == Driver::fetched);
    });
    if (script == nullptr) return;
    add("web-content-writes-script", "Page writes a script from the request",
        "The page writes what it is sent into a file that the server runs", Confidence::likely, *script,
        {"T1505.003", "T1105"});
  }

  // Files listed, read, written, deleted, and programs or databases reached, each as the visitor says.
  void file_manager() {
    constexpr std::array kKinds = {std::pair{Act::list_folder, "lists folders"sv},
                                   std::pair{Act::read_file, "reads files"sv},
                                   std::pair{Act::write_file, "writes files"sv},
                                   std::pair{Act::save_upload, "takes uploads"sv},
                                   std::pair{Act::delete_file, "deletes files"sv},
                                   std::pair{Act::move_file, "moves files"sv},
                                   std::pair{Act::connect_database, "opens databases"sv},
                                   std::pair{Act::open_socket, "opens connections"sv}};
    std::string can;
    int kinds = 0;
    int anywhere = 0;  // ... and not below a folder of the page's choice
    const Finding* at = nullptr;
    for (const auto& [act, words] : kKinds) {
      if (count(act).of_request == 0) continue;
      ++kinds;
      const Act wanted = act;
      anywhere +=
          first([&](const Finding& f) {
            return f.act == wanted && f.driver == Driver::request && !f.part_of_path && !f.bounded_path;
          }) != nullptr;
      can += can.empty() ? "" : ", ";
      can += words;
      if (at == nullptr) at = first(act, Driver::request);
    }
    if (kinds < 3) return;
    add("web-content-file-manager", "Page is a file manager for whoever calls it",
        fmt::format("As the visitor says, the page {}", can),
        anywhere >= 4 ? Confidence::likely : Confidence::possible, *at, {"T1505.003", "T1083"});
  }

  bool any_likely() const {
    return std::any_of(reasons_.begin(), reasons_.end(),
                       [](const Reason& reason) { return reason.confidence >= Confidence::likely; });
  }

  // Pages that call themselves what they are.
  void labelled() {
    constexpr std::array kLabels = {
        "webshell"sv,  "web shell"sv,    "web-shell"sv, "c99shell"sv, "r57shell"sv, "b374k"sv,
        "filesman"sv,  "phpspy"sv,       "jspspy"sv,    "aspxspy"sv,  "antsword"sv, "behinder"sv,
        "godzilla"sv,  "caidao"sv,       "weevely"sv,   "backdoor"sv, "cmdshell"sv, "cmd shell"sv,
        "hacked by"sv, "bypass shell"sv, "mini shell"sv};
    const Finding* act = first([](const Finding& f) {
      return f.act == Act::run_command || f.act == Act::run_code || f.act == Act::load_code;
    });
    if (act == nullptr || any_likely()) return;
    for (const std::string_view label : kLabels) {
      if (!contains_ignoring_case(judged_.text, label)) continue;
      add("web-content-names-itself", "Page calls itself a shell",
          fmt::format("The page contains \"{}\" and {}", label,
                      act->act == Act::run_command ? "starts programs" : "runs text as code"),
          Confidence::likely, *act, {"T1505.003"});
      return;
    }
  }

  const Judged& judged_;
  std::array<ActCount, kActs> counts_{};
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> judge(const Judged& judged) {
  return Judge(judged).run();
}

}  // namespace afterpatch::detect::scripts
