#include "assess/door_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::assess {
namespace {

using enum DoorReason;
using testing::HasSubstr;

TEST(DoorScore, LooksThatShareNothingAgree) {
  EXPECT_EQ(confidence_of({content, place}, Confidence::possible), Confidence::likely);
  EXPECT_EQ(confidence_of({written, place}, Confidence::possible), Confidence::likely);
  EXPECT_EQ(confidence_of({content, requested, time}, Confidence::possible), Confidence::likely);
  EXPECT_EQ(confidence_of({content, place, written}, Confidence::likely), Confidence::confirmed);
}

TEST(DoorScore, AnAdministratorsOwnPageIsNotMadeADoor) {
  EXPECT_EQ(confidence_of({place, requested, time, name}, Confidence::possible), Confidence::possible);
  EXPECT_EQ(confidence_of({content, requested}, Confidence::possible), Confidence::possible);
  EXPECT_EQ(confidence_of({content, place, written}, Confidence::possible), Confidence::likely);
}

TEST(DoorScore, WhatARuleSaidStands) {
  EXPECT_EQ(confidence_of({}, Confidence::confirmed), Confidence::confirmed);
  EXPECT_EQ(confidence_of({place}, Confidence::likely), Confidence::likely);
}

TEST(DoorScore, AFileThatCameLongAfterItsNeighboursIsNamed) {
  detect::WebFile file;
  EXPECT_FALSE(late_arrival(file));
  file.modified = parse_time("2021-03-03T06:50:00Z");
  file.neighbours_modified = parse_time("2020-12-01T00:00:00Z");
  EXPECT_THAT(late_arrival(file).value_or(""), HasSubstr("2020-12-01"));
  file.neighbours_modified = parse_time("2021-02-28T00:00:00Z");
  EXPECT_FALSE(late_arrival(file));
}

TEST(DoorScore, NamesThatNoPersonGaveAreTold) {
  for (const char* name : {"\\a\\cmd.aspx", "\\a\\x7gh2k.aspx", "\\a\\bcdfghjk.aspx", "\\a\\AspxSpy.aspx"})
    EXPECT_TRUE(telling_name(name)) << name;
  for (const char* name : {"\\a\\logon.aspx", "\\a\\errorfe.aspx", "\\a\\default2.aspx", "\\a\\web.config",
                           "\\a\\powershell.aspx", "\\a\\15.1.2176.9.aspx", "\\a\\oauth2callback.aspx",
                           "\\a\\frowny.aspx", "\\a\\signout.aspx", "\\a\\svmfeedback.aspx"})
    EXPECT_FALSE(telling_name(name)) << name;
}

}  // namespace
}  // namespace afterpatch::assess
