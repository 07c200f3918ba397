#include "detect/events/windows_log_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::events {
namespace {

using sigma::LogSource;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSysmon = "Microsoft-Windows-Sysmon/Operational";
constexpr const char* kDefender = "Microsoft-Windows-Windows Defender/Operational";
constexpr const char* kPowerShell = "Microsoft-Windows-PowerShell/Operational";

LogSource category(const std::string& name) {
  return {.category = name, .product = "windows", .service = {}};
}
LogSource service(const std::string& name) {
  return {.category = {}, .product = "windows", .service = name};
}
TEST(WindowsLogSources, AServiceIsAChannelWhateverItsCase) {
  EXPECT_TRUE(fits(service("security"), {"Security", "Microsoft-Windows-Security-Auditing", 4624}));
  EXPECT_TRUE(fits(service("Security"), {"SECURITY", "", 1102}));
  EXPECT_FALSE(fits(service("security"), {"System", "Microsoft-Windows-Security-Auditing", 4624}));
  EXPECT_TRUE(fits(service("msexchange-management"), {"MSExchange Management", "MSExchange CmdletLogs", 1}));
  EXPECT_TRUE(fits(service("dns-client"), {"Microsoft-Windows-DNS-Client/Operational", "", 3008}));
  EXPECT_TRUE(fits(service("dns-client"), {"Microsoft-Windows-DNS Client Events/Operational", "", 3008}));
}

TEST(WindowsLogSources, ACategoryIsAChannelAndItsEventIds) {
  EXPECT_TRUE(fits(category("process_creation"), {kSysmon, "Microsoft-Windows-Sysmon", 1}));
  EXPECT_FALSE(fits(category("process_creation"), {kSysmon, "Microsoft-Windows-Sysmon", 3}));
  EXPECT_FALSE(fits(category("process_creation"), {"Application", "Microsoft-Windows-Sysmon", 1}));
  EXPECT_TRUE(fits(category("ps_script"), {kPowerShell, "", 4104}));
  EXPECT_TRUE(fits(category("ps_script"), {"PowerShellCore/Operational", "PowerShellCore", 4104}));
  EXPECT_FALSE(fits(category("ps_script"), {kPowerShell, "", 4103}));
  EXPECT_TRUE(fits(category("ps_classic_start"), {"Windows PowerShell", "PowerShell", 400}));
  for (const std::uint32_t id : {12U, 13U, 14U})
    EXPECT_TRUE(fits(category("registry_event"), {kSysmon, "", id}));
}

TEST(WindowsLogSources, CategoriesOfTheKernelsFileProviderGoByProvider) {
  EXPECT_TRUE(fits(category("file_rename"), {"any channel", "Microsoft-Windows-Kernel-File", 26}));
  EXPECT_FALSE(fits(category("file_rename"), {"Microsoft-Windows-Kernel-File", "another", 26}));
}

// A collector's log has the name "ForwardedEvents"; the events in it keep their own channel.
TEST(WindowsLogSources, ForwardedEventsAreTheirOwnChannels) {
  EXPECT_TRUE(fits(service("security"), {"Security", "Microsoft-Windows-Security-Auditing", 4625}));
  EXPECT_FALSE(fits(service("security"), {"ForwardedEvents", "Microsoft-Windows-Security-Auditing", 4625}));
}

TEST(WindowsLogSources, CategoriesAlsoMeanWhatWindowsLogsByItself) {
  EXPECT_TRUE(fits(category("process_creation"), {"Security", "", 4688}));
  EXPECT_TRUE(fits(category("network_connection"), {"Security", "", 5156}));
  EXPECT_TRUE(fits(category("registry_set"), {"Security", "", 4657}));
  EXPECT_TRUE(fits(category("registry_event"), {"Security", "", 4657}));
  EXPECT_FALSE(fits(category("registry_add"), {"Security", "", 4657})) << "4657 is a changed value";
}

TEST(WindowsLogSources, ServiceAndCategoryMustBothFit) {
  const LogSource both{.category = "process_creation", .product = "windows", .service = "security"};
  EXPECT_TRUE(fits(both, {"Security", "", 4688}));
  EXPECT_FALSE(fits(both, {kSysmon, "", 1}));
  EXPECT_FALSE(fits(both, {"Security", "", 4624}));
}

TEST(WindowsLogSources, AProductAloneMeansEveryEvent) {
  const LogSource windows{.category = {}, .product = "windows", .service = {}};
  EXPECT_TRUE(is_for_windows_events(windows));
  EXPECT_TRUE(fits(windows, {"Security", "", 4624}));
  EXPECT_TRUE(fits(windows, {"A channel that nobody knows", "", 7}));
  EXPECT_TRUE(fits(windows, {"", "", 0}));
}

TEST(WindowsLogSources, AntivirusNeedsNoProduct) {
  const LogSource antivirus{.category = "antivirus", .product = {}, .service = {}};
  EXPECT_TRUE(is_for_windows_events(antivirus));
  EXPECT_TRUE(fits(antivirus, {kDefender, "", 1117}));
  EXPECT_FALSE(fits(antivirus, {kDefender, "", 5001}));
  EXPECT_FALSE(is_for_windows_events({.category = "process_creation", .product = {}, .service = {}}));
}

TEST(WindowsLogSources, UnknownWordsAndOtherProductsFitNothing) {
  for (const LogSource& rule : {service("no-such-service"), category("no_such_category"),
                                LogSource{.category = "process_creation", .product = "linux", .service = {}},
                                LogSource{.category = "webserver", .product = "windows", .service = {}},
                                LogSource{.category = {}, .product = "exchange", .service = "http-proxy"}}) {
    EXPECT_FALSE(is_for_windows_events(rule)) << rule.category << rule.service;
    EXPECT_FALSE(fits(rule, {"Security", "Microsoft-Windows-Security-Auditing", 4688}));
  }
}

TEST(WindowsLogSources, RegistryCategoriesOfOneEventIdDifferByEventType) {
  EXPECT_THAT(event_types(category("registry_add")), ElementsAre("CreateKey"));
  EXPECT_THAT(event_types(category("Registry_Delete")), ElementsAre("DeleteKey", "DeleteValue"));
  EXPECT_THAT(event_types(category("registry_set")), IsEmpty());
}

TEST(WindowsLogSources, AnEventHasOneMappingWhicheverRulesAreLoaded) {
  EXPECT_EQ(mapping_of({"Security", "", 4688}), Mapping::process_creation);
  EXPECT_EQ(mapping_of({"security", "", 5156}), Mapping::network_connection);
  EXPECT_EQ(mapping_of({"Security", "", 4657}), Mapping::registry);
  EXPECT_EQ(mapping_of({kDefender, "", 1116}), Mapping::antivirus);
  EXPECT_EQ(mapping_of({"Security", "", 4624}), Mapping::none);
  EXPECT_EQ(mapping_of({kSysmon, "", 1}), Mapping::none);
}

}  // namespace
}  // namespace afterpatch::detect::events
