#include "detect/events/windows_log_sources.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/text.h"

namespace afterpatch::detect::events {
namespace {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon/Operational";
constexpr std::string_view kSecurity = "Security";
constexpr std::string_view kPowerShell = "Microsoft-Windows-PowerShell/Operational";
constexpr std::string_view kPowerShellCore = "PowerShellCore/Operational";
constexpr std::string_view kDefender = "Microsoft-Windows-Windows Defender/Operational";

// A line of the taxonomy. No event ids mean all of the channel.
struct Source {
  std::string_view name;
  std::string_view channel;
  std::array<std::uint16_t, 14> event_ids{};
  Mapping mapping = Mapping::none;
  std::string_view provider = {};  // instead of the channel
};

constexpr Source kCategories[] = {
    {"process_creation", kSysmon, {1}},
    {"process_creation", kSecurity, {4688}, Mapping::process_creation},
    {"file_change", kSysmon, {2}},
    {"network_connection", kSysmon, {3}},
    {"network_connection", kSecurity, {5156}, Mapping::network_connection},
    {"sysmon_status", kSysmon, {4, 16}},
    {"process_termination", kSysmon, {5}},
    {"driver_load", kSysmon, {6}},
    {"image_load", kSysmon, {7}},
    {"create_remote_thread", kSysmon, {8}},
    {"raw_access_thread", kSysmon, {9}},
    {"process_access", kSysmon, {10}},
    {"file_event", kSysmon, {11}},
    {"registry_event", kSysmon, {12, 13, 14}},
    {"registry_event", kSecurity, {4657}, Mapping::registry},
    {"registry_add", kSysmon, {12}},
    {"registry_delete", kSysmon, {12}},
    {"registry_set", kSysmon, {13}},
    {"registry_set", kSecurity, {4657}, Mapping::registry},
    {"registry_rename", kSysmon, {14}},
    {"create_stream_hash", kSysmon, {15}},
    {"pipe_created", kSysmon, {17, 18}},
    {"wmi_event", kSysmon, {19, 20, 21}},
    {"dns_query", kSysmon, {22}},
    {"file_delete", kSysmon, {23}},
    {"clipboard_capture", kSysmon, {24}},
    {"process_tampering", kSysmon, {25}},
    {"file_delete_detected", kSysmon, {26}},
    {"file_block_executable", kSysmon, {27}},
    {"file_block_shredding", kSysmon, {28}},
    {"file_executable_detected", kSysmon, {29}},
    {"sysmon_error", kSysmon, {255}},
    {"file_access", {}, {}, Mapping::none, "Microsoft-Windows-Kernel-File"},
    {"file_rename", {}, {}, Mapping::none, "Microsoft-Windows-Kernel-File"},
    {"ps_classic_start", "Windows PowerShell", {400}},
    {"ps_classic_provider_start", "Windows PowerShell", {600}},
    {"ps_classic_script", "Windows PowerShell", {800}},
    {"ps_module", kPowerShell, {4103}},
    {"ps_module", kPowerShellCore, {4103}},
    {"ps_script", kPowerShell, {4104}},
    {"ps_script", kPowerShellCore, {4104}},
    {"antivirus",
     kDefender,
     {1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116, 1117},
     Mapping::antivirus},
};

constexpr Source kServices[] = {
    {"application", "Application"},
    {"application-experience", "Microsoft-Windows-Application-Experience/Program-Telemetry"},
    {"application-experience", "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"},
    {"applocker", "Microsoft-Windows-AppLocker/MSI and Script"},
    {"applocker", "Microsoft-Windows-AppLocker/EXE and DLL"},
    {"applocker", "Microsoft-Windows-AppLocker/Packaged app-Deployment"},
    {"applocker", "Microsoft-Windows-AppLocker/Packaged app-Execution"},
    {"appmodel-runtime", "Microsoft-Windows-AppModel-Runtime/Admin"},
    {"appxdeployment-server", "Microsoft-Windows-AppXDeploymentServer/Operational"},
    {"appxpackaging-om", "Microsoft-Windows-AppxPackaging/Operational"},
    {"bitlocker", "Microsoft-Windows-BitLocker/BitLocker Management"},
    {"bits-client", "Microsoft-Windows-Bits-Client/Operational"},
    {"capi2", "Microsoft-Windows-CAPI2/Operational"},
    {"certificateservicesclient-lifecycle-system",
     "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
    {"codeintegrity-operational", "Microsoft-Windows-CodeIntegrity/Operational"},
    {"dhcp", "Microsoft-Windows-DHCP-Server/Operational"},
    {"diagnosis-scripted", "Microsoft-Windows-Diagnosis-Scripted/Operational"},
    {"dns-client", "Microsoft-Windows-DNS Client Events/Operational"},
    {"dns-client", "Microsoft-Windows-DNS-Client/Operational"},
    {"dns-server", "DNS Server"},
    {"dns-server-analytic", "Microsoft-Windows-DNS-Server/Analytical"},
    {"dns-server-audit", "Microsoft-Windows-DNS-Server/Audit"},
    {"driver-framework", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
    {"firewall-as", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
    {"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker"},
    {"hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker-Admin"},
    {"iis-configuration", "Microsoft-IIS-Configuration/Operational"},
    {"kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing"},
    {"kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing/Admin"},
    {"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Operational"},
    {"kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"},
    {"ldap", "Microsoft-Windows-LDAP-Client/Debug"},
    {"lsa-server", "Microsoft-Windows-LSA/Operational"},
    {"microsoft-servicebus-client", "Microsoft-ServiceBus-Client/Admin"},
    {"microsoft-servicebus-client", "Microsoft-ServiceBus-Client/Operational"},
    {"msexchange-management", "MSExchange Management"},
    {"ntfs", "Microsoft-Windows-Ntfs/Operational"},
    {"ntlm", "Microsoft-Windows-NTLM/Operational"},
    {"openssh", "OpenSSH/Operational"},
    {"powershell", kPowerShell},
    {"powershell", kPowerShellCore},
    {"powershell-classic", "Windows PowerShell"},
    {"printservice-admin", "Microsoft-Windows-PrintService/Admin"},
    {"printservice-operational", "Microsoft-Windows-PrintService/Operational"},
    {"security", kSecurity},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/Kernel Mode"},
    {"security-mitigations", "Microsoft-Windows-Security-Mitigations/User Mode"},
    {"sense", "Microsoft-Windows-SENSE/Operational"},
    {"servicebus-client", "Microsoft-ServiceBus-Client/Admin"},
    {"servicebus-client", "Microsoft-ServiceBus-Client/Operational"},
    {"shell-core", "Microsoft-Windows-Shell-Core/Operational"},
    {"smbclient-connectivity", "Microsoft-Windows-SmbClient/Connectivity"},
    {"smbclient-security", "Microsoft-Windows-SmbClient/Security"},
    {"smbserver-connectivity", "Microsoft-Windows-SMBServer/Connectivity"},
    {"sysmon", kSysmon},
    {"system", "System"},
    {"taskscheduler", "Microsoft-Windows-TaskScheduler/Operational"},
    {"terminalservices-localsessionmanager",
     "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
    {"vhdmp", "Microsoft-Windows-VHDMP/Operational"},
    {"windefend", kDefender},
    {"wmi", "Microsoft-Windows-WMI-Activity/Operational"},
};

bool has_id(const Source& source, std::uint32_t event_id) {
  return source.event_ids[0] == 0 || std::ranges::find(source.event_ids, event_id) != source.event_ids.end();
}

bool holds(const Source& source, const EventKey& event) {
  const bool place = source.provider.empty() ? equals_ignoring_case(source.channel, event.channel)
                                             : equals_ignoring_case(source.provider, event.provider);
  return place && has_id(source, event.event_id);
}

// Whether a line of that name holds the event; a name that the rule does not give asks for nothing.
bool fits_one(std::span<const Source> sources, std::string_view name, const EventKey& event) {
  return name.empty() || std::ranges::any_of(sources, [&](const Source& source) {
           return equals_ignoring_case(source.name, name) && holds(source, event);
         });
}

bool is_known(std::span<const Source> sources, std::string_view name) {
  return name.empty() || std::ranges::any_of(sources, [&](const Source& source) {
           return equals_ignoring_case(source.name, name);
         });
}

}  // namespace

bool is_for_windows_events(const sigma::LogSource& rule) {
  const bool product = equals_ignoring_case(rule.product, "windows") ||
                       (rule.product.empty() && equals_ignoring_case(rule.category, "antivirus"));
  return product && is_known(kCategories, rule.category) && is_known(kServices, rule.service);
}

bool fits(const sigma::LogSource& rule, const EventKey& event) {
  return is_for_windows_events(rule) && fits_one(kServices, rule.service, event) &&
         fits_one(kCategories, rule.category, event);
}

Mapping mapping_of(const EventKey& event) {
  const auto found = std::ranges::find_if(kCategories, [&](const Source& source) {
    return source.mapping != Mapping::none && holds(source, event);
  });
  return found == std::end(kCategories) ? Mapping::none : found->mapping;
}

std::vector<std::string_view> event_types(const sigma::LogSource& rule) {
  if (equals_ignoring_case(rule.category, "registry_add")) return {"CreateKey"};
  if (equals_ignoring_case(rule.category, "registry_delete")) return {"DeleteKey", "DeleteValue"};
  return {};
}

}  // namespace afterpatch::detect::events
