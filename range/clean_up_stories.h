// Stories of back doors that somebody other than the administrator took away: a virus scanner, after which
// the intruder came again, and a third party that asked the door to delete itself, as the FBI did in April
// 2021 (US Department of Justice, 13 April 2021).
#pragma once

#include "range/story.h"

namespace afterpatch::range {

// ProxyShell's door is taken away by the virus scanner; the same intruder exports it once more to the same
// place, or another one.
void tell_scanned_and_planted_again(Story& story);

// Somebody who never did anything else has the door delete itself, and in most seeds looks whether it is
// gone.
void tell_removed_by_request(Story& story);

// The same, and hours later the intruder writes the door again: the way in was not closed.
void tell_removed_then_planted(Story& story);

}  // namespace afterpatch::range
