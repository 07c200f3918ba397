// `afterpatch scan`: a polite census of exposed servers (docs/scan.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/usual_campaign.h"
#include "exposure/politeness.h"

namespace afterpatch::app {

struct ScanCommand {
  enum class Format { text, json };

  std::vector<std::string> targets;  // ranges, addresses, names, files, "-"
  std::vector<std::string> allowed;  // inside ranges that may be scanned
  bool domains = false;
  std::string resolver;
  double lookups_per_second = 200;
  bool reverse_names = false;
  std::uint16_t port = 443;
  std::string contact;  // URL or mail address
  exposure::Limits limits;
  std::size_t connections = 1000;
  unsigned existence_probes = 0;  // most requests a host
  double connect_seconds = 5;
  double answer_seconds = 10;
  std::filesystem::path opt_out;
  std::filesystem::path networks;
  std::string shard = "1/1";
  std::optional<std::uint64_t> seed;
  std::filesystem::path state;
  std::filesystem::path output;
  std::string store;  // SQLite file or postgresql://...; empty: none
  std::string source = "scan";
  double every_days = 1;
  Format format = Format::text;
  bool reached_only = false;
  bool dry_run = false;
  bool no_progress = false;
  std::string campaign = kUsualCampaign;
  std::optional<std::filesystem::path> knowledge;
  std::string contact_page;  // "0.0.0.0:80": serve the page and do nothing else
};

// Returns the exit status.
int run_scan(const ScanCommand& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
