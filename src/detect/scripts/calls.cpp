// Calls: what functions make of their arguments, and which of them matter.
#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/php_folds.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kShownWord = 64;

bool names_script(std::string_view text) {
  const std::string tail = to_lower_ascii(text.size() > 8 ? text.substr(text.size() - 8) : text);
  for (const std::string_view extension :
       {".php", ".asp", ".aspx", ".ashx", ".asmx", ".jsp", ".jspx", ".phtml", ".cer", ".asa"}) {
    if (tail.ends_with(extension)) return true;
  }
  return false;
}

bool holds_script(std::string_view text) {
  return contains_ignoring_case(text, "<?php") || text.find("<%") != std::string_view::npos ||
         contains_ignoring_case(text, "runat=");
}

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

bool reflects(std::string_view name) {
  return name == "invoke" || name == "invokemember" || name == "newinstance" || name == "dynamicinvoke" ||
         name == "invokeargs" || name == "newinstanceargs" || name == "__invoke";
}

bool finds_by_name(std::string_view name) {
  return name == "forname" || name == "loadclass" || name == "gettype" || name == "getmethod" ||
         name == "getdeclaredmethod" || name == "createinstance" || name == "gettypefromprogid" ||
         name == "createobject" || name == "getobject" || name == "getenginebyname" ||
         name == "getdeclaredconstructor" || name == "findclass" || name == "createinstancefrom" ||
         name == "getenginebyextension" || name == "reflectionfunction" || name == "reflectionmethod" ||
         name == "reflectionclass" || name == "fromcallable";
}

}  // namespace

// A callee known by its text ("assert", "Class::method") as a path.
std::string_view Interpreter::path_of_text(std::string_view text) {
  std::string path = to_lower_ascii(text.substr(0, kShownWord));
  const auto last = path.find_last_of("\\");
  if (last != std::string::npos) path.erase(0, last + 1);
  for (auto at = path.find("::"); at != std::string::npos; at = path.find("::", at)) {
    path[at] = '.';
    path.erase(at + 1, 1);
  }
  return arena_.keep(path);
}

// By its whole path first ("c.m"), then by its name.
Interpreter::Function* Interpreter::find_function(std::string_view path) {
  const std::string_view name = last_part(path);
  const bool method = language_ == Language::php && name.size() < path.size();
  if (method) {
    const std::string_view type = path.substr(0, path.size() - name.size() - 1);
    const auto own = functions_.find(type == class_named(type) ? path : join_path(class_named(type), name));
    if (own != functions_.end()) return &own->second;
    const auto any = methods_.find(name);
    return any == methods_.end() ? nullptr : any->second;
  }
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

Driver Interpreter::driver_of(unsigned traits, bool constant) const {
  if ((traits & kRequest) != 0 && (traits & kQuoted) == 0) return Driver::request;
  if ((traits & kFetched) != 0) return Driver::fetched;
  if ((traits & (kEncoded | kDecoded)) != 0 && !constant) return Driver::hidden;
  if ((traits & kBuilt) != 0) return Driver::built;
  return constant ? Driver::page : Driver::nobody;
}

void Interpreter::note(Finding finding) {
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
  if (word.path < 0 && word.content < 0) {
    // exec() and its like take the command first; the other arguments are set or configure.
    const bool first_only = language_ == Language::php && word.act == Act::run_command &&
                            word.owner.empty() && word.name != "pcntl_exec";
    std::uint16_t traits =
        first_only ? static_cast<std::uint16_t>(given.values[0].traits & kFlowing) : given.flowing();
    const Value& code = given.values[word.name == "create_function" ? 1 : 0];  // parameters, code
    if (given.count > 0 && word.act == Act::run_code && code.constant() && !code.has(kList)) {
      const bool opaque = code.has(kEncoded | kDecoded);
      note({.act = word.act, .driver = opaque ? Driver::hidden : Driver::page, .at = at, .word = word.name});
      evaluate(code, at);
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
    if (word.act == Act::run_command || word.act == Act::load_code) traits |= callee.traits & kFlowing;
    finding.driver = driver_of(traits, given.all_constant());
    if (finding.source == 0) finding.source = callee.source;
    note(finding);
    return;
  }
  const auto argument = [&](std::int8_t which) {
    return which >= 0 && static_cast<std::size_t>(which) < given.count
               ? given.values[static_cast<std::size_t>(which)]
               : Value{};
  };
  const Value path = argument(word.path);
  const Value content = word.content >= 0 ? argument(word.content) : callee;
  // copy() or writing of an upload is what move_uploaded_file() does.
  if ((word.act == Act::move_file || word.act == Act::write_file) && content.has(kUpload))
    finding.act = Act::save_upload;
  finding.target = word.name == "symlink" ? content.text : path.text;
  finding.path_of_request = path.has(kRequest) && !path.has(kQuoted);
  finding.content_of_request = content.has(kRequest | kUpload);
  finding.part_of_path = path.has(kPart);
  finding.holds_program =
      content.constant() && content.has(kEncoded | kDecoded) && holds_program(content.text);
  finding.part_of_content = content.has(kPart);
  finding.bounded_path = path.has(kFolderOf | kQuoted);
  finding.writes_script = (path.constant() || !path.text.empty()) ? names_script(path.text) : false;
  finding.writes_script |= content.constant() && holds_script(content.text);
  if (finding.path_of_request || finding.content_of_request)
    finding.driver = Driver::request;
  else
    finding.driver = driver_of(path.traits | content.traits, path.constant());
  note(finding);
}

// Text that is run: lexed and walked where it stands, in the same variables.
Value Interpreter::evaluate(const Value& code, std::uint32_t at) {
  if (layer_ >= kMaxLayers || code.text.size() < 4 || evaluated_ + code.text.size() > kMaxEvaluatedBytes)
    return {};
  evaluated_ += code.text.size();
  std::vector<Token> tokens;
  const auto lex_part = [&](std::string_view part) {
    const SourceCode source(part, 0, language_, arena_);
    lex(source, language_, arena_, tokens);
    tokens.push_back({.kind = TokenKind::separator, .text = {}});
  };
  std::string_view text = code.text;
  const bool page = language_ == Language::php &&
                    (text.find("<?") != std::string_view::npos || trim(text).starts_with("?>"));
  if (page) {
    // PHP code that leaves PHP first: "?><?php ...".
    const auto leaves = text.find("?>");
    const auto enters = text.find("<?");
    if (leaves > enters)
      text = text.substr(enters);
    else
      lex_part(text.substr(0, leaves)), text = text.substr(std::min(leaves + 2, text.size()));
    for (const Region& region : read_page(text, PageKind::php).regions) lex_part(region.code);
  } else {
    lex_part(text);
  }
  match_brackets(tokens, 0);
  const auto outer_tokens = std::exchange(tokens_, std::span<const Token>(tokens));
  const auto outer_at = std::exchange(at_, 0);
  const auto outer_base = std::exchange(base_, base_ + at);
  for (Token& token : tokens) token.at = 0;
  deepest_ = std::max(deepest_, ++layer_);
  statements(tokens.size());
  --layer_;
  base_ = outer_base;
  at_ = outer_at;
  tokens_ = outer_tokens;
  return {};
}

// What a parameter holds: the first constant it was given, and what flows in from any call.
void Interpreter::bind_parameter(std::uint64_t slot, const Value& value, std::uint16_t& given) {
  Value& parameter = variables_[slot].value;
  const auto flowing = static_cast<std::uint16_t>(value.traits & kFlowing);
  constexpr std::uint16_t kNews = kRequest | kUpload | kFetched | kEncoded | kDecoded;
  changed_ |= (flowing & ~given & kNews) != 0;
  const bool callable = value.constant() || !value.path.empty();
  if (given == 0) changed_ |= callable;
  given |= static_cast<std::uint16_t>(value.traits | (callable ? kConstant : 0));
  parameter.slot = slot;
  if (language_ == Language::php && parameter.path.empty() && parameter.text.empty() &&
      parameter.traits == 0) {
    parameter.path = value.path;
    parameter.text = value.text;
    parameter.traits |= static_cast<std::uint16_t>(value.traits & (kConstant | kNumber | kList));
  } else if (parameter.constant() && !(value.constant() && value.text == parameter.text)) {
    parameter.text = {};
    parameter.traits = static_cast<std::uint16_t>(parameter.traits & ~(kConstant | kNumber | kList));
  }
  parameter.traits |= flowing;
  if (parameter.source == 0) parameter.source = value.source;
  if (language_ != Language::php && !value.path.empty() && find(value.slot) != nullptr)
    parameter.path = value.path;
}

Value Interpreter::call_function(Function& function, const Arguments& given) {
  for (std::size_t i = 0; i < function.parameters.size() && i < given.count; ++i) {
    const std::uint64_t outer = std::exchange(scope_, function.scope);
    const std::uint64_t slot = local_slot(function.parameters[i]);
    scope_ = outer;
    bind_parameter(slot, given.values[i], function.given[i]);
  }
  Value out = function.result;
  out.slot = 0;
  // What went in may come out again, decoded or built.
  out.traits |= static_cast<std::uint16_t>(
      given.flowing() & (kEncoded | kDecoded | kRequest | kUpload | kQuoted | kFolderOf | kPart));
  out.traits = static_cast<std::uint16_t>(out.traits & ~(given.count > 0 ? kConstant : 0));
  if (out.source == 0) out.source = given.source();
  return out;
}

Value Interpreter::call_reflected(const Value& callee, const Arguments& given, std::uint32_t at) {
  const std::string_view path = callee.path.substr(0, callee.path.rfind('.'));
  const auto traits = static_cast<std::uint16_t>(given.flowing() | (callee.traits & kFlowing));
  const bool constructs = last_part(callee.path).starts_with("newinstance");
  if (Function* function = find_function(constructs ? join_path(path, "__construct") : path)) {
    call_function(*function, given);
  }
  if (const Word* word = find_word(path, language_, false)) {
    note({.act = word->act,
          .driver = driver_of(traits, false),
          .at = at,
          .source = given.source(),
          .word = word->name});
  } else if ((traits & kRequest) != 0 && (callee.has(kRequest) || (traits & kBuilt) != 0)) {
    note({.act = Act::run_code,
          .driver = Driver::request,
          .at = at,
          .source = given.source() != 0 ? given.source() : callee.source,
          .word = "invoke"});
  }
  return made_of(traits, given.source(), path);
}

Value Interpreter::call_unknown(const Value& callee, const Arguments& given) {
  const std::string_view name = last_part(callee.path);
  const std::uint16_t receiver = callee.traits & kFlowing;
  auto traits = static_cast<std::uint16_t>(given.flowing() | receiver);
  if (gives_no_text(name)) return {};
  if (decodes(name)) traits = static_cast<std::uint16_t>(traits & ~kQuoted);
  // escapeshellcmd() still lets the visitor choose the program.
  if (quotes(name) && (name != "escapeshellcmd" || (traits & kPart) != 0)) traits |= kQuoted;
  if (cuts_to_name(name)) traits |= kFolderOf;
  if (decodes(name)) traits |= kDecoded;
  if (fetches(name)) traits |= kFetched;
  if (tells_own_place(name)) traits |= kHere;
  const bool builds =
      (builds_text(name) || (language_ == Language::php && makes_text(name))) && (traits & kRequest) == 0;
  if (builds && std::any_of(given.view().begin(), given.view().end(),
                            [](const Value& value) { return value.constant() && !value.has(kNumber); }))
    traits |= kBuilt;
  const bool php = language_ == Language::php;
  const std::uint16_t brought = php ? source_of_php(name, given) : std::uint16_t{0};
  if ((brought & kRequest) != 0) return made_of(traits | brought, 1);
  traits |= brought;
  if (php && fills_in(name) &&
      !(given.count > 2 && given.values[2].has(kOutside) && !given.values[2].has(kPart)))
    traits |= kPart;
  // A path without ".." stays below the folder that the page chose.
  if (php && name == "str_replace" && given.count > 0 &&
      given.values[0].text.find("..") != std::string_view::npos)
    traits |= kFolderOf;
  if (php && name == "chr") traits |= kDecoded;  // of what is not known: a decoder of the page's own
  // In PHP a path is the name of a function, a class or an object's class; a result has none.
  const std::string_view path = php && !finds_by_name(name) ? std::string_view() : callee.path;
  Value out = made_of(traits, given.source() != 0 ? given.source() : callee.source, path);
  if (finds_by_name(name) && given.count > 0) {
    const Value& which = given.values[0].constant() || given.count < 2 ? given.values[0] : given.values[1];
    if (which.constant()) {
      const bool method = name.starts_with("get") && name != "getobject" && name != "gettype" &&
                          name != "gettypefromprogid" && !name.starts_with("getengine");
      const std::string_view target = path_of_text(which.text);
      out.path = method ? join_path(callee.path.substr(0, callee.path.rfind('.')), target)
                 : name.starts_with("getengine") ? std::string_view("scriptengine")
                                                 : target;
      out.traits = static_cast<std::uint16_t>(out.traits & ~kBuilt);
    } else {
      out.traits |= kBuilt;
    }
  }
  return out;
}

Value Interpreter::call(const Value& callee, Arguments& given, std::uint32_t at, bool through_variable) {
  Value target = callee;
  if (through_variable && target.constant() && target.has(kRequest) && language_ == Language::php)
    call_through_variable(target, given, at);
  if (target.constant() && !target.has(kList)) {
    target = {.text = {}, .path = path_of_text(target.text), .slot = 0, .source = 0, .traits = 0};
  } else if (through_variable && language_ == Language::php) {
    target.path = path_of_callable(target);
    if (target.path.empty()) return call_through_variable(target, given, at);
  }
  const std::string_view name = last_part(target.path);
  if (names_request(target.path, language_)) return made_of(kRequest, base_ + at, target.path);
  if (reflects(name)) return call_reflected(target, given, at);
  if (language_ == Language::php) {
    if (auto result = call_of_php(name, given, at)) return *result;
    call_with_name(name, callee, given, at);
  }
  const Word* word = find_word(target.path, language_, false);
  if (Function* function = find_function(target.path);
      function != nullptr && (word == nullptr || word->owner == "*" || language_ != Language::php)) {
    if (current_ != function || given.count > 0) return call_function(*function, given);
  }
  if (given.all_constant() && (given.flowing() & kOutside) == 0) {
    const PhpFold own = language_ == Language::php ? php_fold(name) : nullptr;
    if (auto folded = own != nullptr ? own(given.view()) : fold_call(name, given.view())) {
      const bool list = gives_list(name);
      Value out = constant(arena_.keep(*folded), list ? kList : 0);
      if (decodes(name)) out.traits |= kDecoded;
      out.traits |= static_cast<std::uint16_t>(given.flowing() & (kEncoded | kDecoded));
      return out;
    }
  }
  if (word != nullptr) {
    act(*word, target, given, at);
    if (name == "create_function" && given.count > 1 && given.values[1].constant())
      return created_function(given.values[0].text, given.values[1].text);
    if (word->act == Act::save_upload || word->act == Act::run_code)
      return made_of(given.flowing(), given.source());
    if (word->act == Act::open_socket) return made_of(kFetched, 0, target.path);
    if (name == "fopen" && given.count > 0) {  // what is written to it goes to that file
      Value file = made_of(given.flowing(), given.source());
      file.text = given.values[0].text;
      if (starts_with_ignoring_case(file.text, "php://input")) file.traits |= kRequest;
      return file;
    }
  }
  return call_unknown(target, given);
}

}  // namespace afterpatch::detect::scripts
