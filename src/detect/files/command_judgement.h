// What a command line says that a task or a service starts. Windows and programs start thousands of things,
// so only what none of these does is named:
// - a program or script in a web folder, or in a hiding place (server_paths.h): `likely` in a web folder,
//   else `possible`;
// - PowerShell with a coded command (-EncodedCommand), or that fetches and runs what it fetched: `likely`;
// - certutil, bitsadmin, mshta or regsvr32 that fetch from a web address: `likely`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detect/detection.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

struct CommandJudgement {
  Confidence confidence = Confidence::possible;
  std::string why;  // goes behind a colon: "it runs a coded PowerShell command, ..."
};

// The surest of what it says; nullopt where there is nothing to say. Linear in the command; thread-safe.
//
//   judge_command(exchange, "C:\\inetpub\\wwwroot\\aspnet_client\\a.bat")->confidence == likely
std::optional<CommandJudgement> judge_command(const knowledge::Product& product, std::string_view command);

}  // namespace afterpatch::detect::files
