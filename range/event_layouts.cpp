#include "range/event_layouts.h"

namespace afterpatch::range::layouts {
namespace {

using enum EvtxType;

constexpr std::uint64_t kAuditSuccess = 0x8020000000000000;
constexpr std::uint64_t kClassic = 0x80000000000000;

EvtxLayout security(std::uint16_t id, std::uint8_t version, std::uint16_t task,
                    std::vector<EvtxField> fields) {
  return {.provider = "Microsoft-Windows-Security-Auditing",
          .provider_guid = "54849625-5478-4994-A5BA-3E3B0328C30D",
          .channel = "Security",
          .event_id = id,
          .version = version,
          .level = 0,
          .task = task,
          .keywords = kAuditSuccess,
          .fields = std::move(fields)};
}

EvtxLayout service_control(std::uint16_t id, std::vector<EvtxField> fields) {
  return {.provider = "Service Control Manager",
          .provider_guid = "555908D1-A6D7-4695-8E1E-26931D2012F4",
          .channel = "System",
          .event_id = id,
          .keywords = 0x8080000000000000,
          .fields = std::move(fields)};
}

EvtxLayout classic(std::string provider, std::string channel, std::uint16_t id, std::uint16_t qualifiers,
                   std::uint8_t level, std::uint16_t task) {
  return {.provider = std::move(provider),
          .channel = std::move(channel),
          .event_id = id,
          .qualifiers = qualifiers,
          .level = level,
          .task = task,
          .keywords = kClassic,
          .payload = EvtxPayload::unnamed_data};
}

EvtxLayout cleared(std::string channel, std::uint16_t id, std::vector<EvtxField> fields) {
  return {.provider = "Microsoft-Windows-Eventlog",
          .provider_guid = "FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148",
          .channel = std::move(channel),
          .event_id = id,
          .task = 104,
          .keywords = id == 1102 ? 0x4020000000000000U : 0x8000000000000000U,
          .payload = EvtxPayload::user_data,
          .fields = std::move(fields),
          .user_element = "LogFileCleared",
          .user_namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"};
}

EvtxLayout powershell(std::uint16_t id, std::uint8_t level, std::uint16_t task,
                      std::vector<EvtxField> fields) {
  return {.provider = "Microsoft-Windows-PowerShell",
          .provider_guid = "A0C1853B-5C40-4B15-8766-3CF1C58F985A",
          .channel = "Microsoft-Windows-PowerShell/Operational",
          .event_id = id,
          .version = 1,
          .level = level,
          .task = task,
          .opcode = 15,
          .keywords = 0,
          .fields = std::move(fields)};
}

EvtxLayout defender(std::uint16_t id, std::uint8_t level) {
  return {
      .provider = "Microsoft-Windows-Windows Defender",
      .provider_guid = "11CD958A-C507-4EF3-B3F2-5FD9DFBD2C78",
      .channel = "Microsoft-Windows-Windows Defender/Operational",
      .event_id = id,
      .level = level,
      .fields = {
          {"Product Name"}, {"Product Version"}, {"Detection ID"},     {"Detection Time"}, {"Threat ID"},
          {"Threat Name"},  {"Severity ID"},     {"Severity Name"},    {"Category ID"},    {"Category Name"},
          {"Source ID"},    {"Source Name"},     {"Process Name"},     {"Detection User"}, {"Path"},
          {"Origin ID"},    {"Origin Name"},     {"Execution ID"},     {"Execution Name"}, {"Action ID"},
          {"Action Name"},  {"Error Code"},      {"Error Description"}}};
}

}  // namespace

const EvtxLayout& logon() {
  static const EvtxLayout kLayout = security(4624, 2, 12544,
                                             {{"SubjectUserSid", sid},
                                              {"SubjectUserName"},
                                              {"SubjectDomainName"},
                                              {"SubjectLogonId", hex64},
                                              {"TargetUserSid", sid},
                                              {"TargetUserName"},
                                              {"TargetDomainName"},
                                              {"TargetLogonId", hex64},
                                              {"LogonType", uint32},
                                              {"LogonProcessName"},
                                              {"AuthenticationPackageName"},
                                              {"WorkstationName"},
                                              {"LogonGuid", guid},
                                              {"TransmittedServices"},
                                              {"LmPackageName"},
                                              {"KeyLength", uint32},
                                              {"ProcessId", hex64},
                                              {"ProcessName"},
                                              {"IpAddress"},
                                              {"IpPort"},
                                              {"ImpersonationLevel"},
                                              {"RestrictedAdminMode"},
                                              {"TargetOutboundUserName"},
                                              {"TargetOutboundDomainName"},
                                              {"VirtualAccount"},
                                              {"TargetLinkedLogonId", hex64},
                                              {"ElevatedToken"}});
  return kLayout;
}

const EvtxLayout& logoff() {
  static const EvtxLayout kLayout = security(4634, 0, 12545,
                                             {{"TargetUserSid", sid},
                                              {"TargetUserName"},
                                              {"TargetDomainName"},
                                              {"TargetLogonId", hex64},
                                              {"LogonType", uint32}});
  return kLayout;
}

const EvtxLayout& special_logon() {
  static const EvtxLayout kLayout = security(4672, 0, 12548,
                                             {{"SubjectUserSid", sid},
                                              {"SubjectUserName"},
                                              {"SubjectDomainName"},
                                              {"SubjectLogonId", hex64},
                                              {"PrivilegeList"}});
  return kLayout;
}

const EvtxLayout& process() {
  static const EvtxLayout kLayout = security(4688, 2, 13312,
                                             {{"SubjectUserSid", sid},
                                              {"SubjectUserName"},
                                              {"SubjectDomainName"},
                                              {"SubjectLogonId", hex64},
                                              {"NewProcessId", hex64},
                                              {"NewProcessName"},
                                              {"TokenElevationType"},
                                              {"ProcessId", hex64},
                                              {"CommandLine"},
                                              {"TargetUserSid", sid},
                                              {"TargetUserName"},
                                              {"TargetDomainName"},
                                              {"TargetLogonId", hex64},
                                              {"ParentProcessName"},
                                              {"MandatoryLabel", sid}});
  return kLayout;
}

const EvtxLayout& account_created() {
  static const EvtxLayout kLayout = security(
      4720, 0, 13824,
      {{"TargetUserName"},  {"TargetDomainName"},  {"TargetSid", sid},        {"SubjectUserSid", sid},
       {"SubjectUserName"}, {"SubjectDomainName"}, {"SubjectLogonId", hex64}, {"PrivilegeList"},
       {"SamAccountName"},  {"DisplayName"},       {"UserPrincipalName"},     {"HomeDirectory"},
       {"HomePath"},        {"ScriptPath"},        {"ProfilePath"},           {"UserWorkstations"},
       {"PasswordLastSet"}, {"AccountExpires"},    {"PrimaryGroupId"},        {"AllowedToDelegateTo"},
       {"OldUacValue"},     {"NewUacValue"},       {"UserAccountControl"},    {"UserParameters"},
       {"SidHistory"},      {"LogonHours"}});
  return kLayout;
}

const EvtxLayout& member_added() {
  static const EvtxLayout kLayout = security(4732, 0, 13826,
                                             {{"MemberName"},
                                              {"MemberSid", sid},
                                              {"TargetUserName"},
                                              {"TargetDomainName"},
                                              {"TargetSid", sid},
                                              {"SubjectUserSid", sid},
                                              {"SubjectUserName"},
                                              {"SubjectDomainName"},
                                              {"SubjectLogonId", hex64},
                                              {"PrivilegeList"}});
  return kLayout;
}

const EvtxLayout& security_cleared() {
  static const EvtxLayout kLayout = cleared(
      "Security", 1102,
      {{"SubjectUserSid", sid}, {"SubjectUserName"}, {"SubjectDomainName"}, {"SubjectLogonId", hex64}});
  return kLayout;
}

const EvtxLayout& service_state() {
  static const EvtxLayout kLayout = service_control(7036, {{"param1"}, {"param2"}});
  return kLayout;
}

const EvtxLayout& service_start_type() {
  static const EvtxLayout kLayout = service_control(7040, {{"param1"}, {"param2"}, {"param3"}, {"param4"}});
  return kLayout;
}

const EvtxLayout& service_installed() {
  static const EvtxLayout kLayout = service_control(
      7045, {{"ServiceName"}, {"ImagePath"}, {"ServiceType"}, {"StartType"}, {"AccountName"}});
  return kLayout;
}

const EvtxLayout& log_cleared() {
  static const EvtxLayout kLayout =
      cleared("System", 104, {{"SubjectUserName"}, {"SubjectDomainName"}, {"Channel"}, {"BackupPath"}});
  return kLayout;
}

const EvtxLayout& cmdlet_succeeded() {
  static const EvtxLayout kLayout = classic("MSExchange CmdletLogs", "MSExchange Management", 1, 16384, 4, 1);
  return kLayout;
}

const EvtxLayout& cmdlet_failed() {
  static const EvtxLayout kLayout = classic("MSExchange CmdletLogs", "MSExchange Management", 6, 49152, 2, 1);
  return kLayout;
}

const EvtxLayout& common_error() {
  static const EvtxLayout kLayout = classic("MSExchange Common", "Application", 4999, 49156, 2, 1);
  return kLayout;
}

const EvtxLayout& unified_messaging_error() {
  static const EvtxLayout kLayout = classic("MSExchange Unified Messaging", "Application", 1082, 49156, 2, 2);
  return kLayout;
}

const EvtxLayout& update_installed() {
  static const EvtxLayout kLayout = classic("MsiInstaller", "Application", 1036, 0, 4, 0);
  return kLayout;
}

const EvtxLayout& front_end_proxy() {
  static const EvtxLayout kLayout =
      classic("MSExchange Front End HTTP Proxy", "Application", 1001, 16384, 4, 1);
  return kLayout;
}

const EvtxLayout& control_panel_error() {
  static const EvtxLayout kLayout = classic("MSExchange Control Panel", "Application", 4, 49152, 2, 1);
  return kLayout;
}

const EvtxLayout& transport() {
  static const EvtxLayout kLayout = classic("MSExchangeTransport", "Application", 16028, 16388, 4, 12);
  return kLayout;
}

const EvtxLayout& windows_error_report() {
  static const EvtxLayout kLayout = classic("Windows Error Reporting", "Application", 1001, 0, 4, 0);
  return kLayout;
}

const EvtxLayout& engine_started() {
  static const EvtxLayout kLayout = classic("PowerShell", "Windows PowerShell", 400, 0, 4, 4);
  return kLayout;
}

const EvtxLayout& pipeline() {
  static const EvtxLayout kLayout = powershell(4103, 4, 106, {{"ContextInfo"}, {"UserData"}, {"Payload"}});
  return kLayout;
}

const EvtxLayout& script_block() {
  static const EvtxLayout kLayout = powershell(
      4104, 5, 2,
      {{"MessageNumber", int32}, {"MessageTotal", int32}, {"ScriptBlockText"}, {"ScriptBlockId"}, {"Path"}});
  return kLayout;
}

const EvtxLayout& sysmon_process() {
  static const EvtxLayout kLayout{.provider = "Microsoft-Windows-Sysmon",
                                  .provider_guid = "5770385F-C22A-43E0-BF4C-06F5698FFBD9",
                                  .channel = "Microsoft-Windows-Sysmon/Operational",
                                  .event_id = 1,
                                  .version = 5,
                                  .task = 1,
                                  .fields = {{"RuleName"},
                                             {"UtcTime"},
                                             {"ProcessGuid", guid},
                                             {"ProcessId", uint32},
                                             {"Image"},
                                             {"FileVersion"},
                                             {"Description"},
                                             {"Product"},
                                             {"Company"},
                                             {"OriginalFileName"},
                                             {"CommandLine"},
                                             {"CurrentDirectory"},
                                             {"User"},
                                             {"LogonGuid", guid},
                                             {"LogonId", hex64},
                                             {"TerminalSessionId", uint32},
                                             {"IntegrityLevel"},
                                             {"Hashes"},
                                             {"ParentProcessGuid", guid},
                                             {"ParentProcessId", uint32},
                                             {"ParentImage"},
                                             {"ParentCommandLine"}}};
  return kLayout;
}

const EvtxLayout& malware_detected() {
  static const EvtxLayout kLayout = defender(1116, 3);
  return kLayout;
}

const EvtxLayout& malware_removed() {
  static const EvtxLayout kLayout = defender(1117, 4);
  return kLayout;
}

}  // namespace afterpatch::range::layouts
