// What a call does to the server, and who decides on it: findings.
#include <algorithm>
#include <initializer_list>
#include <string>

#include "base/text.h"
#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {
namespace {

// A program for the processor, or a script that opens connections.
bool holds_program(std::string_view text) {
  return text.starts_with(
             "\x7f"
             "ELF") ||
         text.starts_with("MZ") || text.starts_with("#!/") || contains_ignoring_case(text, "socket");
}

// What a command line begins with that hands it to an interactive shell.
bool starts_shell(std::string_view text) {
  for (const std::string_view shell : {"/bin/sh", "/bin/bash", "cmd.exe", "cmd /", "bash -i", "powershell"}) {
    if (contains_ignoring_case(text.substr(0, 256), shell)) return true;
  }
  return false;
}

bool names_web_address(std::string_view text) {
  return starts_with_ignoring_case(text, "http://") || starts_with_ignoring_case(text, "https://") ||
         starts_with_ignoring_case(text, "ftp://");
}

// A page of PHP that runs what it is sent.
bool holds_door(std::string_view page) {
  const auto any = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return contains_ignoring_case(page, word); });
  };
  return any({"<?"}) && any({"$_POST[", "$_GET[", "$_REQUEST[", "$_COOKIE["}) &&
         any({"eval(", "assert(", "system(", "passthru(", "shell_exec(", "popen("});
}

}  // namespace

bool names_script(std::string_view text) {
  const std::string tail = to_lower_ascii(text.size() > 8 ? text.substr(text.size() - 8) : text);
  for (const std::string_view extension :
       {".vbs", ".bat", ".cmd", ".exe", ".ps1", ".php", ".asp", ".aspx", ".ashx", ".asmx", ".jsp", ".jspx",
        ".phtml", ".cer", ".asa", ".war", ".jar", ".class"}) {
    if (tail.ends_with(extension)) return true;
  }
  return false;
}

bool holds_script(std::string_view text) {
  return contains_ignoring_case(text, "<?php") || text.find("<%") != std::string_view::npos ||
         contains_ignoring_case(text, "runat=");
}

Driver Interpreter::driver_of(unsigned traits, bool constant) const {
  if ((traits & kRequest) != 0 && (traits & kQuoted) == 0) return Driver::request;
  if ((traits & kFetched) != 0) return Driver::fetched;
  if ((traits & (kEncoded | kDecoded)) != 0 && !constant) return Driver::hidden;
  if ((traits & kBuilt) != 0) return Driver::built;
  return constant ? Driver::page : Driver::nobody;
}

void Interpreter::note(Finding finding) {
  met_anything_ = true;
  if (!noting_ || findings_.size() >= kMaxFindings) return;
  finding.depth = layer_;
  finding.at += base_;
  const std::uint64_t key = (static_cast<std::uint64_t>(finding.at) << 20U) ^
                            (static_cast<std::uint64_t>(finding.path_of_request) << 17U) ^
                            (static_cast<std::uint64_t>(finding.content_of_request) << 16U) ^
                            (static_cast<std::uint64_t>(finding.act) << 8U) ^
                            static_cast<std::uint64_t>(finding.driver);
  if (noted_.insert(key).second) findings_.push_back(finding);
}

void Interpreter::act_on_value(const Word& word, const Value& value, std::uint32_t at) {
  note({.act = word.act,
        .driver = driver_of(value.traits, value.constant()),
        .at = at,
        .source = value.source,
        .word = word.name});
}

void Interpreter::act(const Word& word, const Value& callee, const Arguments& given, std::uint32_t at) {
  Finding finding = {
      .act = word.act, .driver = Driver::nobody, .at = at, .source = given.source(), .word = word.name};
  if (word.path == -1 && word.content == -1) {
    const bool php = language_ == Language::php;
    // exec() and its like take the command first; the other arguments are set or configure.
    const bool first_only =
        php && word.act == Act::run_command && word.owner.empty() && word.name != "pcntl_exec";
    std::uint16_t traits =
        first_only ? static_cast<std::uint16_t>(given.values[0].traits & kFlowing) : given.flowing();
    const Value& code = given.values[word.name == "create_function" ? 1 : 0];  // parameters, code
    if (given.count > 0 && word.act == Act::run_code && code.constant() && !code.has(kList)) {
      const bool opaque = code.has(kEncoded | kDecoded);
      note({.act = word.act,
            .driver = opaque ? Driver::hidden : Driver::page,
            .carried = opaque,
            .at = at,
            .word = word.name});
      evaluated_value_ = evaluate(code, at);
      traits = static_cast<std::uint16_t>(traits & ~(kEncoded | kDecoded));
    }
    finding.part_of_path = (traits & kPart) != 0;
    finding.argument = given.values[0].slot;
    finding.starts_shell = given.count > 0 && starts_shell(given.values[0].text);
    finding.target = given.count > 0 ? given.values[0].text : std::string_view();
    // Before PHP 5.4 a variable that nobody sets is the visitor's; no page runs one.
    if ((traits & kUnset) != 0 && (word.act == Act::run_command || word.act == Act::run_code))
      traits |= kRequest;
    // A page that includes what it has not set may be a template of a larger one.
    if (word.act == Act::include_file && finding.source == 0 && language_ == Language::php)
      traits = static_cast<std::uint16_t>(traits & ~kRequest);
    // What an object was made with flows through it: new ProcessBuilder(x).start().
    if (word.act == Act::run_command || word.act == Act::load_code || acts_on_receiver(word.act))
      traits |= callee.traits & kFlowing;
    if (given.count > 0 && given.values[0].constant()) finding.text = given.values[0].text;
    finding.driver = driver_of(traits, given.all_constant());
    finding.carried = (traits & kEncoded) != 0;
    if (word.act == Act::include_file) finding.bounded_path = (traits & kFolderOf) != 0;
    if (finding.source == 0) finding.source = callee.source;
    if (word.name == "eval" && given.count > 1 && given.values[1].constant() &&
        given.values[1].text == "unsafe")
      finding.word = kUnsafeEval;
    note(finding);
    return;
  }
  const auto argument = [&](std::int8_t which) {
    if (which == kReceiver) return callee;
    return which >= 0 && static_cast<std::size_t>(which) < given.count
               ? given.values[static_cast<std::size_t>(which)]
           : language_ == Language::java ? callee  // file.delete()
                                         : Value{};
  };
  const Value path = argument(word.path);
  const Value content = word.content == -1 ? callee : argument(word.content);
  // copy() or writing of an upload is what move_uploaded_file() does.
  if (language_ == Language::php && (word.act == Act::move_file || word.act == Act::write_file) &&
      content.has(kUpload))
    finding.act = Act::save_upload;
  finding.target = word.name == "symlink" ? content.text : path.text;
  if (word.name == "copy" && language_ == Language::php && content.constant() &&
      names_web_address(content.text)) {
    finding.act = Act::write_file;
    finding.content_fetched = true;
  }
  finding.writes_door = word.act == Act::write_file && content.constant() && holds_door(content.text);
  finding.path_of_request = path.has(kRequest) && !path.has(kQuoted);
  finding.path_of_upload = path.has(kUpload) && !finding.path_of_request;
  finding.upload_name_alone = path.path == kUploadPath && !path.has(kQuoted | kFolderOf);
  finding.content_of_request = content.has(kRequest | kUpload);
  finding.part_of_path = path.has(kPart);
  finding.holds_program =
      content.constant() && content.has(kEncoded | kDecoded) && holds_program(content.text);
  finding.part_of_content = content.has(kPart);
  finding.content_fetched |= content.has(kFetched);
  finding.bounded_path = path.has(kFolderOf | kQuoted);
  finding.beside_page = path.has(kHere);
  finding.writes_script = (path.constant() || !path.text.empty()) ? names_script(path.text) : false;
  finding.writes_script |= content.constant() && holds_script(content.text);
  if (finding.path_of_request || finding.content_of_request)
    finding.driver = Driver::request;
  else
    finding.driver =
        driver_of(path.traits | content.traits | (finding.content_fetched ? kFetched : 0), path.constant());
  note(finding);
}

}  // namespace afterpatch::detect::scripts
