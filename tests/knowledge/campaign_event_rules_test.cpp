// The rules of the 2021 wave, and of the other flaws, for Windows events, on events as Windows records them
// (shapes of public records of Server 2016 and of Exchange 2016). Each event must be matched by exactly the
// rules that are named. The engine's way from files to events is tested elsewhere; here the rules alone are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "detect/sigma/map_event.h"

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAreArray;

using Names = std::set<std::string>;  // file names without event_ and ending

const RuleSet& rules() {
  static const RuleSet set =
      load_rules({AFTERPATCH_SOURCE_DIR "/knowledge/products/exchange/rules/sigma",
                  AFTERPATCH_SOURCE_DIR "/knowledge/campaigns/exchange-2021-proxylogon/rules/sigma",
                  AFTERPATCH_SOURCE_DIR "/knowledge/campaigns/exchange-other/rules/sigma"});
  return set;
}

bool is_event_rule(const Rule& rule) {
  return std::filesystem::path(rule.file).stem().string().starts_with("event_");
}

// Which log an event is from, in Sigma's words.
struct Log {
  std::string category;
  std::string service;
};

Names matches(const Log& log, const Fields& fields) {
  Names names;
  for (const Rule& rule : rules().rules) {
    if (!is_event_rule(rule) || rule.log_source.category != log.category ||
        rule.log_source.service != log.service)
      continue;
    if (rule_matches(rule, fields)) names.insert(std::filesystem::path(rule.file).stem().string().substr(6));
  }
  return names;
}

// Put together here, so that this file holds no script and no command that a scanner knows.
const std::string kScript = std::string("<scr") + "ipt language=\"none\" run" + "at=\"nowhere\">inert";
const std::string kDumpLibrary = std::string("comsv") + "cs.dll";
const std::string kDumpEntry = std::string("Mini") + "Dump";

// The bare texts of the log itself: cmdlet, parameters, who, ...
Names cmdlet(const std::string& event_id, const std::string& name, const std::string& parameters) {
  return matches({"", "msexchange-management"},
                 {{"Provider_Name", {"MSExchange CmdletLogs"}},
                  {"EventID", {event_id}},
                  {"Data",
                   {name, parameters, "example.local/Users/admin", "S-1-5-21-1-2-3-500", "Local-ECP-Unknown",
                    "4180 w3wp#MSExchangeECPAppPool"}}});
}

// The sentence that exports hold in its place (OTRF's lab; the spelling is Microsoft's).
Names rendered_cmdlet(const std::string& event_id, const std::string& name, const std::string& parameters) {
  return matches({"", "msexchange-management"},
                 {{"EventID", {event_id}},
                  {"Message", {"Cmdlet suceeded. Cmdlet " + name + ", parameters " + parameters + "."}}});
}

struct Process {
  std::string image;
  std::string command_line;
  std::string parent = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
  std::string parent_line =
      "c:\\windows\\system32\\inetsrv\\w3wp.exe -ap \"MSExchangeOWAAppPool\" -v \"v4.0\"";  // empty: Security
                                                                                            // 4688
};

Names process(const Process& started) {
  Fields fields = {{"EventID", {started.parent_line.empty() ? "4688" : "1"}},
                   {"Image", {started.image}},
                   {"CommandLine", {started.command_line}},
                   {"ParentImage", {started.parent}}};
  if (!started.parent_line.empty()) fields["ParentCommandLine"] = {started.parent_line};
  return matches({"process_creation", ""}, fields);
}

const std::string kShell = "C:\\Windows\\System32\\cmd.exe";
const std::string kExplorer = "C:\\Windows\\explorer.exe";

TEST(CampaignEventRules, AllLoadAndSayWhatTheyMean) {
  for (const RefusedRule& refused : rules().refused)
    ADD_FAILURE() << refused.file << ":" << refused.line << ": " << refused.reason;
  int events = 0;
  for (const Rule& rule : rules().rules) {
    if (!is_event_rule(rule)) continue;
    ++events;
    EXPECT_TRUE(rule.meaning.has_value()) << rule.file;
    EXPECT_EQ(rule.log_source.product, "windows") << rule.file;
    EXPECT_FALSE(rule.description.empty()) << rule.file;
    EXPECT_FALSE(rule.false_positives.empty()) << rule.file;
  }
  EXPECT_GE(events, 30);
}

TEST(CampaignEventRules, TellScriptFromAddressesOfVirtualDirectories) {
  const std::string name = "Set-OabVirtualDirectory";
  const std::string with_script = "-ExternalUrl \"http://f/" + kScript + "\" -Identity \"982d48c8\"";
  const std::string honest =
      "-ExternalUrl \"https://mail.example.org/OAB\" -Identity \"SRV\\OAB (Default Web Site)\"";
  EXPECT_THAT(cmdlet("1", name, with_script), ElementsAreArray(Names{"virtual_directory_script"}));
  EXPECT_THAT(rendered_cmdlet("1", name, with_script), ElementsAreArray(Names{"virtual_directory_script"}));
  EXPECT_THAT(cmdlet("6", name, with_script), ElementsAreArray(Names{"virtual_directory_script_failed"}));
  EXPECT_THAT(cmdlet("1", "Set-OwaVirtualDirectory", with_script),
              ElementsAreArray(Names{"virtual_directory_script"}));
  EXPECT_THAT(cmdlet("1", name, honest), ElementsAreArray(Names{}));
  EXPECT_THAT(cmdlet("6", name, honest), ElementsAreArray(Names{}));
  EXPECT_THAT(cmdlet("1", "New-TransportRule", "-Name \"x\" -SubjectContainsWords \"<script\""),
              ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellWhatHidesTheScriptAfterwards) {
  EXPECT_THAT(
      cmdlet("1", "Remove-OabVirtualDirectory", "-Identity \"SRV\\OAB (Default Web Site)\" -Force \"True\""),
      ElementsAreArray(Names{"oab_recreated"}));
  EXPECT_THAT(cmdlet("1", "New-OabVirtualDirectory", "-WebSiteName \"Default Web Site\""),
              ElementsAreArray(Names{"oab_recreated"}));
  EXPECT_THAT(cmdlet("6", "Remove-OabVirtualDirectory", "-Identity \"x\""), ElementsAreArray(Names{}));
  EXPECT_THAT(cmdlet("1", "Set-OabVirtualDirectory", "-ExternalUrl $null -Identity \"982d48c8\""),
              ElementsAreArray(Names{"oab_address_emptied"}));
  EXPECT_THAT(cmdlet("1", "Remove-OwaVirtualDirectory", "-Identity \"x\""), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, JudgeMailboxExportsByTheirTarget) {
  const auto exported = [](const std::string& path) {
    return cmdlet("1", "New-MailboxExportRequest", "-Mailbox \"jones\" -FilePath \"" + path + "\"");
  };
  EXPECT_THAT(exported("\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\aspnet_client\\x.aspx"),
              ElementsAreArray(Names{"mailbox_export_to_web_folder"}));
  EXPECT_THAT(exported("\\\\files\\share\\x.aspx"), ElementsAreArray(Names{"mailbox_export_to_web_folder"}));
  EXPECT_THAT(exported("\\\\localhost\\c$\\ProgramData\\pst\\a.pst"),
              ElementsAreArray(Names{"mailbox_export_to_own_disk"}));
  EXPECT_THAT(exported("\\\\files\\leavers\\jones.pst"), ElementsAreArray(Names{"mailbox_export"}));
  EXPECT_THAT(cmdlet("1", "New-ManagementRoleAssignment", "-Role \"Mailbox Import Export\" -User \"admin\""),
              ElementsAreArray(Names{"mailbox_export_role"}));
  EXPECT_THAT(cmdlet("1", "New-ManagementRoleAssignment", "-Role \"Mail Recipients\" -User \"admin\""),
              ElementsAreArray(Names{}));
  EXPECT_THAT(cmdlet("1", "Remove-MailboxExportRequest", "-Confirm \"False\""),
              ElementsAreArray(Names{"mailbox_export_removed"}));
  EXPECT_THAT(cmdlet("1", "Get-MailboxExportRequest", ""), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellCertificateRequestsThatBecomePages) {
  EXPECT_THAT(cmdlet("1", "New-ExchangeCertificate",
                     "-GenerateRequest -RequestFile \"\\\\localhost\\C$\\inetpub\\wwwroot\\x.aspx\""),
              ElementsAreArray(Names{"certificate_request_to_web_folder"}));
  EXPECT_THAT(
      cmdlet("1", "New-ExchangeCertificate", "-GenerateRequest -RequestFile \"\\\\files\\certs\\mail.req\""),
      ElementsAreArray(Names{}));
}

Names application(const std::string& provider, const std::string& text) {
  return matches({"", "application"},
                 {{"Provider_Name", {provider}}, {"EventID", {"1082"}}, {"Data", {text}}});
}

TEST(CampaignEventRules, TellTheErrorOfTheVoiceMailServiceFromOthers) {
  EXPECT_THAT(
      application("MSExchange Unified Messaging", "System.InvalidCastException: Unable to cast object"),
      ElementsAreArray(Names{"um_invalid_cast"}));
  EXPECT_THAT(application("MSExchange Unified Messaging", "System.OutOfMemoryException"),
              ElementsAreArray(Names{}));
  EXPECT_THAT(application(".NET Runtime", "System.InvalidCastException in billing.exe"),
              ElementsAreArray(Names{}));
  EXPECT_THAT(application("MSExchange Common", "Watson report: umworkerprocess, TextFormattingRunProperties"),
              ElementsAreArray(Names{"um_gadget"}));
}

TEST(CampaignEventRules, TellSettingsOfAddInsThatCouldNotBeRead) {
  EXPECT_THAT(application("MSExchange Common",
                          "System.Runtime.Serialization.Formatters.Binary."
                          "BinaryFormatter.Deserialize(Stream): InvalidCastException"),
              ElementsAreArray(Names{"binary_formatter"}));
  EXPECT_THAT(cmdlet("6", "Get-App", "-Mailbox \"one\" System.InvalidCastException: Unable to cast object"),
              ElementsAreArray(Names{"get_app_failed"}));
  EXPECT_THAT(cmdlet("6", "Get-App", "-Mailbox \"nobody\" ManagementObjectNotFoundException"),
              ElementsAreArray(Names{}));
  EXPECT_THAT(application(".NET Runtime", "BinaryFormatter.Deserialize in billing.exe"),
              ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellShellsFromTheCompilerUnderTheWebServer) {
  const Names shell = {"web_server_shell"};
  EXPECT_THAT(process({kShell, "cmd /c whoami"}), ElementsAreArray(shell));
  EXPECT_THAT(process({.image = kShell, .command_line = "cmd /c whoami", .parent_line = ""}),
              ElementsAreArray(shell));
  EXPECT_THAT(
      process({.image = kShell, .command_line = "cmd", .parent_line = "w3wp.exe -ap \"DefaultAppPool\""}),
      ElementsAreArray(shell));
  EXPECT_THAT(process({.image = kShell, .command_line = "cmd", .parent_line = "w3wp.exe -ap \"Shop\""}),
              ElementsAreArray(Names{}));
  const std::string framework = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\";
  EXPECT_THAT(process({framework + "csc.exe", "csc.exe /noconfig @\"x.cmdline\""}),
              ElementsAreArray(Names{}));
  EXPECT_THAT(process({framework + "cvtres.exe", "cvtres.exe /NOLOGO"}), ElementsAreArray(Names{}));
  EXPECT_THAT(process({"C:\\Windows\\System32\\WerFault.exe", "WerFault.exe -u -p 1"}),
              ElementsAreArray(Names{}));
  EXPECT_THAT(
      process({.image = kShell, .command_line = "cmd", .parent = kExplorer, .parent_line = "explorer"}),
      ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, KnowTheMarksOfTheWebShellOfMost) {
  const auto wrapped = [](const std::string& command) {
    return process({kShell, "\"cmd\" /c cd /d \"C:/inetpub/wwwroot\"&" + command + "&echo [S]&cd&echo [E]"});
  };
  EXPECT_THAT(wrapped("whoami"), ElementsAreArray(Names{"web_shell_command"}));
  EXPECT_THAT(wrapped("net user support2 x /add"),
              ElementsAreArray(Names{"account_command", "web_shell_command"}));
  EXPECT_THAT(wrapped("net localgroup administrators support2 /add"),
              ElementsAreArray(Names{"account_command", "web_shell_command"}));
  EXPECT_THAT(wrapped("net group \"Exchange Organization administrators\" administrator /del /domain"),
              ElementsAreArray(Names{"exchange_administrators_changed", "web_shell_command"}));
  EXPECT_THAT(wrapped("attrib +h +s +r x.aspx"),
              ElementsAreArray(Names{"script_hidden", "web_shell_command"}));
  EXPECT_THAT(process({.image = kShell,
                       .command_line = "cmd /c echo [S]",
                       .parent = kExplorer,
                       .parent_line = "explorer"}),
              ElementsAreArray(Names{}));
}

Names by_hand(const std::string& image, const std::string& command_line) {
  return process({.image = "C:\\Windows\\System32\\" + image,
                  .command_line = command_line,
                  .parent = kShell,
                  .parent_line = "cmd"});
}

TEST(CampaignEventRules, TellDumpsOfTheLogonService) {
  EXPECT_THAT(by_hand("rundll32.exe", "rundll32.exe C:\\windows\\system32\\" + kDumpLibrary + " " +
                                          kDumpEntry + " 612 C:\\x.dmp full"),
              ElementsAreArray(Names{"lsass_dump"}));
  EXPECT_THAT(by_hand("procdump64.exe", "procdump64.exe -accepteula -ma lsass.exe x.dmp"),
              ElementsAreArray(Names{"lsass_dump"}));
  EXPECT_THAT(by_hand("procdump64.exe", "procdump64.exe -ma w3wp.exe x.dmp"), ElementsAreArray(Names{}));
  EXPECT_THAT(by_hand("rundll32.exe", "rundll32.exe printui.dll,PrintUIEntry"), ElementsAreArray(Names{}));
  EXPECT_THAT(by_hand("reg.exe", "reg save HKLM\\SAM C:\\x"),
              ElementsAreArray(Names{"credential_store_copied"}));
  EXPECT_THAT(by_hand("reg.exe", "reg save HKLM\\SOFTWARE C:\\x"), ElementsAreArray(Names{}));
  EXPECT_THAT(by_hand("ntdsutil.exe", "ntdsutil \"ac i ntds\" ifm \"create full c:\\x\" q q"),
              ElementsAreArray(Names{"credential_store_copied"}));
}

TEST(CampaignEventRules, TellArchivesByWhereTheyLie) {
  EXPECT_THAT(
      by_hand("7z.exe", "7z.exe a -tzip C:\\inetpub\\wwwroot\\aspnet_client\\it.zip C:\\ProgramData\\pst"),
      ElementsAreArray(Names{"archive_of_mail", "archive_to_web_folder"}));
  EXPECT_THAT(by_hand("7z.exe", "7z.exe a -t7z C:\\ProgramData\\it.zip C:\\ProgramData\\pst\\*.pst"),
              ElementsAreArray(Names{"archive_of_mail"}));
  EXPECT_THAT(by_hand("makecab.exe", "makecab C:\\x.dmp C:\\inetpub\\wwwroot\\x.dmp.zip"),
              ElementsAreArray(Names{"archive_to_web_folder"}));
  EXPECT_THAT(by_hand("7z.exe", "7z.exe a D:\\backup\\logs.7z C:\\inetpub\\logs"), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellProgramsOfTheVoiceMailService) {
  const auto child = [](const std::string& image) {
    return process({.image = image,
                    .command_line = image,
                    .parent = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin\\UMWorkerProcess.exe",
                    .parent_line = "UMWorkerProcess.exe"});
  };
  EXPECT_THAT(child(kShell), ElementsAreArray(Names{"um_child"}));
  EXPECT_THAT(child("C:\\Windows\\System32\\WerFault.exe"), ElementsAreArray(Names{}));
}

Names security(const std::string& provider, Fields fields) {
  fields["Provider_Name"] = {provider};
  return matches({"", "security"}, fields);
}

TEST(CampaignEventRules, TellAccountsThatNoPersonMade) {
  const std::string auditing = "Microsoft-Windows-Security-Auditing";
  const auto created = [&](const std::string& name, const std::string& by) {
    return security(auditing, {{"EventID", {"4720"}}, {"TargetUserName", {name}}, {"SubjectUserSid", {by}}});
  };
  EXPECT_THAT(created("support2", "S-1-5-18"), ElementsAreArray(Names{"account_created_by_system"}));
  EXPECT_THAT(created("support2", "S-1-5-21-1-2-3-500"), ElementsAreArray(Names{}));
  EXPECT_THAT(created("DefaultAccount", "S-1-5-18"), ElementsAreArray(Names{}));
  const auto added = [&](const std::string& group, const std::string& by) {
    return security(auditing, {{"EventID", {"4732"}}, {"TargetSid", {group}}, {"SubjectUserSid", {by}}});
  };
  EXPECT_THAT(added("S-1-5-32-544", "S-1-5-18"), ElementsAreArray(Names{"administrator_made_by_system"}));
  EXPECT_THAT(added("S-1-5-32-544", "S-1-5-21-1-2-3-500"), ElementsAreArray(Names{}));
  EXPECT_THAT(added("S-1-5-32-545", "S-1-5-18"), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellWhichLogWasClearedAndByWhom) {
  const std::string service = "Microsoft-Windows-Eventlog";
  const auto wiped = [&](const std::string& by) {
    return security(service, {{"EventID", {"1102"}}, {"SubjectUserSid", {by}}});
  };
  EXPECT_THAT(wiped("S-1-5-18"), ElementsAreArray(Names{"security_log_cleared_by_system"}));
  EXPECT_THAT(wiped("S-1-5-21-1-2-3-500"), ElementsAreArray(Names{"security_log_cleared"}));
  const auto other = [&](const std::string& channel) {
    return matches({"", "system"},
                   {{"Provider_Name", {service}}, {"EventID", {"104"}}, {"Channel", {"System", channel}}});
  };
  EXPECT_THAT(other("MSExchange Management"), ElementsAreArray(Names{"exchange_log_cleared"}));
  EXPECT_THAT(other("Application"), ElementsAreArray(Names{"log_cleared"}));
  EXPECT_THAT(by_hand("wevtutil.exe", "wevtutil cl Security"), ElementsAreArray(Names{"log_clear_command"}));
  EXPECT_THAT(by_hand("wevtutil.exe", "wevtutil qe Security /c:3"), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellWebShellsFromOtherFindsOfTheScanner) {
  const auto found = [](const std::string& id, const std::string& threat) {
    return matches({"", "windefend"}, {{"Provider_Name", {"Microsoft-Windows-Windows Defender"}},
                                       {"EventID", {id}},
                                       {"Threat Name", {threat}},
                                       {"Path", {"file:_C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx"}}});
  };
  EXPECT_THAT(found("1116", "Backdoor:ASP/Chopper.F!dha"), ElementsAreArray(Names{"defender_web_shell"}));
  EXPECT_THAT(found("1117", "Backdoor:ASP/SecChecker.A"), ElementsAreArray(Names{"defender_web_shell"}));
  EXPECT_THAT(found("1119", "Backdoor:ASP/SecChecker.A"), ElementsAreArray(Names{"defender_web_shell"}));
  EXPECT_THAT(found("1116", "Behavior:Win32/IISExchgSpawnCMD.A"),
              ElementsAreArray(Names{"defender_exchange_behaviour"}));
  EXPECT_THAT(found("1116", "PUA:Win32/Toolbar"), ElementsAreArray(Names{}));
  EXPECT_THAT(found("1150", "Chopper"), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, ReadScripts) {
  const auto script = [](const std::string& text) {
    return matches({"ps_script", ""}, {{"EventID", {"4104"}}, {"ScriptBlockText", {text}}});
  };
  EXPECT_THAT(script("New-MailboxExportRequest -Mailbox $m -FilePath $p"),
              ElementsAreArray(Names{"script_mailbox_export"}));
  EXPECT_THAT(script(std::string("$c = New-Object System.Net.Sock") +
                     "ets.TCPClient(); $s = $c.GetStream(); ie" + "x $d"),
              ElementsAreArray(Names{"script_reverse_shell"}));
  EXPECT_THAT(script("$c = New-Object System.Net.Sockets.TCPClient; $c.Connect($h, 25); $c.GetStream()"),
              ElementsAreArray(Names{}));
  EXPECT_THAT(script("Get-Queue | Where-Object { $_.MessageCount -gt 50 }"), ElementsAreArray(Names{}));
}

TEST(CampaignEventRules, TellWhoWritesPages) {
  const std::string folder =
      "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\";
  const auto written = [](const std::string& image, const std::string& file) {
    return matches({"file_event", ""}, {{"EventID", {"11"}}, {"Image", {image}}, {"TargetFilename", {file}}});
  };
  const Names page = {"script_file_written"};
  EXPECT_THAT(written("System", folder + "ohyeah.aspx"), ElementsAreArray(page));
  EXPECT_THAT(
      written("c:\\windows\\system32\\inetsrv\\w3wp.exe", "C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx"),
      ElementsAreArray(page));
  EXPECT_THAT(written("C:\\Windows\\System32\\msiexec.exe", folder + "logon.aspx"),
              ElementsAreArray(Names{}));
  EXPECT_THAT(written("c:\\windows\\system32\\inetsrv\\w3wp.exe",
                      "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET "
                      "Files\\owa\\8e05\\App_Web_x.dll"),
              ElementsAreArray(Names{}));
}

}  // namespace
}  // namespace afterpatch::detect::sigma
