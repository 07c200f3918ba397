// How independent reasons add up to a door's confidence (docs/verdict.md, "Doors"). One look at a file can be
// wrong; looks that share nothing rarely are. Every rule's own confidence stands; this only raises it.
//
// | reason | weight |
// |---|---|
// | content: what the file does | 3 |
// | written: an event log tells that the web server, or a scanner, dealt with it | 3 |
// | place: no build, and no baseline, has a script there | 2 |
// | requested: it was asked for and answered | 1 |
// | time: written long after the files beside it | 1 |
// | name: of a known shell, or of no language | 1 |
//
// From 5 on, with content or written among them, the door is likely: place and request alone may be an
// administrator's own page. From 8 on, when content alone made it likely, it is confirmed.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "assess/server_report.h"

namespace afterpatch::assess {

enum class DoorReason { content, written, place, requested, time, name };

// What the reasons together come to; `own` is the strongest that a single rule said.
Confidence confidence_of(const std::set<DoorReason>& reasons, Confidence own);

// The reason as a sentence, if the file came a week or more after its neighbours.
std::optional<std::string> late_arrival(const detect::WebFile& file);

// The reason as a sentence, if the file's name speaks against it: the name of a widespread shell
// ("cmd.aspx"), or one that no person gave it ("x7Gh2kQ9.aspx": digits inside letters, or hardly a vowel in
// eight letters).
std::optional<std::string> telling_name(std::string_view windows_path);

}  // namespace afterpatch::assess
