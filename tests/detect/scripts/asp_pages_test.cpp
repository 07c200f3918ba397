#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

std::string asp(std::string_view text) {
  return verdict(text, ".asp");
}

TEST(AspPages, SeesExecutionOfTheRequest) {
  EXPECT_EQ(asp("<~ ex_~ecute request(\"x\") ~>"), "web-content-evaluates-request");
  EXPECT_EQ(asp("<~ Ex_~ecuteGlobal(Request.Form(\"x\")) ~>"), "web-content-evaluates-request");
}

TEST(AspPages, SeesItThroughVariablesProceduresAndTheSession) {
  EXPECT_EQ(asp("<~ Dim a\na = Request(\"x\")\nCall Go(a)\nSub Go(b)\n  ev_~al b\nEnd Sub ~>"),
            "web-content-evaluates-request");
  EXPECT_EQ(asp("<~ session(\"k\")=request(\"k\"):if session(\"k\")<>\"\" then ex_~ecute session(\"k\") ~>"),
            "web-content-evaluates-request");
}

TEST(AspPages, KeepsTheRequestWhereABranchSetsAConstant) {
  EXPECT_EQ(asp("<~ c = request(\"c\")\nIf c = \"\" Then\n  c = \"dir\"\nEnd If\n"
                "CreateObject(\"WScript.Sh_~ell\").Ex_~ec c ~>"),
            "web-content-starts-command");
}

TEST(AspPages, KnowsObjectsByProgIdPutTogetherAndByClassId) {
  EXPECT_EQ(asp("<~ Set s = Server.CreateObject(\"WScr\" & \"ipt.Sh_~ell\") : s.Ru_~n request(\"c\"), 0 ~>"),
            "web-content-starts-command");
  EXPECT_EQ(asp("<object runat=server id=s classid=\"clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8\"></object>"
                "<~ s.Ru_~n request(\"c\") ~>"),
            "web-content-starts-command");
}

TEST(AspPages, ReadsChrCodesAndEvaluatedText) {
  EXPECT_EQ(asp("<~ ex_~ecute(Chr(101)&Chr(118)&Chr(97)&\"l(requ\" & \"est(\"\"x\"\"))\") ~>"),
            "web-content-evaluates-request");
}

TEST(AspPages, SeesTextThatOnlyAFunctionOfThePageCanRead) {
  EXPECT_EQ(asp("<~ Function d(s)\n For i = 1 To Len(s)\n  d = d & Chr(Asc(Mid(s, i, 1)) - 1)\n Next\nEnd "
                "Function\n"
                "ex_~ecute d(\"fwbm)sfrvftu)#y#**:fwbm\") ~>"),
            "web-content-runs-hidden-code");
}

TEST(AspPages, IsSilentAboutTemplatesThatAreReadFromFiles) {
  EXPECT_EQ(asp("<~ Function load(name)\n Set f = fso.OpenTextFile(Server.MapPath(name))\n load = "
                "f.ReadAll\nEnd Function\n"
                "ExecuteGlobal load(\"inc/functions.asp\") ~>"),
            "");
}

TEST(AspPages, ReadsUtf7WhereThePageDeclaresIt) {
  EXPECT_EQ(asp("<~@codepage=65000~><~ +AGUAdgBhAGw-(+AHIAZQBxAHUAZQBzAHQ-(\"x\")) ~>"),
            "web-content-evaluates-request");
}

TEST(AspPages, SeesAFileManager) {
  EXPECT_EQ(asp("<~ Set fso = Server.CreateObject(\"Scripting.FileSystemObject\")\np = Request(\"p\")\n"
                "For Each f In fso.GetFolder(p).Files : Response.Write f.Name : Next\n"
                "If Request(\"d\") <> \"\" Then fso.DeleteFile Request(\"d\") ~>"),
            "web-content-file-manager");
}

TEST(AspPages, SeesADatabaseClient) {
  EXPECT_EQ(asp("<~ Set c = CreateObject(\"ADODB.Connection\")\nc.Open Request(\"dsn\")\nSet r = "
                "c.Execute(Request(\"sql\")) ~>"),
            "web-content-database-client");
}

TEST(AspPages, IsSilentAboutAnOrdinaryQuery) {
  EXPECT_EQ(asp("<~ Set c = CreateObject(\"ADODB.Connection\")\nc.Open Application(\"dsn\")\n"
                "Set r = c.Execute(\"SELECT * FROM t WHERE id=\" & CLng(Request(\"id\"))) ~>"),
            "");
}

TEST(AspPages, ReadsJScriptPages) {
  EXPECT_EQ(asp("<~@ language=\"javascript\" ~><~ var c = String(Request.Form(\"c\")); new "
                "ActiveXObject(\"WScript.Sh_~ell\").Ex_~ec(c); ~>"),
            "web-content-starts-command");
}

TEST(AspPages, ReadsALanguageThatStandsRightBehindTheMark) {
  EXPECT_EQ(asp("<~@LANGUAGE=\"javascript\"~><~ ev_~al(Request('x') + ''); ~>"),
            "web-content-evaluates-request");
}

TEST(AspPages, TakesAStreamInMemoryForNoFile) {
  EXPECT_EQ(asp("<~ Set s = CreateObject(\"ADODB.Stream\") : s.Open : s.Write Request(\"a\") : s.Write "
                "Request(\"b\") "
                "~>"),
            "");
}

TEST(AspPages, TakesAnAddressWithAFixedHostForNoTunnel) {
  EXPECT_EQ(asp("<~ Set h = Server.CreateObject(\"MSXML2.ServerXMLHTTP\")\n"
                "h.Open \"GET\", \"http://check.example/?a=\" & Request(\"a\") & \"&b=\" & Request(\"b\"), "
                "False ~>"),
            "");
}

TEST(AspPages, SeesAccountsOfWindowsThatAreMade) {
  EXPECT_EQ(asp("<~ Set u = CreateObject(\"Shell.Us_~ers\") : u.Create(\"a\") ~>"),
            "web-content-creates-account");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
