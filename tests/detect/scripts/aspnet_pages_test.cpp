#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

std::string aspx(std::string_view text) {
  return verdict(text, ".aspx");
}

TEST(AspNetPages, SeesEvaluationOfTheRequest) {
  EXPECT_EQ(aspx("<~@ Page Language=\"Jscript\"~><~ev_~al(Request.Item[\"x\"],\"unsafe\");~>"),
            "web-content-evaluates-request");
  EXPECT_EQ(aspx("<~@PAGE LANGUAGE=JSCRIPT~><~var p:String=Request[\"\\x61\"];ev_~al(p,\"uns\"+\"afe\");~>"),
            "web-content-evaluates-request");
}

TEST(AspNetPages, SeesWhatATextBoxSendsToAProcess) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><script runat=\"server\">void Go(object s, EventArgs e) { "
                 "Show(Run(cmd.Text)); }\n"
                 "string Run(string a) { ProcessStartInfo i = new ProcessStartInfo(); i.FileName = "
                 "\"cm_~d.exe\"; i.Arg_~uments = \"/c \" + a;"
                 " return Process.St_~art(i).StandardOutput.ReadToEnd(); }</script><asp:TextBox id=\"cmd\" "
                 "runat=\"server\"/>"),
            "web-content-starts-command");
}

TEST(AspNetPages, WhatThePagePutsIntoATextBoxDoesNotHideTheVisitor) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ Process p = new Process(); p.StartInfo.Arg_~uments = \"/c \" "
                 "+ cmd.Text; p.Start(); cmd.Text = \"\"; ~>"
                 "<asp:TextBox id=\"cmd\" runat=\"server\"/>"),
            "web-content-starts-command");
}

TEST(AspNetPages, SeesObjectInitialisersAndStandardInput) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ var i = new ProcessStartInfo { FileName = \"x\", Arg_~uments "
                 "= Request[\"c\"] }; ~>"),
            "web-content-starts-command");
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ Process p = new Process(); p.Start(); "
                 "p.StandardInput.WriteLine(Request[\"c\"]); ~>"),
            "web-content-starts-command");
}

TEST(AspNetPages, SeesAnAssemblyLoadedThroughReflection) {
  EXPECT_EQ(verdict("<~@ WebHandler Language=\"C#\" Class=\"H\" ~>class H { void P(HttpContext context) { "
                    "byte[] data = Convert.FromBase64String(context.Request[\"k\"]);"
                    " typeof(System.Reflection.Assembly).GetMethod(\"Lo_~ad\", new System.Type[] { "
                    "typeof(byte[]) }).Inv_~oke(null, new object[] { data }); } }",
                    ".ashx"),
            "web-content-loads-assembly");
}

TEST(AspNetPages, TheArgumentsOfAWebMethodAreTheVisitors) {
  const std::string_view body =
      "public string F(string z, string Z1) { File.WriteAllText(z, Z1); return \"1\"; } }";
  EXPECT_EQ(verdict("<~@ WebService Language=\"C#\" Class=\"S\" ~>class S { [WebMethod] " + std::string(body),
                    ".asmx"),
            "web-content-writes-request");
  EXPECT_EQ(verdict("<~@ WebService Language=\"C#\" Class=\"S\" ~>class S { " + std::string(body), ".asmx"),
            "");
}

TEST(AspNetPages, ReadsTheScriptOfAStyleSheet) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ string x = @\"<xsl:stylesheet><msxsl:script "
                 "language=\"\"JScript\"\" implements-prefix=\"\"z\"\">"
                 "<![CDATA[function f(){var c=System.Web.HttpContext.Current;var "
                 "r=c.Request;ev_~al(r.Item['a'],'unsafe');}]]></msxsl:script></xsl:stylesheet>\"; ~>"),
            "web-content-evaluates-request");
}

TEST(AspNetPages, NamesWithInvisibleCharactersAreReadAsTheCompilerReadsThem) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ Pro\xe2\x80\x8b"
                 "cess.St_~art(\"cm_~d\", Request[\"c\"]); ~>"),
            "web-content-starts-command");
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ Pro\\u0063ess.St_~art(\"cm_~d\", Request[\"c\"]); ~>"),
            "web-content-starts-command");
}

TEST(AspNetPages, SeesATunnel) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ var e = new IPEndPoint(IPAddress.Parse(Request[\"t\"]), 1); "
                 "Socket s = new Socket(a, b, c); s.Connect(e); ~>"),
            "web-content-tunnels");
}

TEST(AspNetPages, IsSilentAboutUploadsToAFolderOfTheApplication) {
  EXPECT_EQ(verdict("@{ var n = Path.GetFileName(Request.Files[0].FileName); "
                    "Request.Files[0].SaveAs(Server.MapPath(\"~/App_Data/\" + n)); }",
                    ".cshtml"),
            "");
}

TEST(AspNetPages, IsSilentAboutFixedPrograms) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ Process.Start(\"convert.exe\", \"a b\"); var id = "
                 "Request[\"id\"]; ~>"),
            "");
}

TEST(AspNetPages, ReadsUtf16WithoutAMark) {
  std::string wide;
  for (const char c : page("<~@ Page Language=\"Jscript\"~><~ev_~al(Request.Item[\"x\"],\"unsafe\");~>"))
    (wide += c) += '\0';
  const ScriptAnalysis analysis = analyse_script(wide, ".aspx");
  ASSERT_FALSE(analysis.reasons.empty());
  EXPECT_EQ(analysis.reasons[0].rule_id, "web-content-evaluates-request");
}

TEST(AspNetPages, BracketsThatDoNotMatchCostNoMoreThanTheirLength) {
  std::string open;
  for (int i = 0; i < 20'000; ++i) open += "a(b[{";
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ " + open + " ~>"), "");
}

TEST(AspNetPages, ReadsDirectivesWithBlanksBeforeTheirMark) {
  EXPECT_EQ(verdict("<~ @ WebHandler Language=\"C#\" Class=\"H\" ~> class H : IHttpHandler { public void "
                    "ProcessRequest(HttpContext c) { Process.Sta_~rt(c.Request[\"x\"]); } }",
                    ".ashx"),
            "web-content-starts-command");
}

TEST(AspNetPages, SeesARegistryThatIsShownToAnyone) {
  EXPECT_EQ(aspx("<~@ Page Language=\"C#\" ~><~ "
                 "Response.Write(Registry.LocalMachine.OpenSubKey(Request[\"k\"])); ~>"),
            "web-content-reads-registry");
}

}  // namespace
}  // namespace afterpatch::detect::scripts
