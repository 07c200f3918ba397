// Java by its names: methods found and called at run time, classes made of bytes.
#include <algorithm>
#include <array>

#include "detect/scripts/interpreter.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

// Classes whose methods, whichever, start programs.
bool starts_programs(std::string_view path) {
  constexpr std::array kClasses = {"runtime"sv,     "getruntime"sv,  "processbuilder"sv,
                                   "processimpl"sv, "unixprocess"sv, "processenvironment"sv};
  return std::any_of(kClasses.begin(), kClasses.end(),
                     [&](std::string_view name) { return owned_by(path, name); });
}

// A class file (JVM specification, 4.1), as bytes, in base64, or as BCEL writes it.
bool is_compiled(std::string_view text) {
  return text.size() >= kShortestProgram &&
         (text.starts_with("\xca\xfe\xba\xbe") || text.starts_with("yv66vg") || text.starts_with("$$BCEL$$"));
}

}  // namespace

// Whether what an object was made of decides what its method does: new ProcessBuilder(x).start(). A database
// or connection that the visitor named is another matter than what is asked of it.
bool Interpreter::acts_on_receiver(Act act) const {
  if (act == Act::run_command || act == Act::load_code) return true;
  return language_ == Language::java && act != Act::query_database && act != Act::connect_database &&
         act != Act::open_socket;
}

// Programs are started by name only where that is to be hidden: Class.forName("java.lang.ProcessImpl").
void Interpreter::note_hidden_start(std::string_view path, std::uint32_t at) {
  const std::string_view name = last_part(path);
  if (name != "runtime" && name != "processbuilder" && name != "processimpl" && name != "unixprocess") return;
  note({.act = Act::run_command, .driver = Driver::hidden, .at = at, .word = name});
}

// "method.invoke(object, arguments)": true if it was seen what that does.
bool Interpreter::invoke_java(std::string_view method, std::uint16_t traits, std::uint32_t source,
                              std::uint32_t at) {
  const bool of_request = (traits & kRequest) != 0;
  if (last_part(method) == "newinstance" && !starts_programs(method)) {
    // Class.forName(name).newInstance() runs a constructor without arguments: drivers are loaded so.
    return find_word(method.substr(0, method.rfind('.')), language_, false) == nullptr;
  }
  if (!of_request || !starts_programs(method)) return false;
  note({.act = Act::run_command, .driver = Driver::request, .at = at, .source = source, .word = "invoke"});
  return true;
}

// Bytes that become classes by roads of their own: BCEL's loader takes a class as its name, XSLT's templates
// take it as a field, and defineClass as a constant of the page.
void Interpreter::java_loaded_code(const Value& target, const Arguments& given, std::uint32_t at) {
  const std::string_view name = last_part(target.path);
  const auto any = [&](auto test) { return std::any_of(given.view().begin(), given.view().end(), test); };
  const bool by_name = name == "loadclass" || name == "forname";
  const bool bcel =
      by_name && (target.path.find("bcel") != std::string_view::npos || any([](const Value& value) {
                    return value.text.starts_with("$$BCEL$$") ||
                           value.path.find("bcel") != std::string_view::npos;
                  }));
  const bool templates = any([](const Value& value) { return value.text == "_bytecodes"; });
  const bool carried = any([](const Value& value) { return is_compiled(value.text); });
  const bool constant = name.starts_with("defineclass") &&
                        any([](const Value& value) { return value.text.size() >= kShortestProgram; });
  if (!bcel && !templates && !carried && !constant) return;
  Driver driver = driver_of(given.flowing(), false);
  if (driver != Driver::request && (bcel || carried || constant)) driver = Driver::hidden;
  if (driver == Driver::nobody || driver == Driver::built) return;
  note({.act = Act::load_code, .driver = driver, .at = at, .source = given.source(), .word = name});
}

}  // namespace afterpatch::detect::scripts
