// Calls: what functions make of their arguments. What matters of them is in acts.cpp.
#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/interpreter.h"
#include "detect/scripts/lexer.h"
#include "detect/scripts/markup.h"
#include "detect/scripts/name_filter.h"
#include "detect/scripts/php_folds.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::size_t kShownWord = 64;

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

// MapPath("."), getcwd(), dirname(__FILE__): where the page lies, not a folder of the application's choice.
bool own_folder(std::span<const Value> given) {
  if (given.empty()) return true;
  const std::string_view of = given[0].text;
  return given[0].constant() && (of.empty() || of == "." || of == "./" || of == "/" || of == "\\" ||
                                 of == "~" || of == "~/" || of == ".\\");
}

bool reflects(std::string_view name) {
  static const Names kNames = {"invoke",     "invokemember",    "newinstance", "dynamicinvoke",
                               "invokeargs", "newinstanceargs", "__invoke"};
  return kNames.contains(name);
}

bool finds_by_name(std::string_view name) {
  static const Names kNames = {"forname",
                               "loadclass",
                               "gettype",
                               "getmethod",
                               "getdeclaredmethod",
                               "createinstance",
                               "gettypefromprogid",
                               "createobject",
                               "getobject",
                               "getenginebyname",
                               "getdeclaredconstructor",
                               "findclass",
                               "createinstancefrom",
                               "getenginebyextension",
                               "reflectionfunction",
                               "reflectionmethod",
                               "reflectionclass",
                               "fromcallable"};
  return kNames.contains(name);
}

}  // namespace

// A callee known by its text ("assert", "Class::method") as a path.
std::string_view Interpreter::path_of_text(std::string_view text) {
  text = text.substr(0, kShownWord);
  if (const auto last = text.find_last_of('\\'); last != std::string_view::npos) text.remove_prefix(last + 1);
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool scope = text.substr(i).starts_with("::");
    path.push_back(scope ? '.' : to_lower_ascii(text[i]));
    if (scope) ++i;
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

// What a parameter holds: what flows in from any call, and in PHP the first constant that it was given.
void Interpreter::bind_parameter(std::uint64_t slot, const Value& value, std::uint16_t& given) {
  Value& parameter = variables_[slot].value;
  const auto flowing = static_cast<std::uint16_t>(value.traits & kFlowing);
  const bool php = language_ == Language::php;
  const bool callable = php && (value.constant() || !value.path.empty());
  learned_ |= (flowing & ~given & kWorthAnotherWalk) != 0 || (given == 0 && callable);
  given |= static_cast<std::uint16_t>(value.traits | (callable ? kConstant : 0));
  parameter.slot = slot;
  if (php && parameter.path.empty() && parameter.text.empty() && parameter.traits == 0) {
    parameter.path = value.path;
    parameter.text = value.text;
    parameter.traits |= static_cast<std::uint16_t>(value.traits & (kConstant | kNumber | kList));
  } else if (php && parameter.constant() && !(value.constant() && value.text == parameter.text)) {
    parameter.text = {};
    parameter.traits = static_cast<std::uint16_t>(parameter.traits & ~(kConstant | kNumber | kList));
  }
  parameter.traits |= flowing;
  if (parameter.source == 0) parameter.source = value.source;
  if (language_ != Language::php && !value.path.empty() && find(value.slot) != nullptr)
    parameter.path = value.path;
}

Value Interpreter::call_function(Function& function, const Arguments& given) {
  std::uint16_t made = 0;
  for (std::size_t i = 0; i < function.parameters.size() && i < given.count; ++i) {
    const std::uint64_t outer = std::exchange(scope_, function.scope);
    const std::uint64_t slot = local_slot(function.parameters[i]);
    scope_ = outer;
    bind_parameter(slot, given.values[i], function.given[i]);
    if (language_ != Language::php && given.values[i].constant() && is_cipher(given.values[i].text))
      made |= kEncoded;
  }
  Value out = function.result;
  out.slot = 0;
  // What went in may come out again, decoded or built.
  out.traits |= static_cast<std::uint16_t>(
      given.flowing() & (kEncoded | kDecoded | kRequest | kUpload | kQuoted | kFolderOf | kPart));
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
  const bool constructs = last_part(callee.path).starts_with("newinstance");
  if (language_ == Language::php) {
    if (Function* function = find_function(constructs ? join_path(path, "__construct") : path))
      call_function(*function, given);
  }
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
  // Nothing that reflection finds is made with "new": the method is the class's own.
  const bool own = !java && language_ != Language::php && given.count == 0 && made_classes_.contains(path);
  if (const Word* word = find_word(path, language_, false)) {
    note({.act = word->act,
          .driver = driver_of(traits, false),
          .at = at,
          .source = given.source(),
          .word = word->name});
  } else if (!own && (traits & kRequest) != 0 && (callee.has(kRequest) || (traits & kBuilt) != 0)) {
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
  const bool php = language_ == Language::php;
  if (gives_no_text(name)) return {};
  if (php && name == "parse_ini_file") return {};  // settings that lie on the server, whatever names the file
  if (decodes(name)) traits = static_cast<std::uint16_t>(traits & ~kQuoted);
  // escapeshellcmd() still lets the visitor choose the program.
  if (quotes(name) && (name != "escapeshellcmd" || (traits & kPart) != 0)) traits |= kQuoted;
  if (cuts_to_name(name)) traits |= kFolderOf;
  if (decodes(name)) traits |= kDecoded;
  if (fetches(name)) traits |= kFetched;
  if (tells_own_place(name) && (php || own_folder(given.view()))) traits |= kHere;
  const bool builds = (builds_text(name) || (php && makes_text(name))) && (traits & kRequest) == 0;
  if (builds && std::any_of(given.view().begin(), given.view().end(),
                            [](const Value& value) { return value.constant() && !value.has(kNumber); }))
    traits |= kBuilt;
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
  // A path below the web root keeps its name.
  if (!php && tells_own_place(name) && given.count > 0) out.text = given.values[0].text;
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
    if (through_variable && language_ == Language::php && target.has(kEncoded | kDecoded))
      note({.act = Act::run_code,
            .driver = Driver::hidden,
            .carried = target.has(kEncoded),
            .at = at,
            .word = "a function whose name is hidden"});
    target = {.text = {},
              .path = path_of_text(target.text),
              .place = {},
              .slot = 0,
              .owner = 0,
              .source = 0,
              .traits = 0};
  } else if (through_variable && language_ == Language::php) {
    target.path = path_of_callable(target);
    if (target.path.empty()) return call_through_variable(target, given, at);
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
    if (auto result = call_of_php(name, given, at)) return *result;
    call_with_name(name, callee, given, at);
  }
  const Word* word = find_word(target.path, language_, false);
  if (Function* function = find_function(target.path);
      function != nullptr &&
      (language_ == Language::java ? calls_own_method(target.path, word)
                                   : word == nullptr || word->owner == "*" || language_ != Language::php)) {
    if (current_ != function || given.count > 0) return call_function(*function, given);
  }
  if (given.all_constant() && (given.flowing() & kOutside) == 0) {
    const PhpFold php_own = language_ == Language::php ? php_fold(name) : nullptr;
    if (auto folded = php_own != nullptr ? php_own(given.view()) : fold_call(name, given.view())) {
      const bool list = gives_list(name);
      Value out = constant(arena_.keep(*folded), list ? kList : 0);
      if (decodes(name)) out.traits |= kDecoded;
      out.traits |= given.flowing();
      return out;
    }
  }
  if (word != nullptr) {
    evaluated_value_ = {};
    act(*word, target, given, at);
    if (name == "create_function" && given.count > 1 && given.values[1].constant())
      return created_function(given.values[0].text, given.values[1].text);
    if (word->act == Act::run_code && !evaluated_value_.path.empty()) return evaluated_value_;
    if (word->act == Act::save_upload || word->act == Act::run_code)
      return made_of(given.flowing() | evaluated_value_.traits, given.source());
    if (word->act == Act::open_socket) return made_of(kFetched, 0, target.path);
    if (name == "fopen" && given.count > 0) {  // what is written to it goes to that file
      Value file = made_of(given.flowing(), given.source());
      file.text = given.values[0].text;
      if (starts_with_ignoring_case(file.text, "php://input")) file.traits |= kRequest;
      return file;
    }
  }
  if (target.has(kFlowing)) read_into(target, given);
  keep_in_owner(target, given);
  return call_unknown(target, given);
}

}  // namespace afterpatch::detect::scripts
