#include "range/internet/answers.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "range/random.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kManifest =
    "/ecp/current/exporttool/microsoft.exchange.ediscovery.exporttool.application";
constexpr std::string_view kBasic = "Basic realm=\"{}\"";

std::string_view path_alone(std::string_view path) {
  return path.substr(0, path.find('?'));
}

std::string authority_of(const Request& request, const Visit& visit) {
  return request.host.empty() ? visit.authority : std::string(request.host);
}

// --- Self-hosted Exchange ---

std::string windows_web_server(const ExposedBuild& kind) {
  if (kind.product == "Exchange2010") return "Microsoft-IIS/7.5";
  return kind.product == "Exchange2013" ? "Microsoft-IIS/8.5" : "Microsoft-IIS/10.0";
}

struct SelfHosted {
  const Host& host;
  const Running& running;
  const Request& request;
  const Visit& visit;

  bool shows_header() const { return host.shown == Shown::header || host.shown == Shown::beside_owa; }

  Answer with_status(unsigned status) const {
    Answer answer{.status = status, .headers = {}, .body = {}};
    answer.headers = {{"Server", windows_web_server(*running.kind)},
                      {"request-id", Random(visit.number).guid()},
                      {"X-FEServer", fmt::format("EX{}-{}", host.number, visit.server + 1)},
                      {"X-Powered-By", "ASP.NET"}};
    if (shows_header()) answer.headers.emplace_back("X-OWA-Version", running.build.text());
    return answer;
  }

  Answer redirect(const std::string& path) const {
    Answer answer = with_status(302);
    answer.headers.emplace_back("Location", fmt::format("https://{}{}", authority_of(request, visit), path));
    return answer;
  }

  Answer unauthorized() const {
    Answer answer = with_status(401);
    answer.headers.emplace_back("WWW-Authenticate", "Negotiate");
    answer.headers.emplace_back("WWW-Authenticate", "NTLM");
    answer.headers.emplace_back("WWW-Authenticate",
                                fmt::format(fmt::runtime(kBasic), authority_of(request, visit)));
    if (host.nature == Nature::hybrid)
      answer.headers.emplace_back("WWW-Authenticate",
                                  "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", "
                                  "trusted_issuers=\"00000001-0000-0000-c000-000000000000@*\", "
                                  "token_types=\"app_asserted_user_v1 service_asserted_app_v1\", "
                                  "authorization_uri=\"https://login.windows.net/common/oauth2/authorize\"");
    return answer;
  }

  // Exchange 2010 writes all four numbers into its paths, later ones three.
  std::string resource_folder() const {
    return running.kind->only_one_flaw() ? fmt::format("/owa/{}", running.build.text())
                                         : fmt::format("/owa/auth/{}", three_numbers(running.build));
  }

  Answer logon_page() const {
    Answer answer = with_status(200);
    answer.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
    answer.body = fmt::format(
        "<!DOCTYPE HTML>\r\n<!-- Copyright (c) 2011 Microsoft Corporation.  All rights reserved. -->\r\n"
        "<!-- OwaPage = ASP.auth_logon_aspx -->\r\n<html><head>\r\n"
        "<link rel=\"shortcut icon\" href=\"{0}/themes/resources/favicon.ico\" type=\"image/x-icon\">\r\n"
        "<link type=\"text/css\" rel=\"stylesheet\" href=\"{0}/themes/resources/logon.css\">\r\n"
        "<title>Outlook{1}</title></head>\r\n"
        "<body class=\"signInBg\"><form action=\"/owa/auth.owa\" method=\"POST\" name=\"logonForm\">\r\n"
        "</form></body></html>\r\n",
        resource_folder(), running.kind->product == "Exchange2019" ? "" : " Web App");
    return answer;
  }

  Answer manifest() const {
    Answer answer = with_status(200);
    answer.headers.emplace_back("Content-Type", "application/x-ms-application");
    const Build& named = host.shown == Shown::manifest ? running.build : running.kind->base;
    answer.body = fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
        "<asmv1:assembly xmlns=\"urn:schemas-microsoft-com:asm.v2\" "
        "xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\" manifestVersion=\"1.0\">\r\n"
        "  <assemblyIdentity name=\"microsoft.exchange.ediscovery.exporttool.application\" version=\"{}\" "
        "publicKeyToken=\"b1d1a6c45aa418ce\" language=\"neutral\" processorArchitecture=\"msil\" "
        "xmlns=\"urn:schemas-microsoft-com:asm.v1\" />\r\n</asmv1:assembly>\r\n",
        named.text());
    return answer;
  }

  Answer owa(const std::string& path) const {
    if (host.nature == Nature::hybrid) {
      Answer away = with_status(302);
      away.headers.emplace_back("Location", "https://outlook.office365.com/owa/?realm=" + host.domain());
      return away;
    }
    if (host.shown == Shown::beside_owa) return with_status(404);
    if (host.shown == Shown::nothing) return unauthorized();
    if (path == "/owa" || path == "/owa/")
      return redirect(fmt::format("/owa/auth/logon.aspx?url=https%3a%2f%2f{}%2fowa%2f&reason=0",
                                  authority_of(request, visit)));
    return path == "/owa/auth/logon.aspx" ? logon_page() : with_status(404);
  }

  // Files of the build that runs are there, those of other builds are not.
  bool is_file_of_this_build(const std::string& path) const {
    return path.starts_with(fmt::format("/ecp/{}/exporttool/", running.build.text()));
  }

  Answer answer() const {
    const std::string path = to_lower_ascii(path_alone(request.path));
    if (path == "/") return host.shown == Shown::beside_owa ? with_status(403) : redirect("/owa/");
    if (path == "/owa" || path.starts_with("/owa/")) return owa(path);
    if (path.starts_with("/autodiscover/") || path.starts_with("/ews/") || path.starts_with("/mapi/"))
      return unauthorized();
    if (host.shown == Shown::nothing || running.kind->only_one_flaw()) return with_status(404);
    if (path == kManifest)
      return host.shown == Shown::manifest || host.shown == Shown::stale_manifest ? manifest()
                                                                                  : with_status(403);
    if (is_file_of_this_build(path)) return with_status(200);
    return path == "/ecp/" ? redirect("/owa/auth/logon.aspx") : with_status(404);
  }
};

// --- Others ---

Answer page(std::string_view server, unsigned status, std::string_view title) {
  return {
      .status = status,
      .headers = {{"Server", std::string(server)}, {"Content-Type", "text/html"}},
      .body = fmt::format("<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n", title)};
}

// Six web servers: some say "not found", one shows the same page everywhere, one sends everybody to its own
// sign-in page, one is a web mail of another make.
Answer other_web(const Host& host, const Request& request, const Visit& visit) {
  const bool front = path_alone(request.path) == "/";
  switch (host.flavour % 6) {
    case 0:
      return front ? page("nginx/1.18.0", 200, "Welcome to nginx!")
                   : page("nginx/1.18.0", 404, "404 Not Found");
    case 1:
      return front ? page("Apache/2.4.46 (Unix)", 200, "It works!")
                   : page("Apache/2.4.46 (Unix)", 404, "404 Not Found");
    case 2:
      return front ? page("Microsoft-IIS/10.0", 200, "IIS Windows Server")
                   : page("Microsoft-IIS/10.0", 404, "404 - File or directory not found.");
    case 3:
      return page("nginx", 200, "Intranet of " + host.domain());
    case 4: {
      Answer answer = page("Apache", path_alone(request.path) == "/login" ? 200 : 302, "Sign in");
      if (answer.status == 302)
        answer.headers.emplace_back("Location",
                                    fmt::format("https://{}/login", authority_of(request, visit)));
      return answer;
    }
    default:
      return front ? page("nginx", 200, "Roundcube Webmail :: Welcome") : page("nginx", 403, "403 Forbidden");
  }
}

Answer exchange_online(const Request& request) {
  const bool owa = to_lower_ascii(path_alone(request.path)).starts_with("/owa");
  Answer answer{.status = owa ? 302U : 401U, .headers = {}, .body = {}};
  answer.headers = {{"Server", "Microsoft-IIS/10.0"},
                    {"X-OWA-Version", "15.20.3890.30"},
                    {"X-CalculatedFETarget", "GV3P280CU004.internal.outlook.com"},
                    {"X-CalculatedBETarget", "GV2PR01MB0001.EURPRD01.PROD.OUTLOOK.COM"},
                    {"X-FEProxyInfo", "GV3P280CA0090.SWEP280.PROD.OUTLOOK.COM"},
                    {"X-FEEFZInfo", "GVX"},
                    {"X-RUM-Validated", "1"},
                    {"X-FirstHopCafeEFZ", "GVX"},
                    {"X-FEServer", "GV3P280CA0090"}};
  if (owa)
    answer.headers.emplace_back("Location",
                                "https://login.microsoftonline.com/common/oauth2/authorize?client_id="
                                "00000002-0000-0ff1-ce00-000000000000");
  else
    answer.headers.emplace_back("WWW-Authenticate",
                                "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\"");
  return answer;
}

// Shows whatever a scanner may look for, and three builds that can't all be true.
Answer honeypot(const Request& request) {
  const std::string path = to_lower_ascii(path_alone(request.path));
  Answer answer = page("Apache/2.4.49 (Unix) Microsoft-IIS/10.0 nginx/1.18.0", 200, "Outlook Web App");
  answer.headers.insert(answer.headers.end(), {{"X-OWA-Version", "15.1.2176.2"},
                                               {"X-FEServer", "EXCH01"},
                                               {"X-Jenkins", "2.289.1"},
                                               {"X-Confluence-Request-Time", "1614902400000"},
                                               {"X-Drupal-Cache", "HIT"},
                                               {"Set-Cookie", "BIGipServerpool=1677787402.36895.0000"}});
  answer.body +=
      "<!-- OwaPage = ASP.auth_logon_aspx --><link "
      "href=\"/owa/auth/15.0.1497/themes/resources/favicon.ico\">\n"
      "<meta name=\"generator\" content=\"WordPress 5.6\"><a href=\"/manager/html\">Apache "
      "Tomcat/9.0.30</a>\n"
      "<title>GitLab</title><title>Grafana</title><title>FortiGate</title>\n";
  if (path == kManifest)
    answer.body =
        "<assemblyIdentity name=\"microsoft.exchange.ediscovery.exporttool.application\" "
        "version=\"15.2.792.10\" />";
  return answer;
}

Answer redirecting(const Host& host, const Request& request, const Visit& visit) {
  Answer answer = page("nginx", 302, "Moved");
  if (host.trouble == Trouble::redirect_loop) {
    answer.headers.emplace_back("Location", fmt::format("https://{}{}?again", authority_of(request, visit),
                                                        path_alone(request.path)));
    return answer;
  }
  const std::string_view authority = visit.authority;
  const std::string other = address_text(host.number ^ 1U, host.family);
  const std::size_t colon = authority.find(':', authority.rfind(']') + 1);
  answer.headers.emplace_back(
      "Location", fmt::format("https://{}{}/owa/", host.family == Family::ipv6 ? "[" + other + "]" : other,
                              colon == std::string_view::npos ? "" : authority.substr(colon)));
  return answer;
}

// Behind one address several sites can stand: without its name, the front page of another.
bool is_asked_by_name(const Host& host, const Request& request, const Visit& visit) {
  const std::string_view asked = request.host.substr(0, request.host.find(':'));
  for (const std::string& name : host.names()) {
    if (equals_ignoring_case(asked, name) || equals_ignoring_case(visit.asked_name, name)) return true;
  }
  return false;
}

}  // namespace

Answer answer_of(const Host& host, const HostState& state, const Request& request, const Visit& visit) {
  if (host.trouble == Trouble::redirect_loop || host.trouble == Trouble::redirect_away)
    return redirecting(host, request, visit);
  if (host.nature == Nature::honeypot) return honeypot(request);
  if (host.nature == Nature::exchange_online) return exchange_online(request);
  if (!host.self_hosted() || state.servers.empty()) return other_web(host, request, visit);
  if (host.needs_name && !is_asked_by_name(host, request, visit))
    return page("Microsoft-IIS/10.0", 404, "404 - File or directory not found.");
  return SelfHosted{host, state.servers[visit.server % state.servers.size()], request, visit}.answer();
}

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    default:
      return "Not Found";
  }
}

std::string to_wire(const Answer& answer, std::string_view date, bool with_body, bool keep_alive) {
  std::string wire = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason_of(answer.status));
  for (const auto& [name, value] : answer.headers) wire += fmt::format("{}: {}\r\n", name, value);
  wire += fmt::format("Date: {}\r\nContent-Length: {}\r\n", date, answer.body.size());
  if (!keep_alive) wire += "Connection: close\r\n";
  wire += "\r\n";
  if (with_body) wire += answer.body;
  return wire;
}

}  // namespace afterpatch::range
