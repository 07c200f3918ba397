// How the logs of IIS and Exchange write times, text and quotes. Everything appends to `out`.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace afterpatch::range {

void append_two_digits(std::string& out, unsigned value);
void append_time_ms(std::string& out,
                    Timestamp time);  // "2021-03-03T06:49:46.210Z", always with milliseconds
void append_date_time(std::string& out, Timestamp time);  // "2021-03-03 06:49:46", IIS
std::string compact_date(Timestamp time);                 // "20210303"
std::string compact_hour(Timestamp time);                 // "2021030306"
Timestamp start_of_day(Timestamp time);

// One field of the Exchange CSV family: quoted when it holds a comma or a quote, inner quotes doubled.
void append_csv(std::string& out, std::string_view value);

// Free text of HttpProxy logs: commas and line breaks become spaces, which is why user agents there read
// "(KHTML  like Gecko)".
void append_free_text(std::string& out, std::string_view value);

// One field of IIS: spaces become '+', nothing becomes '-'.
void append_iis(std::string& out, std::string_view value);

}  // namespace afterpatch::range
