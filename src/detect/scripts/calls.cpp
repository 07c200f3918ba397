// Calls: what functions make of their arguments, and which of them matter.
#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kShownWord = 64;

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

// A constant that is neither words nor a path nor a name: something that only a function of the page can
// read.
bool is_cipher(std::string_view text) {
  if (text.size() < 16) return false;
  // Code has its language's words in it, however long it is.
  if (text.size() >= 1000) {
    for (const std::string_view word :
         {"function", "return", "class", "end if", "dim ", "public", "<div", "<table", "select "}) {
      if (contains_ignoring_case(text.substr(0, 20'000), word)) return false;
    }
    return true;
  }
  const auto plain = [](char c) {
    return is_word(c) || c == '.' || c == '/' || c == '\\' || c == ' ' || c == '-' || c == ':';
  };
  if (!std::all_of(text.begin(), text.end(), plain))
    return text.find("select") == std::string_view::npos && text.find('<') == std::string_view::npos;
  return text.size() >= 24 && text.find_first_of("./\\ -_:") == std::string_view::npos;
}
namespace {

// A callee known by its text ("assert", "Class::method") as a path.
std::string path_of_text(std::string_view text) {
  text = text.substr(0, kShownWord);
  if (const auto last = text.find_last_of('\\'); last != std::string_view::npos) text.remove_prefix(last + 1);
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool scope = text.substr(i).starts_with("::");
    path.push_back(scope ? '.' : to_lower_ascii(text[i]));
    if (scope) ++i;
  }
  return path;
}

// MapPath("."), getcwd(), dirname(__FILE__): where the page lies, not a folder of the application's choice.
bool own_folder(std::span<const Value> given) {
  if (given.empty()) return true;
  const std::string_view of = given[0].text;
  return given[0].constant() && (of.empty() || of == "." || of == "./" || of == "/" || of == "\\" ||
                                 of == "~" || of == "~/" || of == ".\\");
}

bool reflects(std::string_view name) {
  return name == "invoke" || name == "invokemember" || name == "newinstance" || name == "dynamicinvoke" ||
         name == "invokeargs";
}

bool finds_by_name(std::string_view name) {
  return name == "forname" || name == "loadclass" || name == "gettype" || name == "getmethod" ||
         name == "getdeclaredmethod" || name == "createinstance" || name == "gettypefromprogid" ||
         name == "createobject" || name == "getobject" || name == "getenginebyname" ||
         name == "getdeclaredconstructor" || name == "findclass" || name == "createinstancefrom" ||
         name == "getenginebyextension" || name == "reflectionfunction" || name == "reflectionmethod";
}

}  // namespace

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
  const std::uint64_t key = (static_cast<std::uint64_t>(finding.at) << 16U) ^
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
    std::uint16_t traits = given.flowing();
    if (given.count > 0 && word.act == Act::run_code && given.values[0].constant() &&
        !given.values[0].has(kList)) {
      const bool opaque = given.values[0].has(kEncoded | kDecoded);
      note({.act = word.act, .driver = opaque ? Driver::hidden : Driver::page, .at = at, .word = word.name});
      evaluated_value_ = evaluate(given.values[0], at);
      traits = static_cast<std::uint16_t>(traits & ~(kEncoded | kDecoded));
    }
    // What an object was made with flows through it: new ProcessBuilder(x).start().
    if (word.act == Act::run_command || word.act == Act::load_code || acts_on_receiver(word.act))
      traits |= callee.traits & kFlowing;
    if (given.count > 0 && given.values[0].constant()) finding.text = given.values[0].text;
    finding.driver = driver_of(traits, given.all_constant());
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
  finding.path_of_request = path.has(kRequest) && !path.has(kQuoted);
  finding.path_of_upload = path.has(kUpload) && !finding.path_of_request;
  finding.content_of_request = content.has(kRequest | kUpload);
  finding.content_fetched = content.has(kFetched);
  finding.bounded_path = path.has(kFolderOf | kQuoted);
  finding.beside_page = path.has(kHere);
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
  last_ = {};
  deepest_ = std::max(deepest_, ++layer_);
  statements(tokens.size());
  --layer_;
  base_ = outer_base;
  at_ = outer_at;
  tokens_ = outer_tokens;
  return std::exchange(last_, {});
}

// A transformation's style sheet brings its own script: "<msxsl:script language='JScript'
// implements-prefix=...>".
void Interpreter::script_in_style_sheet(std::string_view text, std::uint32_t at) {
  const auto mark = text.find("implements-prefix");
  if (mark == std::string_view::npos) return;
  const auto from = text.find('>', mark);
  const auto open = text.rfind('<', mark);
  if (from == std::string_view::npos || open == std::string_view::npos) return;
  const auto name = attribute(text.substr(open, from - open), "language").value_or("JScript");
  const auto end = std::min(find_ignoring_case(text, ":script>", from), text.size());
  const Language outer = language_;
  language_ = starts_with_ignoring_case(name, "c")   ? Language::csharp
              : starts_with_ignoring_case(name, "v") ? Language::vbnet
                                                     : Language::jscript;
  std::string code;
  for (const std::string_view line : split(text.substr(from + 1, end - from - 1), '>')) {
    // Elements that name assemblies are no code.
    const auto element = line.rfind('<');
    if (element == std::string_view::npos) {
      code.append(line).push_back('>');
    } else {
      code.append(line.substr(0, element)).push_back(' ');
      if (const auto data = line.find("CDATA["); data != std::string_view::npos)
        code.append(line.substr(data + 6));
    }
  }
  evaluate({.text = arena_.keep(std::move(code)),
            .path = {},
            .place = {},
            .slot = 0,
            .owner = 0,
            .source = 0,
            .traits = kConstant},
           at);
  language_ = outer;
}

// "stream.Read(buffer, 0, n)": what the stream carries is in the buffer then.
void Interpreter::read_into(const Value& callee, const Arguments& given) {
  const std::string_view name = last_part(callee.path);
  if (name != "read" && name != "readfully" && name != "copyto" && name != "readblock" && name != "readasync")
    return;
  if (given.count == 0 || given.values[0].slot == 0) return;
  Variable& buffer = variables_[given.values[0].slot];
  buffer.value.slot = given.values[0].slot;
  buffer.value.traits |= callee.traits & kFlowing;
  if (buffer.value.source == 0) buffer.value.source = callee.source;
}

// PHP functions that call what they are given.
void Interpreter::call_back(std::string_view name, const Arguments& given, std::uint32_t at) {
  const std::uint16_t all = given.flowing();
  for (const Value& value : given.view()) {
    if (value.constant() && !value.has(kList)) {
      const std::string path = path_of_text(value.text);
      const Word* word = find_word(path, language_, false);
      if (word == nullptr || (word->act != Act::run_code && word->act != Act::run_command)) continue;
      note({.act = word->act,
            .driver = driver_of(all, false),
            .at = at,
            .source = given.source(),
            .word = word->name});
    } else if (value.has(kRequest) && !value.has(kQuoted) && &value == &given.values[0] &&
               (name == "call_user_func" || name == "call_user_func_array" || name == "reflectionfunction")) {
      const bool also_data = given.count > 1 && given.values[1].has(kRequest);
      note({.act = Act::run_code,
            .driver = also_data ? Driver::request : Driver::built,
            .at = at,
            .source = value.source,
            .word = name});
    } else if (value.has(kRequest) && given.count > 1 && !value.has(kQuoted)) {
      const bool callable = name != "call_user_func" && name != "call_user_func_array" &&
                            &value != &given.values[name == "array_map" ? 1 : 0];
      if (callable && given.values[0].has(kRequest))
        note({.act = Act::run_code,
              .driver = Driver::request,
              .at = at,
              .source = value.source,
              .word = name});
    }
  }
}

// preg_replace with /e, mb_ereg_replace with "e": the replacement is code.
void Interpreter::replace_with_code(std::string_view name, const Arguments& given, std::uint32_t at) {
  if (given.count < 2) return;
  const Value& pattern = given.values[0];
  bool code = pattern.has(kRequest | kBuilt | kEncoded | kDecoded) && !pattern.constant();
  if (pattern.constant() && name.starts_with("preg")) {
    const auto end = pattern.text.find_last_not_of("imsxADSUXJuenr \n");
    code = end != std::string_view::npos && end > 0 &&
           pattern.text.substr(end).find('e') != std::string_view::npos && !is_word(pattern.text.front());
  } else if (!name.starts_with("preg")) {
    code = given.count > 3 && given.values[3].constant() &&
           given.values[3].text.find('e') != std::string_view::npos;
  }
  if (!code) return;
  if (given.values[1].constant() && !given.values[1].has(kList)) evaluate(given.values[1], at);
  const std::uint16_t traits = given.flowing();
  if ((traits & kRequest) == 0 && !pattern.constant()) return;
  note({.act = Act::run_code,
        .driver = driver_of(traits, given.all_constant()),
        .at = at,
        .source = given.source(),
        .word = name});
}

// extract($_POST), parse_str($_SERVER["QUERY_STRING"]): any variable may be the visitor's from here on.
void Interpreter::take_all(std::string_view name, const Arguments& given) {
  if (name == "import_request_variables" ||
      ((name == "extract" || name == "parse_str" || name == "mb_parse_str") && given.count > 0 &&
       given.values[0].has(kRequest) && given.count == 1)) {
    everything_of_request_ = true;
  }
}

Value Interpreter::call_function(Function& function, const Arguments& given) {
  std::uint16_t made = 0;
  for (std::size_t i = 0; i < function.parameters.size() && i < given.count; ++i) {
    const std::uint64_t outer = std::exchange(scope_, function.scope);
    Variable& variable = variables_[local_slot(function.parameters[i])];
    scope_ = outer;
    const Value& value = given.values[i];
    const std::string_view path =
        value.path.empty() || find(value.slot) == nullptr ? variable.value.path : value.path;
    const std::uint16_t before = variable.value.traits;
    variable.value.traits |= value.traits & kFlowing;
    learned_ |= variable.value.traits != before;
    variable.value.slot = variable.value.slot == 0 ? 1 : variable.value.slot;
    if (variable.value.source == 0) variable.value.source = value.source;
    variable.value.path = path;
    if (value.constant() && is_cipher(value.text)) made |= kEncoded;
  }
  Value out = function.result;
  out.slot = 0;
  // What went in may come out again, decoded or built.
  out.traits |= static_cast<std::uint16_t>(given.flowing() & (kEncoded | kDecoded | kRequest | kUpload));
  out.traits = static_cast<std::uint16_t>(out.traits & ~(given.count > 0 ? kConstant : 0));
  if (!out.constant()) out.traits |= made;
  if (out.source == 0) out.source = given.source();
  return out;
}

// "builder.Append(x)", "stream.Write(x)": the object holds x from then on.
void Interpreter::keep_in_owner(const Value& callee, const Arguments& given) {
  if (callee.owner == 0 || !keeps(last_part(callee.path))) return;
  const auto found = variables_.find(callee.owner);
  if (found == variables_.end()) return;
  Value& owner = found->second.value;
  owner.traits = static_cast<std::uint16_t>((owner.traits & ~kConstant) | given.flowing());
  if (owner.source == 0) owner.source = given.source();
}

Value Interpreter::call_reflected(const Value& callee, const Arguments& given, std::uint32_t at) {
  const std::string_view path = callee.path.substr(0, callee.path.rfind('.'));
  const auto traits = static_cast<std::uint16_t>(given.flowing() | (callee.traits & kFlowing));
  const bool java = language_ == Language::java;
  if (java && last_part(path) == "methodutil" && given.count > 0 && !given.values[0].path.empty()) {
    Value method = given.values[0];
    method.path = join_path(method.path, "invoke");
    return call_reflected(method, given, at);
  }
  if (java && is_request_member(last_part(path), language_))
    return made_of(traits | kRequest, base_ + at, path);  // getMethod("getParameter").invoke(request, "x")
  if (java && invoke_java(callee.path, traits, given.source() != 0 ? given.source() : callee.source, at))
    return made_of(traits, given.source(), path);
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
  if (quotes(name)) traits |= kQuoted;
  if (cuts_to_name(name)) traits |= kFolderOf;
  if (decodes(name)) traits |= kDecoded;
  if (fetches(name)) traits |= kFetched;
  if (tells_own_place(name) && own_folder(given.view())) traits |= kHere;
  const bool builds = builds_text(name) && (traits & kRequest) == 0;
  if (builds && std::any_of(given.view().begin(), given.view().end(),
                            [](const Value& value) { return value.constant() && !value.has(kNumber); }))
    traits |= kBuilt;
  if (name == "file_get_contents" && given.count > 0 && given.values[0].constant()) {
    const std::string_view from = given.values[0].text;
    if (starts_with_ignoring_case(from, "php://input")) return made_of(kRequest, 1, {});
    if (starts_with_ignoring_case(from, "http") || starts_with_ignoring_case(from, "ftp:"))
      traits |= kFetched;
  }
  if ((name == "getallheaders" || name == "apache_request_headers" || name == "filter_input" ||
       name == "get_defined_vars") &&
      language_ == Language::php)
    traits |= kRequest;
  Value out = made_of(traits, given.source() != 0 ? given.source() : callee.source, callee.path);
  // A path below the web root keeps its name.
  if (tells_own_place(name) && given.count > 0) out.text = given.values[0].text;
  if (finds_by_name(name) && given.count > 0) {
    const Value& which = given.values[0].constant() || given.count < 2 ? given.values[0] : given.values[1];
    if (which.constant()) {
      const bool method = name.starts_with("get") && name != "getobject" && name != "gettype" &&
                          name != "gettypefromprogid" && !name.starts_with("getengine");
      const std::string_view target = arena_.keep(path_of_text(which.text));
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
  if (target.constant() && !target.has(kList)) {
    target = {.text = {},
              .path = arena_.keep(path_of_text(target.text)),
              .place = {},
              .slot = 0,
              .owner = 0,
              .source = 0,
              .traits = 0};
  } else if (through_variable && language_ == Language::php && target.path.empty()) {
    const bool data = (given.flowing() & kRequest) != 0;
    if (target.has(kRequest) && !target.has(kQuoted)) {
      note({.act = Act::run_code,
            .driver = data || target.has(kBuilt) ? Driver::request : Driver::built,
            .at = at,
            .source = target.source,
            .word = "a function that the request names"});
    } else if (target.has(kBuilt | kEncoded | kDecoded) && data) {
      note({.act = Act::run_code,
            .driver = Driver::request,
            .at = at,
            .source = given.source(),
            .word = "a function whose name is put together"});
    }
    return made_of(given.flowing() | target.traits, given.source());
  }
  const std::string_view name = last_part(target.path);
  if (language_ == Language::java) {
    if (auto value = call_java(target, given, at)) return *value;
  }
  if (names_request(target.path, language_)) return made_of(kRequest, base_ + at, target.path);
  const bool own =
      language_ == Language::java && functions_.contains(name) && !owned_by(target.path, "method");
  if (reflects(name) && !own) return call_reflected(target, given, at);
  if (language_ == Language::php) {
    if (calls_back(name)) call_back(name, given, at);
    if (name == "preg_replace" || name == "mb_ereg_replace" || name == "mb_eregi_replace" ||
        name == "preg_filter")
      replace_with_code(name, given, at);
    take_all(name, given);
  }
  const Word* word = find_word(target.path, language_, false);
  if (const auto found = functions_.find(name);
      found != functions_.end() &&
      (language_ == Language::java ? calls_own_method(target.path, word)
                                   : word == nullptr || word->owner == "*" || language_ != Language::php)) {
    if (current_ != &found->second || given.count > 0) return call_function(found->second, given);
  }
  if (given.all_constant()) {
    if (auto folded = fold_call(name, given.view())) {
      const bool list = name == "explode" || name == "split" || name == "str_split";
      Value out = constant(arena_.keep(std::move(*folded)), list ? kList : 0);
      if (decodes(name)) out.traits |= kDecoded;
      out.traits |= given.flowing();
      return out;
    }
  }
  if (word != nullptr) {
    evaluated_value_ = {};
    act(*word, target, given, at);
    if (word->act == Act::run_code && !evaluated_value_.path.empty()) return evaluated_value_;
    if (word->act == Act::save_upload || word->act == Act::run_code)
      return made_of(given.flowing() | evaluated_value_.traits, given.source());
    if (word->act == Act::open_socket) return made_of(kFetched, 0, target.path);
  }
  if (target.has(kFlowing)) read_into(target, given);
  keep_in_owner(target, given);
  return call_unknown(target, given);
}

}  // namespace afterpatch::detect::scripts
