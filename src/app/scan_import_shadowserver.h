// Shadowserver's report scan_exchange ("Vulnerable Exchange Server"), row by row, as observations. Columns by
// name: timestamp, ip, port, hostname, tag, asn, geo, naics, sector, version, servername, url and others, as
// in their public report schema; files of 2021 and of today differ in some, none but timestamp, ip and port
// must be there.
//
// The status is ours: the version goes through the same tables as a scan's own findings, since Shadowserver's
// tags name a CVE as soon as a cumulative update may have it. The tags are kept as evidence.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "knowledge/catalogue.h"
#include "store/observation.h"

namespace afterpatch::app {

class ShadowserverReader {
 public:
  // `header`: the first line. Fails if a needed column is missing.
  static Result<ShadowserverReader> make(std::string_view header, const std::string& file,
                                         const knowledge::LoadedCampaign& campaign);

  // One row; `where` stands in errors. A field with a line break in it is not understood.
  Result<store::Observation> read(std::string_view line, const std::string& where) const;

 private:
  std::map<std::string, std::size_t> columns_;  // lower case
  std::shared_ptr<const knowledge::Product> product_;
  std::vector<std::string> cves_;
};

}  // namespace afterpatch::app
