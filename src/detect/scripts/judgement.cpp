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
constexpr std::size_t kBarePage = 4000;

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
    unsafe_evaluation();
    machine_code();
    account_of_windows();
    written_files();
    dropped_script();
    file_manager();
    if (php()) {
      for (Reason& reason : judge_php(judged_)) reasons_.push_back(std::move(reason));
    } else {
      hidden_command();
      remote_shell();
      tunnel();
      database_client();
      saved_uploads();
      dumped_database();
      file_browser();
      registry();
    }
    if (php()) evaluated_command();
    labelled();
    if (judged_.only_declares) hedge();
    std::stable_sort(reasons_.begin(), reasons_.end(),
                     [](const Reason& a, const Reason& b) { return a.confidence > b.confidence; });
    return std::move(reasons_);
  }

 private:
  bool php() const { return judged_.page->kind == PageKind::php; }
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
      return f.act == Act::run_code && f.driver == Driver::request && !f.part_of_path &&
             f.word != kClassOfRequest;
    });
    bool whole = hit != nullptr || !php() || judged_.code_bytes < kLargeBytes;
    if (hit == nullptr) {
      hit = first([](const Finding& f) {
        return f.act == Act::run_code && f.driver == Driver::request && f.word != kClassOfRequest;
      });
    }
    if (hit == nullptr) {
      hit = first(Act::run_code, Driver::request);
      whole &= hit != nullptr && hit->content_of_request && judged_.code_bytes < kBarePage && alone();
    }
    if (hit != nullptr) {
      add("web-content-evaluates-request", "Page evaluates code from the request",
          fmt::format("Anyone who calls the page can run code of his own on the server: data of the request "
                      "reaches {}",
                      hit->word),
          whole ? Confidence::likely : Confidence::possible, *hit, {"T1505.003"});
    } else if (const Finding* include = first(Act::include_file, Driver::request)) {
      const bool begun = !php() || include->part_of_path || !include->target.empty();
      const bool bare = judged_.code_bytes < (begun ? 400U : 2000U) && include->depth == 0 &&
                        !include->bounded_path && alone();
      add("web-content-includes-request", "Page runs a file that the request names",
          "The visitor names a file that the page runs as code",
          bare ? Confidence::likely : Confidence::possible, *include, {"T1505.003"});
    }
  }

  // A command with some of the visitor's text in it: a shell's, unless the page is a large program or runs
  // files of its choice first. There it may be a flaw of an application that asks elsewhere who calls.
  bool holds_parts() const { return !php() || (judged_.code_bytes < kLargeBytes && alone()); }

  // Nothing of a page of PHP lies in other files of its own choice.
  bool alone() const {
    return judged_.page->includes == 0 && first([](const Finding& f) {
                                            return f.act == Act::include_file && f.driver != Driver::request;
                                          }) == nullptr;
  }

  void command_of_request() {
    const Finding* hit = first([](const Finding& f) {
      return f.act == Act::run_command && f.driver == Driver::request && !f.part_of_path;
    });
    const bool whole = hit != nullptr || holds_parts();
    if (hit == nullptr) hit = first(Act::run_command, Driver::request);
    if (hit != nullptr) {
      add("web-content-starts-command", "Page starts commands from the request",
          fmt::format(
              "Anyone who calls the page can run commands on the server: data of the request reaches {}",
              hit->word),
          whole ? Confidence::likely : Confidence::possible, *hit, {"T1505.003", "T1059"});
    } else if (!php() && (hit = first(Act::run_command, Driver::fetched)) != nullptr) {
      add("web-content-runs-fetched-command", "Page starts commands that it fetches",
          fmt::format("What another machine answers is run as a command, with {}", hit->word),
          Confidence::likely, *hit, {"T1505.003", "T1059"});
    }
  }

  // What starts a program is named so that a reader of the page does not see it, or stands in text that is
  // itself evaluated.
  void hidden_command() {
    const Finding* hit = first(Act::run_command, Driver::hidden);
    if (hit == nullptr) {
      hit = first([](const Finding& f) { return f.act == Act::run_command && f.depth > 0; });
    }
    if (hit == nullptr) return;
    add("web-content-hides-command", "Page hides that it starts programs",
        fmt::format("The page reaches {} by a road that hides it; pages that mean no harm call it openly",
                    hit->word),
        Confidence::likely, *hit, {"T1505.003", "T1059", "T1027"});
  }

  void evaluated_command() {
    const Finding* hit = first([](const Finding& f) { return f.act == Act::run_command && f.depth > 0; });
    if (hit == nullptr || any_likely()) return;
    add("web-content-hides-command", "Page starts programs from text that it evaluates",
        fmt::format(
            "The page evaluates text in which {} starts a program; pages that mean no harm call it openly",
            hit->word),
        Confidence::likely, *hit, {"T1505.003", "T1059", "T1027"});
  }

  // A shell whose input and output are a connection to another machine.
  void remote_shell() {
    const Finding* shell = first([](const Finding& f) {
      return f.act == Act::run_command && contains_ignoring_case(f.text, "/dev/tcp/");
    });
    const Finding* socket = first([](const Finding& f) { return f.act == Act::open_socket; });
    if (shell == nullptr && socket != nullptr)
      shell = first([](const Finding& f) { return f.act == Act::run_command && starts_shell(f.text); });
    if (shell == nullptr) return;
    add("web-content-opens-remote-shell", "Page opens a shell to another machine",
        "The page starts a command interpreter and joins it to a network connection: who is at the other "
        "end controls the server",
        Confidence::likely, *shell, {"T1505.003", "T1059", "T1571"});
  }

  static bool starts_shell(std::string_view program) {
    constexpr std::array kShells = {"cmd"sv, "cmd.exe"sv, "/bin/sh"sv,    "/bin/bash"sv,  "/bin/csh"sv,
                                    "sh"sv,  "bash"sv,    "powershell"sv, "cmd.exe /k"sv, "powershell.exe"sv};
    return std::any_of(kShells.begin(), kShells.end(),
                       [&](std::string_view shell) { return equals_ignoring_case(trim(program), shell); });
  }

  // Any folder shown, any file read.
  void file_browser() {
    const auto free = [&](Act act) {
      return first(
          [&](const Finding& f) { return f.act == act && f.driver == Driver::request && !f.bounded_path; });
    };
    const Finding* lists = free(Act::list_folder);
    if (lists == nullptr || free(Act::read_file) == nullptr) return;
    const std::size_t limit = judged_.page->kind == PageKind::jsp ? 64000 : 6000;
    const bool small = judged_.code_bytes < limit && judged_.page->includes == 0;
    add("web-content-file-browser", "Page shows any file of the server",
        "The visitor names a folder that is listed and a file that is read",
        small ? Confidence::likely : Confidence::possible, *lists, {"T1505.003", "T1083"});
  }

  void registry() {
    const Finding* reads = first(Act::read_registry, Driver::request);
    if (reads == nullptr) return;
    add("web-content-reads-registry", "Page shows the registry to whoever calls it",
        "The visitor names a key of the registry, and the page opens it", Confidence::likely, *reads,
        {"T1505.003", "T1012"});
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

  void unsafe_evaluation() {
    const Finding* hit = first([](const Finding& f) { return f.word == kUnsafeEval; });
    if (hit == nullptr || !reasons_.empty()) return;
    add("web-content-evaluates-unsafe", "Page evaluates text with all rights",
        "The page runs text as code with \"unsafe\", which only a page that runs foreign code needs",
        Confidence::likely, *hit, {"T1505.003"});
  }

  void machine_code() {
    const Finding* memory = first([](const Finding& f) { return f.act == Act::run_machine_code; });
    if (memory == nullptr) return;
    add("web-content-runs-machine-code", "Page runs machine code",
        "The page makes memory executable and jumps there; no ordinary page does", Confidence::likely,
        *memory, {"T1505.003", "T1055"});
  }

  // The logon screen's own object for accounts, which is no business of a page.
  void account_of_windows() {
    const Finding* account =
        first([](const Finding& f) { return f.act == Act::create_account && f.word == "create"; });
    if (account == nullptr) return;
    add("web-content-creates-account", "Page creates accounts of Windows",
        "The page adds users to the server with Shell.Users", Confidence::likely, *account,
        {"T1505.003", "T1136.001"});
  }

  // A page that writes what the visitor sends where the visitor says.
  void written_files() {
    const auto writes = [this](const Finding& f) {
      return (f.act == Act::write_file || f.act == Act::save_upload || (php() && f.act == Act::move_file)) &&
             f.path_of_request && (f.content_of_request || f.content_fetched);
    };
    const Finding* both = first([&](const Finding& f) { return writes(f) && !f.bounded_path; });
    const Finding* beside = first([&](const Finding& f) { return writes(f) && f.beside_page; });
    if (both != nullptr) {
      add("web-content-writes-request", "Page writes the request to a file",
          "The visitor sends a file and says where on the server it is written",
          bare(judged_.page->kind == PageKind::jsp ? 16000 : kBarePage) && !checks_kind()
              ? Confidence::likely
              : Confidence::possible,
          *both, {"T1505.003", "T1105"});
    } else if (!php() && beside != nullptr && bare()) {
      add("web-content-uploads-beside-itself", "Page takes any file and keeps it beside itself",
          "The visitor sends a file under a name of his choice, and it is kept where the server runs scripts",
          checks_kind() ? Confidence::possible : Confidence::likely, *beside, {"T1505.003", "T1105"});
    }
  }

  // ASP.NET: an application's page for uploads looks at a file's kind, by its name's end or as a picture.
  bool checks_kind() const {
    if (judged_.page->kind != PageKind::aspnet) return false;
    constexpr std::array kChecks = {"getextension("sv, "image.fromstream("sv, "image.fromfile("sv,
                                    "imageextension"sv, "allowedext"sv};
    return std::any_of(kChecks.begin(), kChecks.end(),
                       [&](std::string_view check) { return contains_ignoring_case(judged_.text, check); });
  }

  // A page that stands alone: applications check who calls in parts that lie elsewhere.
  bool bare(std::size_t limit = kBarePage) const {
    return judged_.code_bytes < limit && judged_.page->includes == 0 &&
           (!php() || count(Act::include_file).all == 0);
  }

  // An upload kept under the name it came with, which may be that of a page.
  void saved_uploads() {
    if (judged_.page->kind != PageKind::jsp || judged_.page->includes != 0) return;
    const Finding* saved = first([](const Finding& f) {
      return (f.act == Act::write_file || f.act == Act::save_upload) && f.path_of_upload &&
             f.content_of_request && !f.bounded_path;
    });
    if (saved == nullptr) return;
    add("web-content-keeps-upload-name", "Page saves uploads under any name",
        "The visitor uploads a file, which is kept under the name he gave it, whatever its kind",
        Confidence::possible, *saved, {"T1505.003", "T1105"});
  }

  // All tables that the database's own catalogue names, written to files.
  void dumped_database() {
    constexpr std::array kCatalogues = {"all_tables"sv, "user_tab"sv,    "information_schema"sv,
                                        "sysobjects"sv, "show tables"sv, "all_tab_columns"sv};
    const Finding* catalogue = first([&](const Finding& f) {
      if (f.act != Act::query_database) return false;
      return f.word == "gettables" ||
             std::any_of(kCatalogues.begin(), kCatalogues.end(),
                         [&](std::string_view name) { return contains_ignoring_case(f.text, name); });
    });
    const bool rows =
        first([](const Finding& f) {
          return f.act == Act::query_database && f.driver != Driver::page && f.word != "gettables";
        }) != nullptr;
    if (catalogue == nullptr || !rows || count(Act::write_file).all == 0) return;
    add("web-content-dumps-database", "Page writes a whole database to files",
        "The page asks the database which tables there are and writes what they hold to files of the server",
        Confidence::likely, *catalogue, {"T1505.003", "T1005"});
  }

  void dropped_script() {
    const bool alone = judged_.page->includes + count(Act::include_file).all == 0;
    const bool small = judged_.code_bytes < 3000 && alone;
    const Finding* script = first([&](const Finding& f) {
      return (f.act == Act::write_file || f.act == Act::save_upload) && f.writes_script &&
             (small || !php() || !f.part_of_content) &&
             (f.content_of_request || f.driver == Driver::hidden || f.driver == Driver::fetched);
    });
    const Finding* drop = script != nullptr ? nullptr : first([this](const Finding& f) {
      return f.act == Act::write_file && (php() ? f.writes_door : f.writes_script);
    });
    if (drop != nullptr) {
      add("web-content-drops-script", "Page writes a script",
          "The page writes a file that the server would run", Confidence::likely, *drop, {"T1505.003"});
    }
    if (script == nullptr) return;
    add("web-content-writes-script", "Page writes a script from the request",
        "The page writes what it is sent into a file that the server runs", Confidence::likely, *script,
        {"T1505.003", "T1105"});
  }

  // A connection to where the visitor says, from inside the network.
  void tunnel() {
    if (const Finding* raw = first([](const Finding& f) { return f.word == "iocontrol"; })) {
      add("web-content-listens", "Page listens to network traffic",
          "The page sets a socket to receive all traffic of the server's network", Confidence::likely, *raw,
          {"T1505.003", "T1040"});
    }
    const Finding* socket = first([](const Finding& f) {
      return f.act == Act::open_socket && f.driver == Driver::request && !f.part_of_path;
    });
    if (socket == nullptr) return;
    const bool relays =
        first([](const Finding& f) { return f.act == Act::open_socket && f.content_of_request; }) != nullptr;
    if (!relays && judged_.page->kind == PageKind::jsp) return;
    const bool sure = relays || socket->word != "open" || bare();
    add("web-content-tunnels", "Page connects to where the request says",
        fmt::format("The visitor names a machine that the server connects to with {}: a way into the network "
                    "behind it",
                    socket->word),
        sure ? Confidence::likely : Confidence::possible, *socket, {"T1505.003", "T1572", "T1090"});
  }

  // Whoever sends the connection and the statement owns the database's host too.
  void database_client() {
    const Finding* connection = first(Act::connect_database, Driver::request);
    if (connection == nullptr || count(Act::query_database).of_request == 0) return;
    add("web-content-database-client", "Page opens any database for whoever calls it",
        "The visitor sends the connection's data and the statement, and sees what the database answers",
        Confidence::likely, *connection, {"T1505.003", "T1213"});
  }

  // Files listed, read, written, deleted, and programs or databases reached, each as the visitor says.
  void file_manager() {
    constexpr std::array kKinds = {std::pair{Act::list_folder, "lists folders"sv},
                                   std::pair{Act::read_file, "reads files"sv},
                                   std::pair{Act::write_file, "writes files"sv},
                                   std::pair{Act::save_upload, "takes uploads"sv},
                                   std::pair{Act::delete_file, "deletes files"sv},
                                   std::pair{Act::set_file_time, "sets times of files"sv},
                                   std::pair{Act::move_file, "moves files"sv},
                                   std::pair{Act::connect_database, "opens databases"sv},
                                   std::pair{Act::open_socket, "opens connections"sv}};
    std::string can;
    int kinds = 0;
    int anywhere = 0;  // ... and not below a folder of the page's choice
    const Finding* at = nullptr;
    for (const auto& [act, words] : kKinds) {
      if (php() && act == Act::set_file_time) continue;
      const Finding* hit = php() ? first(act, Driver::request) : reached(act);
      if (hit == nullptr) continue;
      ++kinds;
      const Act wanted = act;
      anywhere +=
          first([&](const Finding& f) {
            return f.act == wanted && f.driver == Driver::request && !f.part_of_path && !f.bounded_path;
          }) != nullptr;
      can += can.empty() ? "" : ", ";
      can += words;
      if (at == nullptr) at = hit;
    }
    if (kinds < (php() ? 3 : 2)) return;
    const bool sure = !php() || (anywhere >= 4 && !asks_who_calls());
    add("web-content-file-manager", "Page is a file manager for whoever calls it",
        fmt::format("As the visitor says, the page {}", can),
        sure ? Confidence::likely : Confidence::possible, *at, {"T1505.003", "T1083"});
  }

  // A part of WordPress that asks it whether the caller may: who gets that far is the application's matter.
  // So it is with a page that sets an application up and ends where it was set up before.
  bool asks_who_calls() const {
    if (sets_up_once(judged_.text)) return true;
    constexpr std::array kQuestions = {"current_user_can("sv, "check_admin_referer("sv, "wp_verify_nonce("sv};
    return std::any_of(kQuestions.begin(), kQuestions.end(), [&](std::string_view question) {
      return judged_.text.find(question) != std::string_view::npos;
    });
  }

  // An act on a path that the visitor gives whole, not a bare name in a folder of the page's choice.
  const Finding* reached(Act act) const {
    return first([&](const Finding& f) {
      if (f.act != act || f.driver != Driver::request) return false;
      return act == Act::connect_database || act == Act::open_socket || act == Act::set_file_time ||
             (f.path_of_request && !f.bounded_path) || (act == Act::move_file && f.content_of_request);
    });
  }

  // What only declares does nothing when it is called: another page decides when, for whom, and what is
  // decoded where the encoded text is not its own.
  void hedge() {
    const bool carries = first([](const Finding& f) {
                           return f.act == Act::run_code && f.driver == Driver::hidden && f.carried;
                         }) != nullptr;
    for (Reason& reason : reasons_) {
      if (!carries || !reason.rule_id.ends_with("-hidden-code")) reason.confidence = Confidence::possible;
    }
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

bool sets_up_once(std::string_view page) {
  return contains_ignoring_case(page, "install") && contains_ignoring_case(page, ".lock") &&
         (contains_ignoring_case(page, "file_exists") || contains_ignoring_case(page, "is_file"));
}

std::vector<Reason> judge(const Judged& judged) {
  return Judge(judged).run();
}

}  // namespace afterpatch::detect::scripts
