#include "detect/scripts/php_first_look.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detect/scripts/lexer.h"
#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

struct Lexed {
  explicit Lexed(std::string_view code, Language language = Language::php) : text(page(code)) {
    lex(SourceCode(text, 0, language, arena), language, arena, tokens);
    match_brackets(tokens, 0);
  }
  std::string text;
  Arena arena;
  std::vector<Token> tokens;
};

bool acts(std::string_view code) {
  return may_act(Lexed(code).tokens, {});
}

TEST(PhpFirstLook, PassesOverCodeThatCallsNothingOfTheVocabulary) {
  EXPECT_FALSE(acts("class A { function f($x) { return strtolower($this->g($x)); } }"));
  EXPECT_FALSE(acts("// ev_~al($_POST['x'])\n$a = \"the sys_~tem is up\";"));
  EXPECT_FALSE(acts("$a = (int) ($b + 1); $c->co_~py($d); $e = $f['g'] . 'h';"));
}

TEST(PhpFirstLook, PartOfANamespaceIsNoFunction) {
  EXPECT_FALSE(acts("use Drupal\\sys_~tem\\Form; $a = new Form();"));
  EXPECT_TRUE(acts("$f = new Drupal\\x\\sys_~tem;"));
  EXPECT_TRUE(acts("Drupal\\sys_~tem('id');"));
}

TEST(PhpFirstLook, StopsAtFunctionsThatAct) {
  EXPECT_TRUE(acts("sys_~tem('id');"));
  EXPECT_TRUE(acts("\\sys_~tem('id');"));
  EXPECT_TRUE(acts("use function sys_~tem as s; s('id');"));
  EXPECT_TRUE(acts("$x = `id`;"));
  EXPECT_TRUE(acts("ev_~al $x;"));
  EXPECT_TRUE(acts("$f = new CO_~M('x');"));
}

TEST(PhpFirstLook, StopsAtCallsOfValues) {
  EXPECT_TRUE(acts("$f('id');"));
  EXPECT_TRUE(acts("$a['f'] ('id');"));
  EXPECT_TRUE(acts("('sys' . 'tem')('id');"));
  EXPECT_TRUE(acts("$o->$m('id');"));
  EXPECT_TRUE(acts("new $c('id');"));
}

TEST(PhpFirstLook, LooksAtWhatIsCalledBack) {
  EXPECT_FALSE(acts("usort($list, 'compare_names'); array_map(function ($x) { return $x + 1; }, $list);"));
  EXPECT_TRUE(acts("array_map('sys_~tem', $list);"));
  EXPECT_TRUE(acts("array_map($function, $list);"));
  EXPECT_TRUE(acts("usort(...$list);"));
}

TEST(PhpFirstLook, LooksAtWhatIsIncluded) {
  EXPECT_FALSE(acts("require_once dirname(__FILE__) . '/settings.php';"));
  EXPECT_TRUE(acts("include $page;"));
  EXPECT_TRUE(acts("include 'php:' . '//input';"));
}

TEST(PhpFirstLook, LooksAtModifiersOfPatterns) {
  EXPECT_FALSE(acts("$x = preg_replace('/a+/i', 'b', $y);"));
  EXPECT_TRUE(acts("$x = preg_replace('/a+/e', 'b', $y);"));
  EXPECT_TRUE(acts("$x = preg_replace($pattern, 'b', $y);"));
}

TEST(PhpFirstLook, StopsAtTheVisitorsData) {
  const std::vector<std::string_view> fields = {"cmd"};
  EXPECT_TRUE(acts("$x = $_GE_~T['a'];"));
  EXPECT_TRUE(acts("$x = ${'_GE' . 'T'};"));
  EXPECT_TRUE(may_act(Lexed("$x = $cmd;").tokens, fields));
}

TEST(PhpFirstLook, TellsDeclarationsFromPagesThatRun) {
  EXPECT_TRUE(only_declares(Lexed("namespace A; use B; class C { function f() {} } function g() {}").tokens,
                            Language::php));
  EXPECT_FALSE(only_declares(Lexed("class C {} new C();").tokens, Language::php));
  EXPECT_FALSE(only_declares(Lexed("").tokens, Language::php));
  EXPECT_TRUE(only_declares(Lexed("Class A\nSub B\nEnd Sub\nEnd Class\n", Language::vbscript).tokens,
                            Language::vbscript));
  EXPECT_FALSE(
      only_declares(Lexed("Class A\nEnd Class\nDim x\n", Language::vbscript).tokens, Language::vbscript));
}

TEST(PhpFirstLook, KnowsPartsOfApplications) {
  EXPECT_TRUE(is_part_of_application(Lexed("if (!defined('APP')) exit('403'); $x = 1;").tokens));
  EXPECT_TRUE(is_part_of_application(Lexed("defined('APP') or die;").tokens));
  EXPECT_TRUE(is_part_of_application(Lexed("$this->require_admin();").tokens));
  EXPECT_FALSE(is_part_of_application(Lexed("class A { function f() { return $this->x; } }").tokens));
  EXPECT_FALSE(is_part_of_application(Lexed("if (!defined('A')) define('A', 1);").tokens));
}

TEST(PhpFirstLook, CountsBitwiseOperatorsBetweenTexts) {
  EXPECT_EQ(combined_texts(Lexed("$a = 'x' ^ 'y'; $b = 'x'|~Abc; $c = FLAG_A | FLAG_B;").tokens), 2U);
}

// Leaving pages out must never change an answer.
TEST(PhpFirstLook, ChangesNoAnswer) {
  std::string filler;
  for (int i = 0; i < 60; ++i) filler += " $line" + std::to_string(i) + " = 'words';";
  for (const std::string_view code :
       {"sys_~tem($_GET['c']);", "$f = $_POST['f']; $f($_POST['x']);", "$x = 'sys'.'tem'; $x($_GET['c']);",
        "array_map('ass_~ert', $_POST);", "include $_GET['p'];", "echo strtoupper('a');",
        "foo($_GET['c'], 'sys_~tem');", "preg_replace('/.*/e', $_GET['x'], 'a');", "ob_start('sys_~tem');",
        "$a = array('x' => 'y'); foreach ($a as $k => $v) { echo $k; }",
        "file_put_contents($_GET['f'], $_GET['d']);",
        "filter_var($_POST['a'], FILTER_CALLBACK, "
        "array('options' => 'ass_~ert'));",
        "class T { function __destruct() { ev_~al($this->v); } } "
        "unserialize($_GET['o']);"}) {
    const std::string whole = page("<?ph_p " + std::string(code) + filler);
    const ScriptAnalysis quick = analyse_script(whole, ".php", Walk::where_it_matters);
    const ScriptAnalysis full = analyse_script(whole, ".php", Walk::every_page);
    ASSERT_EQ(quick.reasons.size(), full.reasons.size()) << code;
    for (std::size_t i = 0; i < quick.reasons.size(); ++i) {
      EXPECT_EQ(quick.reasons[i].sentence, full.reasons[i].sentence) << code;
      EXPECT_EQ(quick.reasons[i].at, full.reasons[i].at) << code;
      EXPECT_EQ(quick.reasons[i].confidence, full.reasons[i].confidence) << code;
    }
  }
}

}  // namespace
}  // namespace afterpatch::detect::scripts
