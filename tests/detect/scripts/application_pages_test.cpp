// What applications do that looks like a door, each beside the door that it looks like.
#include <string>

#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr auto kEvaluates = "web-content-evaluates-request";
constexpr auto kCommand = "web-content-starts-command";
constexpr auto kHidden = "web-content-runs-hidden-code";

std::string possible(std::string_view rule) {
  return std::string(rule) + "?";
}

std::string of_code(std::string_view code) {
  return verdict("<?ph_p " + std::string(code) + " ?>", ".php");
}

// Long enough that what it does not set may be another page's.
std::string padded(std::string_view code) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += " $line" + std::to_string(i) + " = 'some ordinary text';";
  return text + std::string(code);
}

std::string handler(std::string_view body) {
  return verdict(
      "<~@ WebHandler Language=\"C#\" Class=\"H\" ~> class H : IHttpHandler { public void "
      "ProcessRequest(HttpContext context) { " +
          std::string(body) + " } }",
      ".ashx");
}

TEST(ApplicationPages, AClassThatTheVisitorNamesIsNotHisCode) {
  EXPECT_EQ(of_code(padded("$c = $_GET['c']; require_once \"modules/$c.php\"; $o = new $c(); $o->show();")),
            possible(kEvaluates));
  EXPECT_EQ(of_code("$c = $_GET['c']; $f = $_GET['f']; $f($_GET['x']);"), kEvaluates);
  EXPECT_EQ(of_code("$c = $_GET['c']; new $c($_GET['x']);"), kEvaluates);
}

TEST(ApplicationPages, VariablesMayBeSetByAFileThatWasRunBefore) {
  constexpr std::string_view kRuns = "exec(\"/usr/sbin/control -c {$settings['file']} dump\");";
  EXPECT_EQ(of_code(padded(kRuns)), kCommand);
  EXPECT_EQ(of_code(padded("require_once 'settings.php'; " + std::string(kRuns))), "");
}

TEST(ApplicationPages, ACommandWithAPartOfTheRequestMayBeAFlawOfAnApplication) {
  constexpr std::string_view kRuns = "exec('convert ' . $_GET['f']);";
  EXPECT_EQ(of_code(kRuns), kCommand);
  EXPECT_EQ(of_code("require_once 'session.php'; " + std::string(kRuns)), possible(kCommand));
  EXPECT_EQ(of_code("require_once 'session.php'; exec($_GET['f']);"), kCommand);
}

TEST(ApplicationPages, AMethodThatIsGivenAFunctionsNameTakesItForAWord) {
  EXPECT_EQ(of_code(padded("$settings->save('sys_~tem', 'name', $_POST['name']);")), "");
  EXPECT_EQ(of_code(padded("$list = new ArrayObject(array($_POST['x'])); $list->uasort('sys_~tem');")),
            kEvaluates);
}

TEST(ApplicationPages, OnlyOneFilterCallsBack) {
  EXPECT_EQ(of_code(padded(
                "$o = array('options' => $_GET['o']); filter_var($_GET['x'], FILTER_VALIDATE_INT, $o);")),
            "");
  EXPECT_EQ(of_code("filter_var($_GET['x'], FILTER_CALLBACK, array('options' => 'ass_~ert'));"), kEvaluates);
}

TEST(ApplicationPages, CodeOfThePageIsHandedDecodedTextAsData) {
  EXPECT_EQ(of_code(padded("function f($x) { return $x; } $d = base64_decode($row); "
                           "echo preg_replace('/&#([0-9]+);/e', 'f(\"\\\\1\")', $d);")),
            "");
  EXPECT_EQ(of_code("preg_replace('/(.*)/e', '\\\\1', base64_decode($_POST['x']));"), kEvaluates);
}

TEST(ApplicationPages, TheHeadOfALibraryDoesNothing) {
  constexpr std::string_view kClass = "class A { function f() { sys_~tem($_GET['c']); } }";
  const std::string library(kClass);
  EXPECT_EQ(of_code("if (!defined('APP') || !APP) { die('no'); } " + library), possible(kCommand));
  EXPECT_EQ(of_code("require_once dirname(__FILE__) . '/base.php'; " + library), possible(kCommand));
  EXPECT_EQ(of_code("define('A_VERSION', '1.0'); if (!class_exists('A')) { " + library + " }"),
            possible(kCommand));
}

TEST(ApplicationPages, WhatUsesItsOwnClassIsNoLibrary) {
  EXPECT_EQ(of_code("class A { function f() { sys_~tem($_GET['c']); } } $a = new A; $a->f();"), kCommand);
  EXPECT_EQ(of_code("if (isset($_GET['c'])) { sys_~tem($_GET['c']); } class A {}"), kCommand);
  EXPECT_EQ(of_code("if (!defined(sys_~tem($_GET['c']))) { exit; } class A {}"), kCommand);
}

TEST(ApplicationPages, ALibraryMayDecodeWhatItIsHanded) {
  EXPECT_EQ(of_code("class A { function f($d) { ev_~al(base64_decode($d)); } }"), possible(kHidden));
  EXPECT_EQ(
      of_code("require_once('a.php'); class A { function f($d) { $x = base64_decode($d); ev_~al($x); } }"),
      possible(kHidden));
}

TEST(ApplicationPages, SettingsLieOnTheServer) {
  EXPECT_EQ(of_code(padded("$s = parse_ini_file('apps/' . $_GET['a'] . '/s.ini'); "
                           "echo call_user_func($s['filter'], $_GET['v']);")),
            "");
}

TEST(ApplicationPages, ASetUpPageEndsWhereItsLockLies) {
  const std::string client = padded(
      "$c = mysqli_connect($_POST['h'], $_POST['u'], $_POST['p']); "
      "mysqli_query($c, 'use ' . $_POST['d']);");
  EXPECT_EQ(of_code(client), "web-content-queries-database");
  EXPECT_EQ(of_code("if (file_exists('install.lock')) exit('set up'); " + client),
            "web-content-queries-database?");
}

TEST(ApplicationPages, TheListOfAccountsMayBeAnAdministratorsPage) {
  constexpr std::string_view kReads = "$users = file('/etc/pass_~wd');";
  EXPECT_EQ(of_code(kReads), "web-content-reads-accounts");
  EXPECT_EQ(of_code("require_once 'session.php'; " + std::string(kReads)), "web-content-reads-accounts?");
}

TEST(ApplicationPages, AFrontControllerRunsPagesOfItsOwn) {
  EXPECT_EQ(of_code("inclu_~de($_GET['p']);"), "web-content-includes-request");
  EXPECT_EQ(of_code("defined('APP') or exit; inclu_~de($_GET['p']);"), "web-content-includes-request?");
  EXPECT_EQ(of_code("inclu_~de(basename($_GET['p']));"), "web-content-includes-request?");
}

TEST(ApplicationPages, AMethodCalledInvokeMayBeTheClasssOwn) {
  EXPECT_EQ(
      handler("string name = context.Request[\"m\"]; Caller caller = new Caller(typeof(Service), name); "
              "context.Response.Write(caller.Invoke());"),
      "");
}

TEST(ApplicationPages, AnUploadWhoseKindIsLookedAtMayBeAnApplications) {
  const std::string saves =
      "context.Request.Files[0].SaveAs(context.Server.MapPath(\".\") + "
      "context.Request.Files[0].FileName);";
  EXPECT_EQ(handler(saves), "web-content-writes-request");
  EXPECT_EQ(handler("string kind = Path.GetExtension(context.Request.Files[0].FileName); if (kind != "
                    "\".png\") return; " +
                    saves),
            "web-content-writes-request?");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
