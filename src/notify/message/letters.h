// Notices on paper: one PDF of many letters, ready for a printer and window envelopes, by Pango and Cairo.
// A4; the address field is that of DIN 5008 form B (20 mm from the left, 45 mm from the top, 85 by 45 mm),
// which shows in the windows of DL and C6/5 envelopes (ISO 269) when the sheet is folded at its marks (105
// and 210 mm).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "notify/message/facts.h"
#include "notify/message/notice_library.h"
#include "notify/message/notice_text.h"

namespace afterpatch::notify {

struct Letter {
  std::string case_number;
  std::string language;                // whose words for page, date and case
  std::vector<std::string> recipient;  // name, street, town, country: at most six lines fit
  NoticeText text;
  Timestamp date{};
};

// PDF 1.5. Each letter begins on a page of its own and counts its own pages. Lines too long for the window
// are cut with "…"; text in any script is shown as the installed fonts can. The same letters give the same
// bytes on the same machine. Fails on no letters, a letter without recipient or of an unknown language, and
// if a letter has more than kMaxLetterPages. Memory grows with the PDF (about 20 KB a letter). Not
// thread-safe with other uses of Pango's fonts.
Result<std::string> write_letters(const NoticeLibrary& library, const Agency& agency,
                                  const std::vector<Letter>& letters);

inline constexpr int kMaxLetterPages = 10;

}  // namespace afterpatch::notify
