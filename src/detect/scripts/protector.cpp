#include "detect/scripts/protector.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

#include "base/text.h"

namespace afterpatch::detect::scripts {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kHeadBytes = 1024;

RE2::Options latin1() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);  // names are made of bytes that are no UTF-8
  options.set_log_errors(false);
  return options;
}

// What PHPJiaMi (www.phpjiami.com) writes at the head of each page: an advertisement, which customers may
// replace, errors off, and a constant of eight letters that keeps the file's own path.
bool is_phpjiami(std::string_view page) {
  static const RE2 kHead(
      R"(<\?php\s+(?:/\*[^*]{0,200}\*/\s*)?error_reporting\(0\);\s*)"
      R"(ini_set\("display_errors",\s*0\);\s*)"
      R"(if\s*\(!defined\('([a-z]{6,12})'\)\)\s*\{\s*define\('([a-z]{6,12})',\s*__FILE__\);)",
      latin1());
  const std::string_view head = page.substr(0, kHeadBytes);
  re2::StringPiece asked;
  re2::StringPiece defined;
  re2::StringPiece text(head.data(), head.size());
  return RE2::Consume(&text, kHead, &asked, &defined) && asked == defined;
}

bool names_request(std::string_view page) {
  constexpr std::array kNames = {"$_get"sv,    "$_post"sv,  "$_request"sv,
                                 "$_cookie"sv, "$_files"sv, "php://input"sv};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return contains_ignoring_case(page, name); });
}

}  // namespace

std::string_view protector_of(std::string_view page) {
  return is_phpjiami(page) && !names_request(page) ? "PHPJiaMi"sv : std::string_view();
}

}  // namespace afterpatch::detect::scripts
