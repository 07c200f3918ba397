#include "detect/events/field_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::events {
namespace {

using Form = MappedField::Form;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> values(Form form, std::string_view first, std::string_view second = {}) {
  return mapped_values(form, first, second);
}

TEST(FieldMapping, ProcessIdsBecomeDecimal) {
  EXPECT_THAT(values(Form::decimal, "0x1f4"), ElementsAre("500"));
  EXPECT_THAT(values(Form::decimal, "0x0"), ElementsAre("0"));
  EXPECT_THAT(values(Form::decimal, "500"), ElementsAre("500"));
  EXPECT_THAT(values(Form::decimal, "0x"), IsEmpty());
  EXPECT_THAT(values(Form::decimal, "0x1g"), IsEmpty());
  EXPECT_THAT(values(Form::decimal, "0xffffffffffffffff0"), IsEmpty()) << "more than 64 bits";
}

TEST(FieldMapping, AnAccountIsDomainAndUser) {
  EXPECT_THAT(values(Form::account, "FABRIKAM", "alice"), ElementsAre("FABRIKAM\\alice"));
  EXPECT_THAT(values(Form::account, "FABRIKAM", ""), IsEmpty()) << "a domain alone is no account";
}

TEST(FieldMapping, MandatoryLabelsBecomeWords) {
  EXPECT_THAT(values(Form::integrity, "S-1-16-16384"), ElementsAre("System"));
  EXPECT_THAT(values(Form::integrity, "S-1-16-12288"), ElementsAre("High"));
  EXPECT_THAT(values(Form::integrity, "S-1-16-8192"), ElementsAre("Medium"));
  EXPECT_THAT(values(Form::integrity, "S-1-16-4096"), ElementsAre("Low"));
  EXPECT_THAT(values(Form::integrity, "S-1-5-18"), IsEmpty());
}

TEST(FieldMapping, ADevicePathIsAlsoThatOfTheSystemDrive) {
  EXPECT_THAT(values(Form::device_path, "\\device\\harddiskvolume2\\windows\\x.exe"),
              ElementsAre("\\device\\harddiskvolume2\\windows\\x.exe", "C:\\windows\\x.exe"));
  EXPECT_THAT(values(Form::device_path, "\\Device\\HarddiskVolume13\\x"),
              ElementsAre("\\Device\\HarddiskVolume13\\x", "C:\\x"));
  EXPECT_THAT(values(Form::device_path, "System"), ElementsAre("System"));
  EXPECT_THAT(values(Form::device_path, "\\device\\harddiskvolume2"),
              ElementsAre("\\device\\harddiskvolume2"));
  EXPECT_THAT(values(Form::device_path, ""), ElementsAre(""));
}

TEST(FieldMapping, RegistryKeysHaveSysmonsRootsAndTheValuesName) {
  EXPECT_THAT(values(Form::registry_key, "\\REGISTRY\\MACHINE\\SOFTWARE\\X", "Run"),
              ElementsAre("HKLM\\SOFTWARE\\X\\Run"));
  EXPECT_THAT(values(Form::registry_key, "\\registry\\user\\S-1-5-18\\X"), ElementsAre("HKU\\S-1-5-18\\X"));
  EXPECT_THAT(values(Form::registry_key, "\\elsewhere", "v"), ElementsAre("\\elsewhere\\v"));
}

TEST(FieldMapping, NumbersOfProtocolAndDirectionBecomeSysmonsWords) {
  EXPECT_THAT(values(Form::protocol, "6"), ElementsAre("tcp"));
  EXPECT_THAT(values(Form::protocol, "17"), ElementsAre("udp"));
  EXPECT_THAT(values(Form::protocol, "1"), ElementsAre("1"));
  EXPECT_THAT(values(Form::is_outbound, "%%14593"), ElementsAre("true"));
  EXPECT_THAT(values(Form::is_outbound, "%%14592"), ElementsAre("false"));
}

TEST(FieldMapping, OnlyAFieldThatIsItsOwnSourceIsRewritten) {
  EXPECT_TRUE(is_rewritten({"Protocol", "Protocol", {}, Form::protocol}));
  EXPECT_FALSE(is_rewritten({"Image", "NewProcessName"}));
}

TEST(FieldMapping, NothingIsMappedWithoutAMapping) {
  EXPECT_THAT(mapped_fields(Mapping::none), IsEmpty());
  for (const Mapping mapping :
       {Mapping::process_creation, Mapping::network_connection, Mapping::registry, Mapping::antivirus})
    EXPECT_FALSE(mapped_fields(mapping).empty());
}

}  // namespace
}  // namespace afterpatch::detect::events
