// Calls that only PHP has: functions that call what they are given, that run a replacement as code, that make
// variables of the request, and streams that are the request.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

// Which take the function to call first; the others take it behind the data.
bool takes_function_first(std::string_view name) {
  constexpr std::array kFirst = {"call_user_func"sv,
                                 "call_user_func_array"sv,
                                 "array_map"sv,
                                 "register_shutdown_function"sv,
                                 "register_tick_function"sv,
                                 "forward_static_call"sv,
                                 "forward_static_call_array"sv,
                                 "ob_start"sv,
                                 "set_error_handler"sv,
                                 "set_exception_handler"sv,
                                 "header_register_callback"sv,
                                 "spl_autoload_register"sv,
                                 "reflectionfunction"sv};
  return std::find(kFirst.begin(), kFirst.end(), name) != kFirst.end();
}

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
  take_all(name, given);
  return std::nullopt;
}

// What a value would call: "f", "c.m" or a closure's name; "" if that is not known.
std::string_view Interpreter::path_of_callable(const Value& value) {
  if (value.has(kList)) {
    const auto type = list_item(value.text, "0");
    const auto method = list_item(value.text, "1");
    return type && method ? lower(join_path(*type, *method), arena_) : std::string_view();
  }
  if (value.constant()) return path_of_text(value.text);
  if (value.path.empty()) return {};
  const std::string_view invoked = join_path(value.path, "__invoke");
  return functions_.contains(invoked) ? invoked : value.path;
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
    const Value callee = {.text = {}, .path = path, .slot = 0, .source = 0, .traits = 0};
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
  for (std::size_t i = 0; i < given.count; ++i) {
    const Value& value = given.values[i];
    if ((i == 0) != first) continue;
    const std::string_view path = path_of_callable(value);
    if (!path.empty()) {
      Value out = call_named(path, given, i, at);
      if (name.starts_with("call_user_func")) result = out;
      continue;
    }
    const bool asked = value.has(kRequest) && !value.has(kQuoted);
    if (!asked && !value.has(kBuilt | kEncoded | kDecoded)) continue;
    bool data = false;
    for (std::size_t k = 0; k < given.count; ++k) data |= k != i && given.values[k].has(kRequest);
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
  if (pattern.constant() && replacement.constant() && !replacement.has(kList)) {
    const bool of_subject = replacement.text.starts_with("\\") || replacement.text.starts_with("$");
    evaluate(of_subject && given.count > 2 ? given.values[2] : replacement, at);
  }
  const std::uint16_t traits = given.flowing();
  if ((traits & kRequest) == 0 && !pattern.constant()) return;
  if (!pattern.constant() && !replacement.has(kRequest)) return;
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
}

// include of a stream: the request itself, "data:" text, another machine, or a file that is no script.
void Interpreter::include_stream(const Arguments& given, std::uint32_t at) {
  if (given.count == 0) return;
  const Value& path = given.values[0];
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
  } else if (data && (target.has(kBuilt | kEncoded | kDecoded) || everything_of_request_)) {
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
          .at = at,
          .word = "a function whose name is hidden"});
  }
  return made_of(given.flowing() | target.traits, given.source());
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
