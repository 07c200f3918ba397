// The languages a web server runs from source, and the dialect facts that lexers and the interpreter need.
#pragma once

#include <cstdint>

namespace afterpatch::detect::scripts {

enum class Language : std::uint8_t {
  php,
  vbscript,  // classic ASP
  vbnet,
  jscript,  // classic ASP and JScript.NET
  csharp,
  java,  // JSP, and expressions of the Expression Language
};

constexpr bool is_basic(Language language) {
  return language == Language::vbscript || language == Language::vbnet;
}
// Types stand before names: "Process p = ...".
constexpr bool declares_types(Language language) {
  return language == Language::csharp || language == Language::java;
}

}  // namespace afterpatch::detect::scripts
