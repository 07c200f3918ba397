#include "detect/sigma/literal_rarity.h"

#include <algorithm>
#include <array>

namespace afterpatch::detect::sigma {
namespace {

struct Common {
  std::string_view text;
  double share;  // order of magnitude, of rows
};

// Texts of ordinary rows: paths of Exchange's virtual directories, what its clients send (Outlook,
// ActiveSync, monitoring probes, browsers), and the words of the log formats themselves. A literal inside one
// of them is as common as it. The shares are orders of magnitude from reading ordinary IIS and HttpProxy
// logs, not a measurement.
constexpr auto kCommon = std::to_array<Common>({
    {"mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/ safari/537.36",
     0.5},
    {"mozilla/4.0 (compatible; msie 9.0; windows nt 6.1; trident/5.0; amprobe/local/clientaccess)", 0.3},
    {"microsoft office/16.0 (windows nt 10.0; microsoft outlook 16.0; pro)", 0.5},
    {"gecko/20100101 firefox/", 0.1},
    {"https://", 0.5},
    {"http/1.1", 0.3},
    {".com", 0.8},
    {".local", 0.8},
    {"/owa/auth/logon.aspx?url=", 0.1},
    {"/owa/auth/errorfe.aspx", 0.02},
    {"/owa/", 0.5},
    {"/owa/service.svc?action=", 0.2},
    {"/owa/prem/15.1.2176.2/resources/", 0.1},
    {"/owa/healthcheck.htm", 0.1},
    {"/ecp/default.aspx", 0.05},
    {"/ecp/", 0.3},
    {"/ews/exchange.asmx", 0.5},
    {"/autodiscover/autodiscover.xml", 0.5},
    {"/autodiscover/autodiscover.json", 0.05},
    {"/mapi/emsmdb/?mailboxid=", 0.5},
    {"/mapi/nspi/?mailboxid=", 0.3},
    {"/microsoft-server-activesync/default.eas?user=&deviceid=&devicetype=&cmd=ping", 0.5},
    {"/microsoft-server-activesync", 0.5},
    {"/oab/", 0.1},
    {"/powershell", 0.2},
    {"/powershell-liveid", 0.1},
    {"/rpc/rpcproxy.dll?", 0.5},
    {"rpc_in_data", 0.2},
    {"rpc_out_data", 0.2},
    {"get", 0.9},
    {"post", 0.9},
    {"head", 0.2},
    {"options", 0.3},
    {"200", 0.9},
    {"401", 0.7},
    {"302", 0.3},
    {"500", 0.3},
    {".aspx", 0.4},
    {".ashx", 0.1},
    {".asmx", 0.5},
    {".svc", 0.3},
    {".js", 0.3},
    {".css", 0.2},
    {".png", 0.2},
    {"index.html", 0.02},
    {"/login", 0.05},
    {"/api/", 0.05},
    {"cmd=", 0.5},
    {"action=", 0.3},
    {"user=", 0.5},
    {"url=", 0.3},
    {"id=", 0.8},
    {"true", 0.8},
    {"false", 0.8},
    {"null", 0.3},
    {"negotiate", 0.5},
    {"basic", 0.3},
    {"healthmailbox", 0.3},
    {"correlationid=<empty>;&cafereqid=;", 0.9},
    {"&encoding=;", 0.3},
    {"smtp:", 0.2},
    {"serverversion", 0.3},
    {"targetserver", 0.3},
    {"anchormailbox", 0.3},
    {"sid~", 0.3},
    {"server~", 0.1},
    {"backend", 0.5},
    {"frontend", 0.5},
    {"exchange", 0.9},
    {"microsoft", 0.9},
    {"windows", 0.9},
    {"outlook", 0.7},
    {"localhost", 0.2},
    {"127.0.0.1", 0.3},
    {"::1", 0.3},
    {"proxyweb", 0.3},
    {"mailboxid", 0.5},
    {"beginrequest=", 0.9},
    {"endrequest=", 0.9},
    {"http.sys", 0.1},
    {"system.web", 0.02},
    {"exception", 0.05},
    {"request.abandoned", 0.01},
});

double share_by_length(std::size_t length) {
  constexpr std::array<double, 9> kShares = {1, 1, 0.6, 0.1, 0.02, 0.008, 0.003, 0.001, 0.0003};
  return kShares[std::min(length, kShares.size() - 1)];
}

}  // namespace

double share_of_rows(std::string_view lower_case) {
  double share = share_by_length(lower_case.size());
  for (const Common& common : kCommon) {
    if (common.text.find(lower_case) != std::string_view::npos) share = std::max(share, common.share);
  }
  return share;
}

}  // namespace afterpatch::detect::sigma
