// The findings of a hunt as a STIX 2.1 bundle (OASIS Standard, 10 June 2021), for other teams and their
// tools.
#pragma once

#include <string>

#include "assess/server_report.h"
#include "report/sharing/shared_findings.h"

namespace afterpatch::report {

// Indented JSON, ending in a newline. Holds what share_findings() gives and nothing else:
// - identity of the tool and of each server; campaign, vulnerability and attack-pattern;
// - per tool run and per visitor of a back door: network-traffic, address and observed-data;
// - per back door that counts: malware, file, directory, url, observed-data; per mailbox: user-account;
// - indicator, with its sighting, for addresses that used the flaw or a back door, for digests, files and
//   paths of back doors. Addresses that only looked get none: researchers look, too;
// - relationships, and one grouping a server with the verdict, its coverage and references to it all.
// Marked TLP:AMBER; with victims TLP:RED. `created` is the last moment that the evidence tells of, since two
// runs give the same bytes. Thread-safe.
std::string stix_bundle(const assess::HuntReport& hunt, Share share);

}  // namespace afterpatch::report
