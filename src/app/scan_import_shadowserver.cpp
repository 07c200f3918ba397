#include "app/scan_import_shadowserver.h"

#include <charconv>
#include <optional>

#include "base/csv.h"
#include "base/text.h"
#include "exposure/judgement.h"

namespace afterpatch::app {
namespace {

using exposure::AnswerFacts;
using exposure::HostRecord;

// A row with its cells by name; "" for columns that the file does not have.
class Row {
 public:
  Row(const std::map<std::string, std::size_t>& columns, const std::vector<std::string>& fields)
      : columns_(columns), fields_(fields) {}

  std::string at(const std::string& column) const {
    const auto place = columns_.find(column);
    return place == columns_.end() || place->second >= fields_.size() ? std::string()
                                                                      : fields_[place->second];
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  const std::vector<std::string>& fields_;
};

// A tag means that Shadowserver saw Exchange there; the version has three numbers or four.
AnswerFacts facts_of(const Row& row) {
  AnswerFacts facts;
  facts.probe = "shadowserver";
  facts.status = 200;
  facts.self_hosted = true;
  const std::string version = row.at("version");
  facts.build = knowledge::parse_build(version);
  if (!facts.build) facts.update = knowledge::parse_build(version + ".0");
  for (const char* column : {"tag", "version", "servername", "hostname", "url"}) {
    const std::string text = row.at(column);
    if (!text.empty())
      facts.evidence.push_back({"shadowserver", std::string(column) + ": " + text.substr(0, 200)});
  }
  return facts;
}

std::string sector_of(const Row& row) {
  const std::string sector = row.at("sector");
  if (!sector.empty()) return sector;
  const std::string naics = row.at("naics");
  return naics.empty() || naics == "0" ? std::string() : "NAICS " + naics;
}

Result<HostRecord> place_of(const Row& row, const std::string& where) {
  HostRecord record;
  const auto time = parse_time(row.at("timestamp"));
  if (!time)
    return fail("'" + row.at("timestamp") + "' is no time", where, "expected 2021-05-14 00:11:30 (UTC)");
  const auto address = exposure::parse_address(row.at("ip"));
  if (!address) return fail("'" + row.at("ip") + "' is no address", where);
  const std::string port = row.at("port");
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), record.port);
  if (error != std::errc() || end != port.data() + port.size() || record.port == 0)
    return fail("'" + port + "' is no port", where);
  record.time = *time;
  record.address = *address;
  record.reached = true;
  return record;
}

}  // namespace

Result<ShadowserverReader> ShadowserverReader::make(std::string_view header, const std::string& file,
                                                    const knowledge::LoadedCampaign& campaign) {
  const auto names = parse_csv_row(header, file + ":1");
  if (!names) return std::unexpected(names.error());
  ShadowserverReader reader;
  for (std::size_t i = 0; i < names->size(); ++i) reader.columns_[to_lower_ascii((*names)[i])] = i;
  for (const char* needed : {"timestamp", "ip", "port"}) {
    if (!reader.columns_.contains(needed))
      return fail(std::string("column '") + needed + "' is missing", file + ":1",
                  "expected JSON lines of a scan, or Shadowserver's scan_exchange CSV");
  }
  reader.product_ = campaign.product;
  for (const knowledge::Flaw& flaw : campaign.campaign->flaws) reader.cves_.push_back(flaw.cve);
  return reader;
}

Result<store::Observation> ShadowserverReader::read(std::string_view line, const std::string& where) const {
  const auto fields = parse_csv_row(line, where);
  if (!fields) return std::unexpected(fields.error());
  if (fields->size() != columns_.size())
    return fail("the row has another number of fields than the header", where);
  const Row row(columns_, *fields);
  auto record = place_of(row, where);
  if (!record) return std::unexpected(record.error());
  const AnswerFacts facts = facts_of(row);
  exposure::judge({facts}, *product_, cves_, *record);
  // Somebody else saw it, and we do not know how.
  record->confidence = std::min(record->confidence, exposure::ScanConfidence::likely);
  record->country = row.at("geo");
  const std::string network = row.at("asn");
  if (!network.empty() && network != "0") record->network = "AS" + network;
  record->sector = sector_of(row);
  return store::read_scan_line(exposure::to_json_line(*record), where);
}

}  // namespace afterpatch::app
