// The languages a web server runs from source, and the dialect facts that lexers and the interpreter need.
#pragma once

#include <cstdint>
#include <string_view>

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
constexpr bool is_dotnet(Language language) {
  return language == Language::csharp || language == Language::vbnet || language == Language::jscript;
}
// Types stand before names: "Process p = ...".
constexpr bool declares_types(Language language) {
  return language == Language::csharp || language == Language::java;
}

constexpr std::string_view to_string(Language language) {
  switch (language) {
    case Language::php:
      return "PHP";
    case Language::vbscript:
      return "VBScript";
    case Language::vbnet:
      return "Visual Basic";
    case Language::jscript:
      return "JScript";
    case Language::csharp:
      return "C#";
    case Language::java:
      return "Java";
  }
  return "";
}

}  // namespace afterpatch::detect::scripts
