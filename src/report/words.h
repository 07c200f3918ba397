// The words that people read: turns the fields of a report into sentences, the same in the terminal and on
// the page. Nothing is concluded here; a sentence never says more than its fields. Texts may quote evidence,
// so whoever shows them escapes them for the place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "assess/server_report.h"

namespace afterpatch::report {

using assess::HuntReport;
using assess::ServerReport;
using assess::Verdict;

// Compromise in one sentence for a manager, with its confidence worked in. With too little coverage, "no
// evidence" reads "can't tell", and every lesser step says that it may be worse.
std::string headline(const Verdict& verdict);

// The compromise axis in one word or three: "re-entered", "at least exploited", "can't tell".
std::string compromise_label(const Verdict& verdict);

// The exposure axis in one word: DESIGN's words, with a blank for '-'.
std::string exposure_label(assess::Exposure exposure);

// The exposure axis in one clause: "fixed build since 2021-03-05 08:12 UTC".
std::string exposure_words(const ServerReport& server);

// "mail accessed (likely), credentials exposed (possible)"; empty if neither.
std::string attribute_words(const Verdict& verdict);

// How much of the crucial days the logs that decide cover; never empty, since no verdict is shown without it.
std::string coverage_words(const ServerReport& server);

// How far a hunt that was ended early came: "interrupted: 1.2 GB of 9.0 GB read of the logs; ...".
std::string interruption_words(const detect::Interruption& interrupted);

// "3 back doors: 1 still in place, 2 removed"; empty without back doors.
std::string presence_words(const ServerReport& server);

// The name that most rows give, or "unnamed server".
std::string server_name(const ServerReport& server);

// The campaign's title, else its id.
std::string campaign_name(const HuntReport& hunt);

// The verdicts of the other campaigns in one line: "ProxyShell: probed; no evidence: ...; can't tell: ...";
// empty if none was hunted for.
std::string other_campaigns_words(const HuntReport& hunt);

// "logs.zip: Logging/HttpProxy/x.LOG, line 12, byte 4096".
std::string place_text(const HuntReport& hunt, const detect::Place& place);

// Name of the source that a place points into; empty if there is no such source.
std::string_view source_name(const HuntReport& hunt, const detect::Place& place);

std::string count_text(std::uint64_t count, std::string_view singular,
                       std::string_view plural);  // "1 file", "12,345 files"
std::string number_text(std::uint64_t number);    // "12,345"
std::string bytes_text(std::uint64_t bytes);      // "1.4 GB" (powers of 1000)
std::string percent_text(double share);           // 0..1; "100 %" only when whole, "0 %" only when nothing
bool is_set(Timestamp time);                      // false for the epoch, which stands for "not known"
std::string second_text(Timestamp time);          // "2021-03-03 06:49:46" (UTC), "unknown" when not set
std::string span_text(Timestamp first,
                      Timestamp last);  // "2021-03-03 06:49:46 to 06:51:02", the date only once a day

}  // namespace afterpatch::report
