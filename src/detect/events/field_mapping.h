// Fields under Sysmon's names made from those of other events, so that rules for process creation, network
// connections, the registry and antivirus products also run on what Windows logs by itself.
//
// Source of the 4688, 5156 and 4657 mappings: the field lists of those events in Microsoft's "Windows
// security audit events"; the same pairs are used by SigmaHQ's tests/thor.yml (process creation) and others.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/events/windows_log_sources.h"

namespace afterpatch::detect::events {

// An event's own field of a name wins over what the mapping makes of others: ProcessId of 4688 is that of the
// parent, and rules written for 4688 rely on it. Where the mapping only writes the field itself in Sysmon's
// way (Protocol, ProcessId of 4657), that is a second value.
struct MappedField {
  enum class Form : std::uint8_t {
    as_is,
    decimal,       // "0x1f4" as "500": Sysmon writes process ids in decimal
    account,       // first\second: DOMAIN\user
    integrity,     // "S-1-16-12288" as "High"
    device_path,   // \device\harddiskvolume2\x, and C:\x as a second value
    registry_key,  // \REGISTRY\MACHINE\x as HKLM\x; and second, if any, as value name behind it
    protocol,      // "6" as "tcp", "17" as "udp"
    is_outbound,   // "%%14593" as "true"
  };
  std::string_view sigma_name;
  std::string_view first;
  std::string_view second = {};
  Form form = Form::as_is;
};

// Whether it is the field itself, written otherwise.
bool is_rewritten(const MappedField& mapped);

std::span<const MappedField> mapped_fields(Mapping mapping);

// The values that the field has when its sources hold `first` and `second` (empty when absent). None when it
// can't be said.
std::vector<std::string> mapped_values(MappedField::Form form, std::string_view first,
                                       std::string_view second);

}  // namespace afterpatch::detect::events
