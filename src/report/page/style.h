// The page's own style sheet and script, which its Content-Security-Policy allows by hash.
#pragma once

#include "report/page/markup.h"

namespace afterpatch::report {

// Light and dark, 400 to 2560 pixels wide, and print. Every text colour has a contrast of at least 4.5 on its
// ground (WCAG 2.1, success criterion 1.4.3), tested in tests/report/style_test.cpp; colours never stand
// without a word.
Html style_sheet();

// Remembers which steps of the check list are done, adds copy buttons, opens what a link points into, and
// opens everything for printing. The page is complete without it. Keeps nothing but the ticks, in the
// browser's own storage.
Html page_script();

}  // namespace afterpatch::report
