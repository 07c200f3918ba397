// Reads what other tools found, and plain lists, into a TargetSet. The form of each line is told by the line:
//
//   192.0.2.7                            an address; also zmap's output and CSV whose first column is one
//   192.0.2.0/24, 192.0.2.7-192.0.2.9    ranges
//   mail.example.org                     a name; also as https://mail.example.org/owa/
//   192.0.2.7,mail.example.org           an address with the name to ask it for (zgrab2's input)
//   open tcp 443 192.0.2.7 1614931200    masscan -oL
//   {"ip": "192.0.2.7", "ports": [...]}, masscan -oJ
//
// A file that begins with an XML declaration or <nmaprun is nmap's XML (-oX): hosts whose port is open, with
// the names that nmap was given. '#' begins a comment.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/error.h"
#include "exposure/target_set.h"

namespace afterpatch::exposure {

// What a list held.
struct TargetReading {
  std::uint64_t taken = 0;        // lines or hosts that gave a target
  std::uint64_t other_ports = 0;  // lines about other ports than the one that is scanned
  std::uint64_t faulty = 0;       // lines that say nothing
  std::vector<Error> faults;      // the first ten of them
};

inline constexpr std::size_t kMaxTargetLine = 65536;
inline constexpr std::uint64_t kMaxNmapBytes = 512ULL << 20U;

// `name` stands in error messages. Faulty lines are counted and the rest is read; fails only when the whole
// input can't be used. Not sealed.
Result<void> read_targets(std::istream& input, const std::string& name, std::uint16_t port,
                          TargetSet& targets, TargetReading& reading);

// One argument of the command line: a range, an address or a name. False if it is none of them.
Result<bool> add_target(std::string_view text, TargetSet& targets);

}  // namespace afterpatch::exposure
