// What Windows Defender did with a file that it found. Only an action that succeeded and takes the file away
// makes it gone: the administrator may have allowed it, or the scanner may have failed.
//
// Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus":
// 1117, an action was performed; 1118 and 1119, it failed. "Action ID" is MPTHREAT_ACTION (1 clean, 2
// quarantine, 3 remove, 6 allow, 9 no action, 10 block), "Error Code" an HRESULT, 0 for success.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "detect/detection.h"

namespace afterpatch::assess {

enum class ScannerOutcome { taken_away, let_alone, failed, untold };

struct ScannerAction {
  Timestamp time;
  ScannerOutcome outcome = ScannerOutcome::untold;
  std::string words;  // a clause about the file: "Windows Defender quarantined it at 2021-03-05 08:00 UTC"
};

// nullopt when the detection is no such event, or has no time.
std::optional<ScannerAction> scanner_action(const detect::Detection& detection);

}  // namespace afterpatch::assess
