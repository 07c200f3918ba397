#include "detect/scripts/php_glance.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "detect/scripts/lexer.h"
#include "detect/scripts/pages.h"
#include "detect/scripts/php_first_look.h"

namespace afterpatch::detect::scripts {
namespace {

using Fields = std::vector<std::string_view>;

bool plain(std::string_view code, const Fields& fields = {}) {
  const std::string text = page(code);
  const std::vector<Region> regions = {{.code = text}};
  return is_plain(regions, fields);
}

// Whether the tokens of the page, as they stand, call for a walk.
bool needs_tokens(const std::string& text, const Fields& fields) {
  Arena arena;
  std::vector<Token> tokens;
  lex(SourceCode(text, 0, Language::php, arena), Language::php, arena, tokens);
  match_brackets(tokens, 0);
  return may_act(tokens, fields) || combined_texts(tokens) > 0;
}

TEST(PhpGlance, PassesOverCodeOfApplications) {
  EXPECT_TRUE(
      plain("namespace A\\B; use C\\D as E; class F extends G { function h() { return $this->i; } }"));
  EXPECT_TRUE(plain("// ev_~al($_PO_~ST['x'])\n# sys_~tem('a')\n/* `id` */ $a = \"the sys_~tem is up\";"));
  EXPECT_TRUE(plain("$a = (int) ($b + 1); $c->co_~py($d); $e = $f['g'] . 'h'; $i = new \\J\\K($l);"));
  EXPECT_TRUE(plain("echo \"<a href='$url[path]'>$name->first {$list['x']} costs \\$5</a>\";"));
  EXPECT_TRUE(plain("$x = preg_replace('/a+/i', 'b', $y) & FLAG; $z = ENT_QUOTES | ENT_HTML5;"));
}

TEST(PhpGlance, StopsAtWhatTheFirstLookStopsAt) {
  for (const std::string_view code :
       {"sys_~tem('id');", "\\SYS_~TEM('id');", "$x = `id`;", "ev_~al $x;", "$f('id');", "$a['f'] ('id');",
        "('sys' . 'tem')('id');", "$o->$m('id');", "new $c('id');", "$x = $_GE_~T['a'];", "$$x = 1;",
        "array_map($f, $list);", "include $page;", "preg_replace('/a/e', 'b', $y);", "$x = 'a' ^ 'b';",
        "$x = abc | ~'b';", "echo \"{$f('id')}\";", "echo \"$_GE_~T[a]\";", "$x::sys_~tem('id');"}) {
    EXPECT_FALSE(plain(code)) << code;
  }
  EXPECT_FALSE(plain("$x = $cmd;", {"cmd"}));
  EXPECT_FALSE(plain("$x = \"a $cmd\";", {"cmd"}));
}

TEST(PhpGlance, StopsAtWhatOneTokenCannotTell) {
  EXPECT_FALSE(plain("sys_~tem /* here */ ('id');"));
  EXPECT_FALSE(plain("$x = <<<A\n$y\nA;"));
  EXPECT_FALSE(plain("echo \"$a[x'sys_~tem(1)]\";"));
  EXPECT_FALSE(plain("$x = \"" + std::string(120, 'a') + "\\x69mplements\";"));
}

// Code put together of pieces that matter, in any order: what is plain must need no tokens.
TEST(PhpGlance, IsNeverPlainWhereTokensWouldTellMore) {
  constexpr std::array<std::string_view, 56> kPieces = {"sys_~tem",  "ev_~al",
                                                        "pdo",       "query",
                                                        "inclu_~de", "preg_replace",
                                                        "usort",     "function",
                                                        "new",       "string",
                                                        "abc",       "$a",
                                                        "$_GE_~T",   "$",
                                                        "(",         ")",
                                                        "[",         "]",
                                                        "{",         "}",
                                                        "->",        "?->",
                                                        "::",        "\\",
                                                        "&",         "|",
                                                        "^",         "~",
                                                        "-",         ">",
                                                        "?",         ":",
                                                        ",",         ";",
                                                        "'x'",       "\"y\"",
                                                        "\"$b\"",    "\"{$b['c']}\"",
                                                        "\"$b[d]\"", "\"\\$e\"",
                                                        "'/a/e'",    "'/a/i'",
                                                        "\"",        "'",
                                                        "`",         "/*",
                                                        "*/",        "//",
                                                        "#",         "#[",
                                                        "\n",        " ",
                                                        "<<<A\n",    "A;\n",
                                                        "1",         "\"${f}\""};
  std::mt19937 random(20211123);  // NOLINT: the same pieces in each run
  int found_plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string code;
    for (std::size_t piece = 1 + random() % 9; piece > 0; --piece) code += kPieces[random() % kPieces.size()];
    const std::string text = page(code);
    const std::vector<Region> regions = {{.code = text}};
    if (!is_plain(regions, {})) continue;
    ++found_plain;
    ASSERT_FALSE(needs_tokens(text, {})) << text;
  }
  EXPECT_GT(found_plain, 1000);
}

}  // namespace
}  // namespace afterpatch::detect::scripts
