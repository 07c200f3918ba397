#include "detect/sigma/literal_rarity.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

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

// Texts of ordinary Windows events: folders and programs that run all day, accounts, registry roots, what
// PowerShell's own modules hold. Orders of magnitude from reading everyday logs, not a measurement.
constexpr auto kCommonInEvents = std::to_array<Common>({
    {"c:\\windows\\system32\\", 0.6},
    {"\\windows\\syswow64\\", 0.2},
    {"c:\\windows\\", 0.7},
    {"c:\\program files (x86)\\", 0.3},
    {"c:\\program files\\", 0.4},
    {"c:\\programdata\\microsoft\\", 0.2},
    {"c:\\users\\", 0.3},
    {"\\appdata\\local\\temp\\", 0.1},
    {"\\appdata\\local\\", 0.2},
    {"\\appdata\\roaming\\", 0.1},
    {"\\windows\\temp\\", 0.05},
    {".exe", 0.9},
    {".dll", 0.5},
    {".sys", 0.1},
    {".ps1", 0.1},
    {".tmp", 0.1},
    {".log", 0.1},
    {"\\svchost.exe", 0.3},
    {"\\services.exe", 0.2},
    {"\\explorer.exe", 0.1},
    {"\\cmd.exe", 0.1},
    {"\\conhost.exe", 0.1},
    {"\\powershell.exe", 0.1},
    {"powershell", 0.3},
    {"\\rundll32.exe", 0.03},
    {"\\taskhostw.exe", 0.05},
    {"\\wmiprvse.exe", 0.05},
    {"\\msiexec.exe", 0.03},
    {"\\lsass.exe", 0.1},
    {"\\w3wp.exe", 0.1},
    {"nt authority\\system", 0.5},
    {"nt authority\\network service", 0.1},
    {"microsoft", 0.9},
    {"windows", 0.9},
    {"operating system", 0.3},
    {"corporation", 0.5},
    {"system32", 0.7},
    {"hklm\\system\\currentcontrolset\\services\\", 0.2},
    {"hklm\\software\\microsoft\\windows\\currentversion\\", 0.2},
    {"hku\\s-1-5-21-", 0.2},
    {"\\software\\microsoft\\windows nt\\currentversion\\", 0.1},
    {"\\software\\classes\\", 0.05},
    {"\\currentversion\\run", 0.02},
    {"dword (0x00000001)", 0.2},
    {"dword (0x00000000)", 0.2},
    {"s-1-5-18", 0.5},
    {"s-1-5-21-", 0.5},
    {"0x3e7", 0.5},
    {"system", 0.8},
    {"localhost", 0.1},
    {"127.0.0.1", 0.2},
    {"http://", 0.1},
    {"https://", 0.1},
    {"function ", 0.3},
    {"param(", 0.3},
    {"param", 0.4},
    {"write-", 0.2},
    {"get-", 0.5},
    {"set-", 0.3},
    {"new-object", 0.1},
    {"invoke-", 0.1},
    {"import-module", 0.1},
    {"-computername", 0.05},
    {"-command", 0.1},
    {"system.management.automation", 0.2},
    {"$true", 0.2},
    {"true", 0.5},
    {"false", 0.5},
    {"medium", 0.3},
    {"high", 0.3},
    {"sha256=", 0.9},
    {"md5=", 0.9},
    {"sha1=", 0.9},
    {"imphash=", 0.9},
    {" -k netsvcs", 0.1},
    {"update", 0.1},
    {"install", 0.1},
    {"service", 0.3},
});

// Values of everyday events of a server, as Windows and Sysmon write them: programs, command lines, accounts,
// registry values, modules, hashes.
constexpr std::string_view kEverydayEvents =
    R"(C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule
C:\Windows\system32\svchost.exe -k LocalServiceNetworkRestricted -p
C:\Windows\System32\services.exe C:\Windows\System32\lsass.exe C:\Windows\System32\smss.exe C:\Windows\explorer.exe
c:\windows\system32\inetsrv\w3wp.exe -ap "MSExchangeOWAAppPool" -v "v4.0" -c "C:\Program Files\Microsoft\Exchange Server\V15\bin\GenericAppPoolConfigWithGCServerEnabledFalse.config" -a \\.\pipe\iisipm2f1c -h "C:\inetpub\temp\apppools\MSExchangeOWAAppPool\MSExchangeOWAAppPool.config" -w "" -m 0
C:\Program Files\Microsoft\Exchange Server\V15\Bin\MSExchangeHMWorker.exe -pipe:1234 -stopkey:Global\ExchangeStopKey-0a1b
C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding C:\Windows\System32\taskhostw.exe
C:\Windows\system32\cmd.exe /c "C:\Program Files\Common Files\backup.cmd"
\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1
"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -ExecutionPolicy Bypass -File "C:\Scripts\report.ps1"
"C:\Program Files (x86)\Google\Update\GoogleUpdate.exe" /ua /installsource scheduler
C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe C:\ProgramData\Microsoft\Windows Defender\Platform\MsMpEng.exe
NT AUTHORITY\SYSTEM NT AUTHORITY\NETWORK SERVICE NT AUTHORITY\LOCAL SERVICE IIS APPPOOL\DefaultAppPool Window Manager\DWM-1
Host Process for Windows Services Microsoft Corporation Microsoft Windows Operating System Windows Command Processor
Advapi Negotiate Kerberos NtLmSsp NTLM V2 User32 Authz Service Control Manager Security Account Manager
SeSecurityPrivilege SeBackupPrivilege SeRestorePrivilege SeTakeOwnershipPrivilege SeDebugPrivilege SeSystemEnvironmentPrivilege SeLoadDriverPrivilege SeImpersonatePrivilege SeAssignPrimaryTokenPrivilege SeTcbPrivilege SeAuditPrivilege SeChangeNotifyPrivilege SeIncreaseQuotaPrivilege
Microsoft-Windows-Security-Auditing Microsoft-Windows-Sysmon/Operational Microsoft-Windows-PowerShell Microsoft-Windows-Eventlog Microsoft-Windows-TaskScheduler Microsoft-Windows-Windows Defender Microsoft-Windows-TerminalServices-LocalSessionManager
HKLM\System\CurrentControlSet\Services\Tcpip\Parameters HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache\Tasks
C:\Windows\System32\ntdll.dll C:\Windows\System32\kernel32.dll C:\Windows\System32\KernelBase.dll C:\Windows\System32\advapi32.dll C:\Windows\System32\secur32.dll
SHA1=,MD5=,SHA256=,IMPHASH= 10.0.17763.1 (WinBuild.160101.0800) S-1-5-18 S-1-5-20 S-1-0-0 S-1-16-16384 Mandatory Label\System Mandatory Level
{00000000-0000-0000-0000-000000000000} 0x0000000000000000 C:\Users\Administrator\AppData\Local\Temp\ C:\Windows\Temp\ C:\Windows\SystemTemp\
)";

double share_by_length(std::size_t length) {
  constexpr std::array<double, 9> kShares = {1, 1, 0.6, 0.1, 0.02, 0.004, 0.001, 0.0003, 0.0001};
  return kShares[std::min(length, kShares.size() - 1)];
}

// One or two characters tell something only when they are rare ones.
double share_of_short(std::string_view text) {
  constexpr std::pair<std::string_view, double> kRare[] = {
      {"`^", 0.005}, {"!<>#|~@", 0.03}, {"&;$*?[]", 0.05}, {"%{}()+", 0.1}};
  double share = text.size() < 2 ? 1 : share_by_length(text.size());
  for (const char c : text)
    for (const auto& [characters, rare] : kRare)
      if (characters.find(c) != std::string_view::npos) share = std::min(share, rare);
  return share;
}

// A text inside a common one is as common as it.
double share_among(std::span<const Common> commons, std::string_view lower_case) {
  double share = share_by_length(lower_case.size());
  for (const Common& common : commons) {
    if (common.text.find(lower_case) != std::string_view::npos) share = std::max(share, common.share);
  }
  return share;
}

std::string_view without_ends(std::string_view text) {
  constexpr std::string_view kEnds = " \r\n";
  while (!text.empty() && kEnds.find(text.front()) != kEnds.npos) text.remove_prefix(1);
  while (!text.empty() && kEnds.find(text.back()) != kEnds.npos) text.remove_suffix(1);
  return text;
}

double share_of_whole(std::string_view value) {
  for (const Common& common : kCommon)
    if (common.text == value) return common.share;
  return std::min(share_by_length(value.size()), 0.003);
}

}  // namespace

double share_of_rows(std::string_view lower_case) {
  // Beside a column's end stands a whole value, or the begin or end of one: common only if it is a common one
  // as a whole.
  const std::string_view core = without_ends(lower_case);
  if (core.size() != lower_case.size()) return share_of_whole(core);
  return share_among(kCommon, lower_case);
}

double share_of_events(std::string_view lower_case) {
  if (lower_case.size() <= 2) return share_of_short(lower_case);
  return share_among(kCommonInEvents, lower_case);
}

std::string_view everyday_event_texts() {
  static const std::string texts = [] {
    std::string all(kEverydayEvents);
    for (const Common& common : kCommonInEvents) all.append(common.text).append("\n");
    return all;
  }();
  return texts;
}

}  // namespace afterpatch::detect::sigma
