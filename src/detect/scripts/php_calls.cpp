// Calls that only PHP has: functions that call what they are given, that run a replacement as code, that make
// variables of the request, and streams that are the request.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/name_filter.h"
#include "detect/scripts/source_code.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

// "php://input" and what a wrapper makes of it.
bool is_request_stream(std::string_view path) {
  return contains_ignoring_case(path.substr(0, 256), "php://input");
}

// Behind a pattern's closing delimiter.
std::string_view modifiers(std::string_view pattern) {
  const auto last = pattern.find_last_not_of("imsxADSXUJuenr \n");
  return last == std::string_view::npos || last == 0 || is_word(pattern.front()) ? std::string_view()
                                                                                 : pattern.substr(last + 1);
}

bool names_picture_or_text(std::string_view path) {
  const std::string tail = to_lower_ascii(path.size() > 5 ? path.substr(path.size() - 5) : path);
  for (const std::string_view extension :
       {".jpg", ".jpeg", ".gif", ".png", ".ico", ".bmp", ".txt", ".log", ".pdf", ".zip", ".doc"}) {
    if (tail.ends_with(extension)) return true;
  }
  return false;
}

}  // namespace

// What has to be seen before the call's own meaning; a value where that is all.
std::optional<Value> Interpreter::call_of_php(std::string_view name, const Arguments& given,
                                              std::uint32_t at) {
  if (calls_back(name)) {
    if (auto result = call_back(name, given, at)) return result;
  }
  if (name == "preg_replace" || name == "mb_ereg_replace" || name == "mb_eregi_replace" ||
      name == "preg_filter")
    replace_with_code(name, given, at);
  if (name == "define" && given.count > 1 && given.values[0].constant())
    define_constant(lower(given.values[0].text, arena_), given.values[1]);
  if (name.starts_with("include") || name.starts_with("require")) include_stream(given, at);
  // WordPress' filters give back their second argument, as the site's settings may have changed it.
  if (name == "apply_filters" && given.count > 1) return given.values[1];
  take_all(name, given);
  give_back(name, given);
  return std::nullopt;
}

// Arguments that a function sets.
void Interpreter::give_back(std::string_view name, const Arguments& given) {
  struct Returned {
    std::string_view name;
    std::size_t from, to;
  };
  constexpr std::array kReturned = {Returned{"parse_str", 0, 1},     Returned{"mb_parse_str", 0, 1},
                                    Returned{"preg_match", 1, 2},    Returned{"preg_match_all", 1, 2},
                                    Returned{"ereg", 1, 2},          Returned{"eregi", 1, 2},
                                    Returned{"sscanf", 0, 2},        Returned{"array_push", 1, 0},
                                    Returned{"array_unshift", 1, 0}, Returned{"socket_recv", 0, 1}};
  static const NameFilter names = [&] {
    NameFilter built;
    for (const Returned& returned : kReturned) built.add(returned.name);
    return built;
  }();
  if (!names.may_hold(name)) return;
  for (const Returned& returned : kReturned) {
    if (returned.name != name || given.count <= std::max(returned.from, returned.to)) continue;
    const Value& target = given.values[returned.to];
    const Value& from = given.values[returned.from];
    if (target.slot == 0) return;
    variables_.try_emplace(target.slot).first->second.value.slot = target.slot;  // it is set from here on
    if ((from.traits & kFlowing) == 0) return;
    Value& set = variables_[target.slot].value;
    set = made_of(set.traits | from.traits, from.source);
    set.slot = target.slot;
    return;
  }
}

// A function that runs code or commands is named to something that also gets the visitor's data:
// $list->uasort('assert'), filter_var($_POST['x'], FILTER_CALLBACK, array('options' => 'assert')).
void Interpreter::call_with_name(std::string_view name, const Value& receiver, const Arguments& given,
                                 std::uint32_t at) {
  const std::uint16_t data = given.flowing() | receiver.traits;
  if ((data & kRequest) == 0) return;
  if (gives_no_text(name) || builds_text(name) || find_word(name, language_, false) != nullptr) return;
  const bool method = receiver.path.size() > name.size();
  const bool takes = method && (name == "uasort" || name == "uksort" || name == "sqlitecreatefunction" ||
                                name == "createfunction" || name == "createaggregate");
  if (method && !takes) return;  // "system" and "exec" are words of the object's own
  for (const Value& value : given.view()) {
    if (takes && value.has(kRequest) && !value.constant() && !value.has(kQuoted)) {
      note({.act = Act::run_code, .driver = Driver::request, .at = at, .source = value.source, .word = name});
      return;
    }
    if (!value.constant() || value.text.size() > 64) continue;
    std::string_view text = value.text;
    if (value.has(kList)) {
      while (text.ends_with(kListEnd)) text.remove_suffix(1);
      text = text.substr(text.find_last_of("\x1e\x1f") + 1);
    }
    if (!runs_text(path_of_text(text))) continue;
    note({.act = Act::run_code, .driver = Driver::request, .at = at, .source = given.source(), .word = name});
    return;
  }
}

bool Interpreter::runs_text(std::string_view path) const {
  const Word* const word = find_word(path, language_, false);
  return word != nullptr && (word->act == Act::run_code || word->act == Act::run_command) &&
         word->owner.empty() && word->name != "eval";
}

// What a value would call: "f", "c.m" or a closure's name; "" if that is not known.
std::string_view Interpreter::path_of_callable(const Value& value) {
  if (value.has(kList)) {
    if (const auto option = list_item(value.text, "options"))
      return path_of_text(*option);  // of filter_var()
    const auto type = list_item(value.text, "0");
    const auto method = list_item(value.text, "1");
    return type && method ? lower(join_path(*type, *method), arena_) : std::string_view();
  }
  if (value.constant()) return path_of_text(value.text);
  if (value.path.empty() || value.path == kUploadPath) return {};
  const std::string_view invoked = join_path(value.path, "__invoke");
  return functions_.contains(invoked) ? invoked : value.path;
}

// What create_function('$a', 'code') makes.
Value Interpreter::created_function(std::string_view parameters, std::string_view body) {
  if (layer_ >= kMaxLayers || evaluated_ + body.size() > kMaxEvaluatedBytes) return {};
  evaluated_ += body.size();
  const std::string_view head = arena_.joined(arena_.joined("function(", parameters), "){");
  const SourceCode source(arena_.joined(arena_.joined(head, body), "}"), 0, language_, arena_);
  std::vector<Token> tokens;
  lex(source, language_, arena_, tokens);
  match_brackets(tokens, 0);
  for (Token& token : tokens) token.at = 0;
  const auto outer_tokens = std::exchange(tokens_, std::span<const Token>(tokens));
  const auto outer_at = std::exchange(at_, 0);
  const std::string_view name = arena_.joined("created ", body.substr(0, 64));
  Value made = php_closure();
  if (!made.path.empty()) {
    Function& function = functions_[name];
    const Function before = std::exchange(function, functions_[made.path]);
    function.given = before.given;
    made.path = name;
  }
  at_ = outer_at;
  tokens_ = outer_tokens;
  return made;
}

// A callback whose function is known. Its parameters may hold anything the other arguments do.
Value Interpreter::call_named(std::string_view path, const Arguments& given, std::size_t callable,
                              std::uint32_t at) {
  Arguments rest;
  for (std::size_t i = 0; i < given.count; ++i) {
    if (i != callable) rest.values[rest.count++] = given.values[i];
  }
  Function* const function = find_function(path);
  if (function == nullptr) {
    const Value callee = {
        .text = {}, .path = path, .place = {}, .slot = 0, .owner = 0, .source = 0, .traits = 0};
    return call(callee, rest, at, false);
  }
  const bool list = std::any_of(rest.values.begin(), rest.values.end(),
                                [](const Value& value) { return value.has(kList); });
  const Value any = made_of(rest.flowing() | (list ? kBuilt : 0), rest.source());
  rest.count = std::min(function->parameters.size(), kMaxArguments);
  std::fill_n(rest.values.begin(), rest.count, any);
  return call_function(*function, rest);
}

// PHP functions that call what they are given.
std::optional<Value> Interpreter::call_back(std::string_view name, const Arguments& given, std::uint32_t at) {
  const bool first = takes_function_first(name);
  std::optional<Value> result;
  // A filter by another name than FILTER_CALLBACK calls nothing.
  if (name == "filter_var" && given.count > 1 && given.values[1].path.starts_with("filter_") &&
      given.values[1].path != "filter_callback")
    return result;
  if (name == "session_set_save_handler") {  // the session's name and content are the visitor's
    for (const Value& value : given.view()) {
      if (value.constant() ? runs_text(path_of_text(value.text)) : value.has(kBuilt | kEncoded | kDecoded))
        note({.act = Act::run_code, .driver = Driver::request, .at = at, .word = name});
    }
  }
  if (given.spread && (given.flowing() & kRequest) != 0) {  // usort(...$_GET)
    note({.act = Act::run_code, .driver = Driver::request, .at = at, .source = given.source(), .word = name});
  }
  for (std::size_t i = 0; i < given.count; ++i) {
    const Value& value = given.values[i];
    if ((i == 0) != first) continue;
    const std::string_view path = path_of_callable(value);
    if (!path.empty() && runs_text(path) && given.count == 1 && first) {
      // ob_start('system'): what the page prints or what goes wrong reaches it.
      note({.act = Act::run_code, .driver = Driver::request, .at = at, .word = name});
    }
    if (!path.empty()) {
      Arguments passed = given;
      if (name == "ob_start") {  // gets what the page prints
        passed.values[1] = made_of(kRequest | kPart, base_ + at);
        passed.count = 2;
      }
      Value out = call_named(path, passed, i, at);
      if (name.starts_with("call_user_func")) result = out;
      continue;
    }
    const bool asked = value.has(kRequest) && !value.has(kQuoted);
    if (!asked && !value.has(kBuilt | kEncoded | kDecoded)) continue;
    bool data = false;
    for (std::size_t k = 0; k < given.count; ++k)
      data |= k != i && given.values[k].has(kRequest | (asked ? kDecoded : 0));
    data |= asked && name == "ob_start";  // what the page prints
    if (!data && !asked) continue;
    note({.act = Act::run_code,
          .driver = data ? Driver::request : Driver::built,
          .at = at,
          .source = value.source != 0 ? value.source : given.source(),
          .word = name});
  }
  return result;
}

// preg_replace with /e, mb_ereg_replace with "e": the replacement is code.
void Interpreter::replace_with_code(std::string_view name, const Arguments& given, std::uint32_t at) {
  if (given.count < 2) return;
  const Value& pattern = given.values[0];
  const bool perl = name.starts_with("preg");
  // The visitor decides on the modifiers only where the pattern's end is his.
  bool code = !pattern.constant() && pattern.text.empty() && !pattern.has(kQuoted | kPart) &&
              pattern.has(kRequest | kBuilt | kEncoded | kDecoded);
  if (pattern.constant() && perl) {
    code = modifiers(pattern.text).find('e') != std::string_view::npos;
  } else if (!perl) {
    code = given.count > 3 && given.values[3].constant() &&
           given.values[3].text.find('e') != std::string_view::npos;
  }
  if (!code) return;
  const Value& replacement = given.values[1];
  const bool of_subject = replacement.text.starts_with("\\") || replacement.text.starts_with("$");
  if (pattern.constant() && replacement.constant() && !replacement.has(kList)) {
    evaluate(of_subject && given.count > 2 ? given.values[2] : replacement, at);
  }
  std::uint16_t traits = given.flowing();
  // Code that the page writes itself is handed decoded text as data.
  if (pattern.constant() && replacement.constant() && !of_subject)
    traits = static_cast<std::uint16_t>(traits & ~(kEncoded | kDecoded));
  constexpr std::uint16_t kUnseen = kRequest | kEncoded | kDecoded;
  if (!pattern.constant() && ((traits & kUnseen) == 0 || !replacement.has(kUnseen))) return;
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
       given.values[0].has(kRequest) && (given.count == 1 || name == "extract"))) {
    everything_of_request_ = true;
  }
  if (name == "extract" && given.count > 0 && given.values[0].has(kList)) assign_named(given.values[0]);
  if (name == "unserialize" && given.count > 0 && given.values[0].has(kRequest) && !unserialized_) {
    unserialized_ = true;
    learned_ = true;
  }
}

// include of a stream: the request itself, "data:" text, another machine, or a file that is no script.
void Interpreter::include_stream(const Arguments& given, std::uint32_t at) {
  if (given.count == 0) return;
  const Value& path = given.values[0];
  included_ |= !path.has(kOutside) && layer_ == 0;
  Finding finding = {
      .act = Act::run_code, .driver = Driver::nobody, .at = at, .source = path.source, .word = "include"};
  if (is_request_stream(path.text) || path.has(kUpload)) {
    finding.driver = Driver::request;
  } else if (path.constant() && starts_with_ignoring_case(path.text, "data:")) {
    finding.driver = Driver::hidden;
    const auto comma = path.text.find(',');
    const bool base64 = contains_ignoring_case(path.text.substr(0, comma), "base64");
    const Value text = constant(path.text.substr(std::min(comma + 1, path.text.size())));
    const auto folded = base64 ? fold_call("base64_decode", {&text, 1}) : std::nullopt;
    evaluate(folded ? constant(arena_.keep(*folded)) : text, at);
  } else if (path.constant() && (starts_with_ignoring_case(path.text, "http://") ||
                                 starts_with_ignoring_case(path.text, "https://") ||
                                 starts_with_ignoring_case(path.text, "ftp://"))) {
    finding.driver = Driver::fetched;
  } else if (path.constant() && names_picture_or_text(path.text)) {
    finding.act = Act::include_file;
    finding.driver = Driver::hidden;
    finding.target = path.text;
  }
  if (finding.driver != Driver::nobody) note(finding);
}

// "$f(...)" where $f is not known.
Value Interpreter::call_through_variable(const Value& target, const Arguments& given, std::uint32_t at) {
  const bool data = (given.flowing() & kRequest) != 0;
  if (target.has(kRequest) && !target.has(kQuoted)) {
    note({.act = Act::run_code,
          .driver = data || target.has(kBuilt) ? Driver::request : Driver::built,
          .at = at,
          .source = target.source,
          .word = "a function that the request names"});
  } else if (data && (target.has(kBuilt | kEncoded | kDecoded | kHere) || everything_of_request_)) {
    note({.act = Act::run_code,
          .driver = Driver::request,
          .at = at,
          .source = given.source(),
          .word = "a function whose name is put together"});
  }
  constexpr std::uint16_t kOpaque = kEncoded | kDecoded;
  if (target.has(kOpaque) && (given.flowing() & kOpaque) != 0) {
    note({.act = Act::run_code,
          .driver = Driver::hidden,
          .carried = ((target.traits | given.flowing()) & kEncoded) != 0,
          .at = at,
          .word = "a function whose name is hidden"});
  }
  return made_of(given.flowing() | target.traits, given.source());
}

// "new $class(...)" where $class is the visitor's.
Value Interpreter::made_by_name(const Value& type, const Arguments& given, std::uint32_t at) {
  if (type.has(kRequest) && !type.has(kQuoted)) {
    note({.act = Act::run_code,
          .driver = Driver::request,
          .content_of_request = (given.flowing() & kRequest) != 0,
          .at = at,
          .source = type.source,
          .word = kClassOfRequest});
  }
  return made_of(given.flowing() | (type.traits & ~kRequest), given.source());
}

// Text is put into other text by what fills in, joins and replaces.
bool Interpreter::fills_in(std::string_view name) {
  return name == "preg_replace" || name == "str_replace" || name == "sprintf" || name == "vsprintf" ||
         name == "implode" || name == "join" || name == "var_export" || name == "json_encode" ||
         name == "preg_replace_callback";
}

// What a function of PHP brings in from outside.
std::uint16_t Interpreter::source_of_php(std::string_view name, const Arguments& given) const {
  if (name == "getallheaders" || name == "apache_request_headers" || name == "filter_input" ||
      name == "filter_input_array" || name == "get_defined_vars")
    return kRequest;
  if (name == "get_defined_functions" || name == "get_defined_constants" || name == "get_class_methods")
    return kBuilt;  // a name picked by its number
  if (name == "exif_read_data" || name == "read_exif_data") return kEncoded;
  if (given.count == 0 || given.values[0].text.empty()) return 0;
  const std::string_view which = given.values[0].text;
  if (name == "getenv" || name == "apache_getenv") return is_sent_server_key(which) ? kRequest : 0;
  if (name != "file_get_contents" && name != "file" && name != "fopen" && name != "stream_get_contents")
    return 0;
  if (is_request_stream(which)) return kRequest;
  const bool remote = starts_with_ignoring_case(which, "http") || starts_with_ignoring_case(which, "ftp:");
  return remote && given.values[0].constant() ? kFetched : 0;
}

}  // namespace afterpatch::detect::scripts
