#include "detect/scripts/php_judgement.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/scripts/judgement.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kBareBytes = 400;  // of code: a page that does one thing
constexpr std::size_t kUploaderBytes = 1500;
constexpr std::size_t kManyWays = 4;
constexpr std::size_t kManyCombined = 4;
constexpr std::size_t kSample = 4096;      // of a region, for counting letters
constexpr std::size_t kSmallBytes = 6000;  // of code: a page that does a few things, all by itself

class PhpJudge {
 public:
  explicit PhpJudge(const Judged& judged) : judged_(judged) {}

  std::vector<Reason> run() {
    commands_from_afar();
    any_way_to_start();
    database_client();
    files_of_the_visitor();
    chosen_file();
    fetched_script();
    hidden_program();
    functions_of_xml();
    stored_passwords();
    new_administrator();
    included_picture();
    linked_disk();
    code_without_letters();
    names_of_bits();
    foreign_function();
    preloaded_library();
    bare_upload();
    upload_beside_page();
    titled();
    limits_shown();
    return std::move(reasons_);
  }

 private:
  template <typename Test>
  const Finding* first(Test test) const {
    const auto found = std::find_if(judged_.findings.begin(), judged_.findings.end(), test);
    return found == judged_.findings.end() ? nullptr : &*found;
  }
  const Finding* first(Act act) const {
    return first([&](const Finding& finding) { return finding.act == act; });
  }
  const Finding* first(Act act, Driver driver) const {
    return first([&](const Finding& finding) { return finding.act == act && finding.driver == driver; });
  }

  // Nothing of the page lies in other files.
  bool alone() const { return judged_.page->includes == 0 && first(Act::include_file) == nullptr; }
  bool small() const { return judged_.code_bytes < kSmallBytes && alone(); }
  bool bare() const { return judged_.code_bytes < kBareBytes && alone(); }

  void add(std::string rule_id, std::string title, std::string sentence, Confidence confidence,
           const Finding& finding, std::vector<std::string> techniques) {
    reasons_.push_back({std::move(rule_id), std::move(title), std::move(sentence), confidence, finding.at,
                        std::move(techniques)});
  }

  // A shell over a connection that the page opens or waits for.
  void commands_from_afar() {
    const Finding* hit = first(Act::run_command, Driver::fetched);
    if (hit == nullptr && first(Act::open_socket) != nullptr)
      hit = first([](const Finding& f) { return f.act == Act::run_command && f.starts_shell; });
    if (hit == nullptr) return;
    add("web-content-connects-shell", "Page connects a shell to another machine",
        "Whoever is at the other end of a connection that the page opens can run commands on the server",
        Confidence::likely, *hit, {"T1505.003", "T1059"});
  }

  // Pages try one function after another, since administrators switch some of them off.
  void any_way_to_start() {
    std::map<std::uint64_t, std::set<std::string_view>> ways;  // by what they are given
    for (const Finding& finding : judged_.findings) {
      if (finding.act != Act::run_command || finding.argument == 0) continue;
      std::set<std::string_view>& words = ways[finding.argument];
      words.insert(finding.word);
      if (words.size() < kManyWays) continue;
      add("web-content-tries-commands", "Page tries every way to start a command",
          "The page hands one text to several functions that start programs, so that it works whichever of "
          "them is allowed",
          Confidence::likely, finding, {"T1505.003", "T1059"});
      return;
    }
  }

  void database_client() {
    const Finding* connects = first(Act::connect_database, Driver::request);
    const Finding* asks = first(Act::query_database, Driver::request);
    if (connects == nullptr) {
      // An account that nobody has set, and the visitor's own words as the query.
      connects = first(Act::connect_database, Driver::nobody);
      asks = first([](const Finding& f) {
        return f.act == Act::query_database && f.driver == Driver::request && !f.part_of_path;
      });
      if (!alone() || asks == nullptr) return;
    }
    if (connects == nullptr) return;
    if (asks != nullptr) {
      add("web-content-queries-database", "Page is a database client for whoever calls it",
          "The visitor decides which database is opened and what is asked of it",
          sets_up_once(judged_.text) ? Confidence::possible : Confidence::likely, *connects,
          {"T1505.003", "T1213"});
    } else if (alone() && first(Act::query_database) != nullptr) {
      add("web-content-opens-database", "Page opens any database for whoever calls it",
          "The visitor names the database server and the account, and the page reads from it",
          Confidence::likely, *connects, {"T1505.003", "T1213"});
    }
  }

  // Any file or folder of the server, as the visitor says, in a page that has nothing else to do.
  void files_of_the_visitor() {
    const auto named = [](const Finding& f) {
      return f.driver == Driver::request && f.path_of_request && !f.bounded_path && !f.part_of_path;
    };
    const Finding* lists = first([&](const Finding& f) { return f.act == Act::list_folder && named(f); });
    const Finding* reads = first([&](const Finding& f) { return f.act == Act::read_file && named(f); });
    if (!small() || (lists == nullptr && reads == nullptr)) return;
    const bool both = lists != nullptr && reads != nullptr;
    const bool shows_only = first(Act::delete_file) == nullptr && first(Act::write_file) == nullptr &&
                            first(Act::move_file) == nullptr;
    add("web-content-shows-files", "Page shows any file to whoever calls it",
        fmt::format("The visitor names a {} of the server and the page shows it", both ? "folder or file"
                                                                                  : lists != nullptr
                                                                                      ? "folder"
                                                                                      : "file"),
        both || (lists != nullptr && shows_only) ? Confidence::likely : Confidence::possible,
        lists != nullptr ? *lists : *reads, {"T1505.003", "T1083"});
  }

  void chosen_file() {
    const Finding* writes = first(
        [](const Finding& f) { return f.act == Act::write_file && f.path_of_request && !f.bounded_path; });
    if (!bare() || writes == nullptr) return;
    add("web-content-writes-named-file", "Page writes a file that the request names",
        "The visitor says which file on the server is written", Confidence::likely, *writes,
        {"T1505.003", "T1105"});
  }

  // A page that only fetches a script and stores it.
  void fetched_script() {
    const Finding* writes = first(Act::write_file, Driver::fetched);
    if (!small() || writes == nullptr || judged_.code_bytes > 2000) return;
    const bool script =
        contains_ignoring_case(judged_.text, ".php\"") || contains_ignoring_case(judged_.text, ".php'") ||
        contains_ignoring_case(judged_.text, ".txt\"") || contains_ignoring_case(judged_.text, ".txt'");
    if (!script) return;
    add("web-content-fetches-script", "Page fetches a script and stores it",
        "The page loads a file from another machine and writes it to this server", Confidence::likely,
        *writes, {"T1505.003", "T1105"});
  }

  void hidden_program() {
    const Finding* writes = first([](const Finding& f) { return f.holds_program; });
    const Finding* runs = first(Act::run_command);
    if (writes == nullptr || runs == nullptr) return;
    add("web-content-drops-program", "Page writes a hidden program and starts programs",
        "The page writes a program to the server that it carries as encoded text, and starts commands",
        Confidence::likely, *writes, {"T1505.003", "T1027", "T1105"});
  }

  // XPath and XSLT call PHP functions where registerPHPFunctions() without a list allows all of them.
  void functions_of_xml() {
    const Finding* allows = first([](const Finding& f) {
      return f.act == Act::run_code && f.word == "registerphpfunctions" && f.target.empty();
    });
    if (allows == nullptr) return;
    for (const std::string_view called : {"'assert"sv, "'system"sv, "'exec"sv, "'shell_exec"sv, "'passthru"sv,
                                          "'eval"sv, "'file_put_contents"sv}) {
      if (!contains_ignoring_case(judged_.text, called)) continue;
      add("web-content-calls-through-xml", "Page runs code through XML",
          fmt::format("A document of XML calls {}, where the page lets XML call functions", called.substr(1)),
          Confidence::likely, *allows, {"T1505.003"});
      return;
    }
  }

  // Accounts of the server that no page has a use for.
  void stored_passwords() {
    const Finding* unix_accounts = first([](const Finding& f) {
      return f.act == Act::read_file && (f.target == "/etc/passwd" || f.target == "/etc/shadow");
    });
    if (unix_accounts != nullptr) {
      add("web-content-reads-accounts", "Page reads the accounts of the server",
          fmt::format("The page reads {}, the list of the server's accounts", unix_accounts->target),
          alone() ? Confidence::likely : Confidence::possible, *unix_accounts, {"T1505.003", "T1087"});
    }
    const Finding* iis = first([](const Finding& f) {
      return f.act == Act::read_registry && starts_with_ignoring_case(f.target, "iis://");
    });
    if (iis == nullptr || !contains_ignoring_case(judged_.text, "anonymoususerpass")) return;
    add("web-content-reads-accounts", "Page reads the passwords of web sites",
        "The page asks IIS for the accounts and passwords of all web sites of the server", Confidence::likely,
        *iis, {"T1505.003", "T1552"});
  }

  void new_administrator() {
    const Finding* account = first(Act::create_account, Driver::request);
    const Finding* rights =
        first([](const Finding& f) { return f.act == Act::give_rights && f.target == "administrator"; });
    if (account == nullptr || rights == nullptr || judged_.code_bytes > kSmallBytes) return;
    add("web-content-creates-administrator", "Page makes the visitor an administrator",
        "The visitor names an account and a password, and the page creates an administrator of it",
        Confidence::likely, *account, {"T1505.003", "T1136"});
  }

  void included_picture() {
    const Finding* includes = first(Act::include_file, Driver::hidden);
    if (includes == nullptr || judged_.code_bytes > kBareBytes) return;
    add("web-content-includes-picture", "Page runs a file that is no script by its name",
        fmt::format("The page runs code that lies in \"{}\"", includes->target.substr(0, 80)),
        Confidence::likely, *includes, {"T1505.003", "T1036"});
  }

  void linked_disk() {
    const Finding* links = first([](const Finding& f) {
      return f.act == Act::move_file && f.word == "symlink" && (f.target == "/" || f.target == "/root");
    });
    if (links == nullptr) return;
    add("web-content-links-disk", "Page links the whole disk into the web site",
        "The page makes a link to the root of the file system, so that any file can be asked for",
        Confidence::likely, *links, {"T1505.003", "T1083"});
  }

  // Names of functions made of punctuation only ("$_[+[]]"): written so that no search finds a word.
  void code_without_letters() {
    if (!has_few_letters()) return;
    const std::string_view code = judged_.page->regions.front().code;
    if (code.find("$_") == std::string_view::npos ||
        (code.find("](") == std::string_view::npos && code.find("_(") == std::string_view::npos))
      return;
    Finding whole;
    whole.at = static_cast<std::uint32_t>(judged_.page->regions.front().at);
    add("web-content-has-no-words", "Page hides its code in punctuation",
        "The page builds the names of the functions it calls from punctuation, so that nobody can read them",
        Confidence::likely, whole, {"T1505.003", "T1027"});
  }

  // In the first part of each region, at most 3 of 100 characters that are shown.
  bool has_few_letters() const {
    std::size_t looked_at = 0;
    for (const Region& region : judged_.page->regions) looked_at += std::min(region.code.size(), kSample);
    std::size_t letters = 0;
    std::size_t bytes = 0;
    for (const Region& region : judged_.page->regions) {
      std::string_view rest = region.code.substr(0, kSample);
      while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        for (const char c : line.substr(0, line.find("//"))) {
          const char low = to_lower_ascii(c);
          letters += low >= 'a' && low <= 'z';
          bytes += static_cast<unsigned char>(c) > ' ';
        }
        if (letters * 100 > looked_at * 3) return false;  // as nearly all pages do in their first lines
      }
    }
    return bytes >= 60 && letters * 100 <= bytes * 3;
  }

  // "a" | "B": bitwise operators on texts have no use but to make words that no search finds.
  void names_of_bits() {
    if (judged_.combined_texts < kManyCombined) return;
    Finding whole;
    whole.at = static_cast<std::uint32_t>(judged_.page->regions.front().at);
    add("web-content-hides-words", "Page hides its words in bitwise operations",
        fmt::format(
            "The page makes its words of pairs of jumbled texts, {} times, so that nobody can read what it "
            "calls",
            judged_.combined_texts),
        Confidence::likely, whole, {"T1505.003", "T1027"});
  }

  // FFI::cdef("int system(const char *command);")
  void foreign_function() {
    const Finding* declares = first([](const Finding& f) {
      return f.word == "cdef" && (f.target.find("system") != std::string_view::npos ||
                                  f.target.find("popen") != std::string_view::npos ||
                                  f.target.find("exec") != std::string_view::npos);
    });
    if (declares == nullptr) return;
    add("web-content-calls-system-library", "Page starts commands through a library of the system",
        "The page declares a function of the C library that starts programs, which PHP's own limits don't "
        "see",
        Confidence::likely, *declares, {"T1505.003", "T1059"});
  }

  // A library that is loaded into the next program the page starts, whatever that is.
  void preloaded_library() {
    const Finding* sets = first(Act::set_environment);
    if (sets == nullptr || !contains_ignoring_case(judged_.text, "ld_preload")) return;
    add("web-content-preloads-library", "Page loads a library into the programs it starts",
        "The page sets LD_PRELOAD, which runs code of a library where functions that start programs are "
        "switched off",
        Confidence::likely, *sets, {"T1505.003", "T1574.006"});
  }

  // A page that does nothing but keep an upload under the name it came with.
  void bare_upload() {
    const Finding* saves = first([](const Finding& f) {
      return f.act == Act::save_upload && f.content_of_request && f.path_of_request;
    });
    if (saves == nullptr || !alone() || judged_.code_bytes > kUploaderBytes || checks_names()) return;
    add("web-content-keeps-upload", "Page keeps any upload under its own name",
        "The visitor sends a file of any kind, and the page stores it under the name it came with",
        Confidence::likely, *saves, {"T1505.003", "T1105"});
  }
  // The name that the upload came with, and nothing else, as the path: it lies beside the page then. So it
  // stands at the head of applications' own pages, which would choose a folder.
  void upload_beside_page() {
    const Finding* saves = first([](const Finding& f) {
      return f.act == Act::save_upload && f.content_of_request && f.path_of_request && f.upload_name_alone;
    });
    if (saves == nullptr) return;
    add("web-content-keeps-upload-beside", "Page keeps any upload beside itself",
        "The visitor sends a file, and the page stores it in its own folder under the name it came with",
        Confidence::likely, *saves, {"T1505.003", "T1105"});
  }

  // Pages for ordinary uploads look at a file's kind or size, or who sends it.
  bool checks_names() const {
    for (const std::string_view check :
         {"pathinfo"sv, "in_array"sv, "['type']"sv, "[\"type\"]"sv, "getimagesize"sv, "preg_match"sv,
          "substr("sv, "strrpos"sv, "explode("sv, "mime"sv, "$_session"sv, "allowed"sv}) {
      if (contains_ignoring_case(judged_.text, check)) return true;
    }
    return false;
  }

  // "<title>... shell ...</title>" over code that runs programs or opens files.
  void titled() {
    const Finding* act = first([](const Finding& f) {
      return f.driver != Driver::page &&
             (f.act == Act::run_command || f.act == Act::run_code || f.act == Act::write_file ||
              f.act == Act::list_folder || f.act == Act::save_upload || f.act == Act::connect_database);
    });
    if (act == nullptr) return;
    const auto open = find_ignoring_case(judged_.text, "<title", 0);
    if (open >= judged_.text.size()) return;
    const auto close = std::min(find_ignoring_case(judged_.text, "</title", open), open + 300);
    const std::string_view title = judged_.text.substr(open, close - open);
    if (!contains_ignoring_case(title, "shell")) return;
    add("web-content-names-itself", "Page calls itself a shell",
        "The page's title says \"shell\", and it starts programs or opens files", Confidence::likely, *act,
        {"T1505.003"});
  }

  // What PHP forbids is shown to somebody who wants to know what he can do: file managers of intruders open
  // with it.
  void limits_shown() {
    int kinds = 0;
    const Finding* act = nullptr;
    for (const Act kind : {Act::list_folder, Act::read_file, Act::write_file, Act::save_upload,
                           Act::delete_file, Act::connect_database, Act::run_command}) {
      const Finding* found = first(kind, Driver::request);
      kinds += found != nullptr;
      if (found != nullptr) act = found;
    }
    if (kinds < 2 || !alone() || !shows_limits()) return;
    add("web-content-shows-limits", "Page shows what PHP forbids and opens files for whoever calls it",
        "The page tells its visitor which functions and folders PHP forbids, and opens files as he says",
        Confidence::likely, *act, {"T1505.003", "T1082"});
  }
  bool shows_limits() const {
    int limits = 0;
    for (const std::string_view limit :
         {"safe_mode"sv, "disable_functions"sv, "open_basedir"sv, "php_uname"sv, "posix_getpwuid"sv,
          "get_current_user"sv, "free_space"sv, "diskfreespace"sv, "getmyuid"sv}) {
      limits += contains_ignoring_case(judged_.text, limit);
    }
    return limits >= 3;
  }

  const Judged& judged_;
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> judge_php(const Judged& judged) {
  return PhpJudge(judged).run();
}

}  // namespace afterpatch::detect::scripts
