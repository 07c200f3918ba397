// Pages that a protector of code encrypted (scripts/protector.h). One alone that hides what it runs is an
// intruder's as likely as not, and stays what its rules say. Several of one tree, of different content, in
// several folders and changed together, are an application as its maker ships it: what each runs can't be
// told, so no page is more than possible by its content. Where it lies, when it came and who asked for it
// still count (assess/door_score.h).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/detection.h"

namespace afterpatch::detect {

struct ProtectedPage {
  std::string protector;
  std::string folder;
  std::string content;  // its digest: copies of one page say nothing
  std::optional<Timestamp> modified;
};

// Which of the pages of one tree were protected together: five different ones at least, in two folders at
// least, and of those whose time is known, those within a day of the median.
std::vector<bool> protected_together(std::span<const ProtectedPage> pages);

// Lowers what content alone says of such pages to possible, and says why. In the order of the detections.
void weigh_protected_pages(std::vector<Detection>& detections);

}  // namespace afterpatch::detect
