#include <gtest/gtest.h>

#include <string>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto kEvaluates = "web-content-evaluates-request";
constexpr auto kCommand = "web-content-starts-command";
constexpr auto kHidden = "web-content-runs-hidden-code";

// A page of the given code; "_~" is dropped, so that no word of it stands in this file as PHP has it.
std::string of_code(std::string_view code) {
  return verdict("<?ph_p " + std::string(code) + " ?>", ".php");
}

// Code that makes a page longer than those that are judged by the one thing they do.
std::string padded(std::string_view code) {
  std::string text(code);
  for (int i = 0; i < 40; ++i) text += " $line" + std::to_string(i) + " = 'some ordinary text';";
  return text;
}

TEST(PhpPages, SeesEvaluationOfARequestParameter) {
  EXPECT_EQ(of_code("@ev_~al($_PO_~ST['x']);"), kEvaluates);
}

TEST(PhpPages, IsSilentAboutAPageThatPrintsTheRequest) {
  EXPECT_EQ(of_code("echo htmlspecialchars($_GET['x']);"), "");
}

TEST(PhpPages, FollowsADefaultThatStandsBesideTheRequest) {
  EXPECT_EQ(of_code("$c = isset($_PO_~ST['c']) ? $_PO_~ST['c'] : 'phpinfo();'; ev_~al(stripslashes($c));"),
            kEvaluates);
}

TEST(PhpPages, KeepsWhatOneBranchSetsWhereAnotherSetsAConstant) {
  EXPECT_EQ(of_code("if ($_GET['c']) { $c = $_GET['c']; } else { $c = 'id'; } pass_~thru($c);"), kCommand);
}

TEST(PhpPages, LetsALaterAssignmentReplaceAnEarlierOne) {
  EXPECT_EQ(of_code("$c = $_GET['c']; $c = 'uptime'; pass_~thru($c);"), "");
}

TEST(PhpPages, ReadsABareNameAsItsText) {
  EXPECT_EQ(of_code("call_user_func_array(ass_~ert, array($_PO_~ST['x']));"), kEvaluates);
}

TEST(PhpPages, InvertsBytesOfAName) {
  std::string name = "assert";
  for (char& c : name) c = static_cast<char>(~c);
  EXPECT_EQ(of_code("$x=~" + name + ";$x($_PO_~ST['x']);"), kEvaluates);
}

TEST(PhpPages, FoldsStringFunctionsOfConstants) {
  EXPECT_EQ(of_code("$f = str_replace('#', '', 'as#se#rt'); $f($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code("$f = substr_replace('asxx', 'sert', 2); $f($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code("$f = sprintf('%s%c%s', 'sys', 116, 'em'); $f($_PO_~ST['x']);"), kCommand);
  EXPECT_EQ(of_code("$f = strtr('xbxtem', 'xb', 'sy'); $f($_PO_~ST['x']);"), kCommand);
  EXPECT_EQ(of_code("$f = implode('', array_reverse(array('tem', 'sys'))); $f($_PO_~ST['x']);"), kCommand);
  EXPECT_EQ(of_code("$f = base_convert('1751504350', 10, 36); $f($_PO_~ST['x']);"), kCommand);
}

TEST(PhpPages, DoesNotTakeTheFirstRoundOfALoopForItsResult) {
  EXPECT_EQ(of_code("foreach ($codes as $n) { $f .= ch_~r($n - 1); } $f($_PO_~ST['x']);"), kEvaluates);
}

TEST(PhpPages, KeepsElementsOfArrays) {
  EXPECT_EQ(of_code("$i['t'] = 'ass_~ert'; $a[] = $i; $a[0]['t']($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code("$a[$n] = $_PO_~ST['x']; ev_~al($a[$m]);"), kEvaluates);
  EXPECT_EQ(of_code("list($f, $x) = array('ass_~ert', $_PO_~ST['x']); $f($x);"), kEvaluates);
}

TEST(PhpPages, FollowsPropertiesOfAClass) {
  EXPECT_EQ(of_code("class C { public $x; function set() { $this->x = $_GET['x']; } } "
                    "$o = new C; $o->set(); $y = $o->x; ev_~al($y);"),
            kEvaluates);
}

TEST(PhpPages, FollowsConstructorsCallablesAndReflection) {
  const std::string type = "class C { function __construct($p) { ev_~al($p); } } ";
  EXPECT_EQ(of_code(type + "new C($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code(type + "$r = new ReflectionClass('C'); $r->newInstance($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code("class D { function b($p) { ev_~al($p); } } "
                    "call_user_func(array(D, b), $_PO_~ST['x']);"),
            kEvaluates);
  EXPECT_EQ(of_code("class E { function __invoke($p) { ev_~al($p); } } "
                    "call_user_func(new E(), $_PO_~ST['x']);"),
            kEvaluates);
}

TEST(PhpPages, FollowsFunctionsThatAreDefinedBeforeTheirCallers) {
  EXPECT_EQ(of_code("function a($x) { ev_~al($x); } function b($x) { a($x); } function c($x) { b($x); } "
                    "c($_PO_~ST['x']);"),
            kEvaluates);
}

TEST(PhpPages, FollowsClosuresAndWhatTheyTakeAlong) {
  EXPECT_EQ(of_code("$f = function ($x) { return ev_~al($x); }; $f($_PO_~ST['x']);"), kEvaluates);
  EXPECT_EQ(of_code("$x = $_PO_~ST['x']; call_user_func(function () use ($x) { ev_~al($x); });"), kEvaluates);
}

TEST(PhpPages, FollowsFunctionsMadeOfText) {
  EXPECT_EQ(of_code("$f = create_func_~tion('', 'ev_~al($_PO_~ST[1]);'); $f();"), kEvaluates);
  EXPECT_EQ(of_code("preg_replace_callback('/.+/', create_func_~tion('$a', 'return ass_~ert($a[0]);'), "
                    "$_PO_~ST['x']);"),
            kEvaluates);
}

TEST(PhpPages, SeesCallbacksThatTheVisitorNames) {
  EXPECT_EQ(of_code("$e = $_PO_~ST['e']; $a = array($_PO_~ST['x'] => 'y'); array_walk($a, $e);"), kEvaluates);
  EXPECT_EQ(of_code("usort(...$_GET);"), kEvaluates);
  EXPECT_EQ(of_code("$a = new ArrayObject(array($_PO_~ST['x'])); $a->uasort('ass_~ert');"), kEvaluates);
}

TEST(PhpPages, IsSilentAboutCallbacksOfThePage) {
  EXPECT_EQ(of_code("$x = array_map('trim', $_POST['x']); echo count($x);"), "");
  EXPECT_EQ(of_code("class P { function run($v) { return $this->t; } "
                    "function all() { return array_map(array($this->t, 'run'), $_POST['x']); } }"),
            "");
  EXPECT_EQ(of_code("class Q { function f($l) { return array_map($this->g(...), $_POST['x']); } "
                    "function g($v) { return 1; } }"),
            "");
}

TEST(PhpPages, TellsAMethodFromTheFunctionOfItsName) {
  EXPECT_EQ(of_code("function save($db) { $db->exec('delete from t where n = ' . $_GET['n']); }"), "");
}

TEST(PhpPages, RunsReplacementsWithTheEvaluationModifier) {
  EXPECT_EQ(of_code("preg_replace('/x/e', $_PO_~ST['x'], 'x');"), kEvaluates);
  EXPECT_EQ(of_code("preg_replace(\"/\\[(.*)\\]/e\", '\\\\1', '[ev_~al($_PO_~ST[1])]');"), kEvaluates);
}

TEST(PhpPages, IsSilentAboutPatternsThatOnlyHoldAPartOfTheRequest) {
  EXPECT_EQ(
      of_code("foreach ($_POST as $n => $v) { $m = preg_replace(sprintf('/\\[%s\\]/i', $n), $v, $m); }"), "");
}

TEST(PhpPages, KnowsTheStreamsThatAreTheRequest) {
  EXPECT_EQ(of_code("incl_~ude('php://input');"), kEvaluates);
  EXPECT_EQ(of_code("$f = 'file' . '_get_contents'; ev_~al($f('php://input'));"), kEvaluates);
  EXPECT_EQ(of_code("ev_~al(getenv('HTTP_CODE'));"), kEvaluates);
}

TEST(PhpPages, TakesUnsetVariablesForTheVisitors) {
  EXPECT_EQ(of_code(padded("if ($cmd != '') { sys_~tem(\"$cmd 2>&1\"); }")), kCommand);
}

TEST(PhpPages, DoesNotTakeVariablesOfATemplateForTheVisitors) {
  EXPECT_EQ(of_code("echo $title; foreach ($rows as $row) { echo $row['name']; } require $footer;"), "");
}

TEST(PhpPages, SpreadsTheRequestOverVariables) {
  EXPECT_EQ(of_code("foreach (array('_POST', '_GET') as $r) { foreach ($$r as $k => $v) { $$k = $v; } } "
                    "ev_~al($code);"),
            kEvaluates);
  EXPECT_EQ(of_code("parse_str($_SERVER['QUERY_STRING'], $o); ev_~al($o['x']);"), kEvaluates);
  EXPECT_EQ(of_code("preg_match('/(.*)/', $_PO_~ST['x'], $m); ev_~al($m[1]);"), kEvaluates);
}

TEST(PhpPages, FollowsCodeWhoseOrderGotoChanges) {
  EXPECT_EQ(of_code("goto a; b: ev_~al($x); goto c; a: $x = $_PO_~ST['z']; goto b; c: echo 1;"), kEvaluates);
}

TEST(PhpPages, SeesADecoderOfThePagesOwn) {
  EXPECT_EQ(of_code("function d($s) { for ($i = 0; $i < strlen($s); $i++) { $o .= ch_~r(ord($s[$i]) - 1); } "
                    "return $o; } ev_~al(d('fdip!2<'));"),
            kHidden);
}

TEST(PhpPages, SeesAShellOverAConnection) {
  EXPECT_EQ(of_code(padded("$s = fsockopen($_POST['ip'], 21); while (!feof($s)) { $r = fgets($s, 99); "
                           "$m = `$r`; fputs($s, $m); }")),
            "web-content-connects-shell");
  EXPECT_EQ(of_code(padded("$s = fsockopen($ip, $port); $p = proc_open('/bin/sh -i', $d, $pipes);")),
            "web-content-connects-shell");
}

TEST(PhpPages, IsSilentAboutAPageThatOnlyConnects) {
  EXPECT_EQ(of_code("$s = fsockopen('mail.example', 25); fputs($s, 'EHLO x'); echo fgets($s, 99);"), "");
}

TEST(PhpPages, SeesThatEveryWayToStartACommandIsTried) {
  EXPECT_EQ(of_code("function r($c) { if (a()) { exec($c, $o); } elseif (b()) { $o = shell_ex_~ec($c); } "
                    "elseif (d()) { sys_~tem($c); } else { pass_~thru($c); } } r(c());"),
            "web-content-tries-commands");
  EXPECT_EQ(
      of_code("exec('git log', $o); shell_ex_~ec('git tag'); sys_~tem('git pull'); pass_~thru('make');"), "");
}

TEST(PhpPages, SeesADatabaseClient) {
  EXPECT_EQ(of_code("$m = new mysqli($_POST['h'], $_POST['u'], $_POST['p']); $m->query($_POST['q']);"),
            "web-content-queries-database");
  EXPECT_EQ(of_code("$m = new mysqli('localhost', 'shop', 'x'); $m->query('select 1 from t');"), "");
}

TEST(PhpPages, SeesAReaderOfAnyFile) {
  EXPECT_EQ(of_code("$f = $_GET['f']; if ($h = opendir($f)) { readdir($h); } else { readfile($f); }"),
            "web-content-shows-files");
}

TEST(PhpPages, IsSilentAboutAReaderBelowItsOwnFolder) {
  EXPECT_EQ(of_code("$f = dirname(__FILE__) . '/docs/' . basename($_GET['f']); scandir(dirname(__FILE__)); "
                    "readfile($f);"),
            "");
}

TEST(PhpPages, SeesAnUploadKeptUnderItsName) {
  EXPECT_EQ(of_code("copy($_FILES['f']['tmp_name'], $_FILES['f']['name']);"), "web-content-writes-request");
  EXPECT_EQ(
      of_code("move_uploaded_file($_FILES['f']['tmp_name'], './up/' . basename($_FILES['f']['name']));"),
      "web-content-keeps-upload");
}

TEST(PhpPages, IsSilentAboutAnUploadWhoseKindIsChecked) {
  EXPECT_EQ(
      of_code("$e = pathinfo($_FILES['f']['name'], PATHINFO_EXTENSION); if (in_array($e, array('png'))) "
              "move_uploaded_file($_FILES['f']['tmp_name'], './up/' . basename($_FILES['f']['name']));"),
      "");
}

TEST(PhpPages, SeesCodeInAPictureAndInXml) {
  EXPECT_EQ(of_code("incl_~ude 'images/logo.jpg';"), "web-content-includes-picture");
  EXPECT_EQ(of_code("$x = 'f(\\'ass_~ert\\', .)'; $p = new XSLTProcessor(); $p->registerPHPFunctions();"),
            "web-content-calls-through-xml");
}

TEST(PhpPages, IsSilentAboutConfigurationThatAnInstallerWrites) {
  EXPECT_EQ(of_code(padded("$t = preg_replace($patterns, array($_POST['host']), $t); require 'setup.php'; "
                           "file_put_contents('config.php', $t);")),
            "");
}

TEST(PhpPages, SeesAPageThatWritesIntoItself) {
  EXPECT_EQ(of_code("$f = fopen(__FILE__, 'a'); fwrite($f, '<p>' . $_POST['t']);"),
            "web-content-writes-script");
}

TEST(PhpPages, SeesCodeThatHasNoWords) {
  EXPECT_EQ(of_code("$_=[]; $__=$_.''; $___=$__[0]; $____=$___; $____++; $_____=$____.$___.$____; "
                    "$______='_'.$_____; $_____($______[_]);"),
            "web-content-has-no-words");
}

TEST(PhpPages, SeesNamesOfFunctionsPickedFromAnAlphabet) {
  EXPECT_EQ(
      of_code("$a = 'abcdefghijklmnopqrstuvwxyz'; $f = $a[18].$a[24].$a[18].$a[19].$a[4].$a[12]; $f('id');"),
      kHidden);
}

TEST(PhpPages, SeesWordsMadeByBitwiseOperators) {
  EXPECT_EQ(of_code(padded("$a = 'x1'|~Abc; $b = 'q(' ^ 'k&'; $c = Xy & '~~'; $d = 'a' | '!';")),
            "web-content-hides-words");
}

TEST(PhpPages, SeesADestructorThatRunsWhatTheVisitorMade) {
  EXPECT_EQ(
      of_code(
          "class A { var $v = ''; function __destruct() { ev_~al($this->v); } } unserialize($_GET['o']);"),
      kEvaluates);
}

TEST(PhpPages, SeesOutputHandedToAFunctionThatEvaluates) {
  EXPECT_EQ(of_code("function run($text) { global $kept; $kept = $text; } ob_start('run'); echo $_GET['c']; "
                    "ob_end_flush(); ev_~al($kept);"),
            kEvaluates);
}

TEST(PhpPages, SeesADoorThatIsWritten) {
  EXPECT_EQ(of_code("file_put_contents('a.php', '<?ph_p ev_~al($_POST[1]);');"), "web-content-drops-script");
  EXPECT_EQ(of_code("file_put_contents('a.php', '<?ph_p return array(1);');"), "");
}

TEST(PhpPages, SeesAnUploadUnderItsBareNameWhateverElseThePageDoes) {
  EXPECT_EQ(of_code(padded("if ($_GET['u']) copy($_FILES['f']['tmp_name'], $_FILES['f']['name']); "
                           "require_once 'app.php';")),
            "web-content-keeps-upload-beside");
}

TEST(PhpPages, HedgesWhereThePageOnlyDeclares) {
  EXPECT_EQ(of_code("class A { function f() { sys_~tem($_GET['c']); } }"), std::string(kCommand) + "?");
}

TEST(PhpPages, HedgesWritingInAPartOfAnApplication) {
  constexpr std::string_view kWrites = "file_put_contents($_GET['f'], $_POST['d']);";
  EXPECT_EQ(of_code(kWrites), "web-content-writes-request");
  EXPECT_EQ(of_code("defined('APP') or die; " + std::string(kWrites)), "web-content-writes-request?");
}

TEST(PhpPages, TakesAMethodByAnyNameForTheObjectsOwn) {
  EXPECT_EQ(of_code(padded("$m = 'do' . $_GET['m']; $this->$m($_GET['x']);")), "");
}

TEST(PhpPages, TakesAFilteredValueForWhatItWas) {
  EXPECT_EQ(of_code(padded("$f = apply_filters('search', 'get_posts', $_GET['q']); $f($_GET['q']);")), "");
}

TEST(PhpPages, TakesTheHostForTheSites) {
  EXPECT_EQ(of_code(padded("exec('generate --url http://' . $_SERVER['HTTP_HOST'] . '/');")), "");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
