// A dated statement of one source about one server: what a probe of it saw.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

// Words of `exposure`, `product` and `confidence`: docs/store.md.
struct Observation {
  Timestamp time{};
  std::string address;  // IPv4 or IPv6 as inet_ntop(3) writes it
  std::uint16_t port = 443;
  std::string name;  // by which it was asked; empty if by its address

  bool reached = true;
  std::string product;
  std::string exposure;
  std::string confidence;
  std::string builds;   // "15.1.2176.2,15.1.2176.9"
  std::string country;  // "DE"; empty if unknown, as the next two
  std::string network;  // "AS3320"
  std::string sector;
  std::string content;  // all that was seen, as one JSON object without time and place
  // SHA-256, lower-case hexadecimal, of address, port, name and content without `evidence` and `errors`: two
  // observations of a server are the same if and only if these are. How a finding was reached may differ from
  // day to day, and one answer in ten that came too late is no change.
  std::string digest;
};

inline constexpr std::size_t kMaxObservationBytes = 256U << 10U;

// Reads one line of scan results (docs/store.md has the fields). `where` stands in errors: "day3.jsonl:17".
// Fails on anything but a whole record: bad JSON, no or impossible time, address or port, a value of the
// wrong type, an unknown exposure, more than kMaxObservationBytes. Keys that it does not know stay in
// `content`. Never throws. Thread-safe.
Result<Observation> read_scan_line(std::string_view line, const std::string& where);

// "127.1.2.3" or "2001:db8::1", written in the one canonical way; empty if it is no address.
std::string canonical_address(std::string_view text);

bool is_exposure(std::string_view word);

}  // namespace afterpatch::store
