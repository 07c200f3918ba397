// One file of evidence and what it is. Kinds are told by content first and by place second: collectors rename
// folders, and attackers name files as they like.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::evidence {

enum class Kind {
  iis_w3c,       // IIS W3C extended log
  exchange_csv,  // any log of the Exchange CSV family; Artefact::log_type says which
  mixed_log,     // text that holds lines of several logs, or log lines without any header
  evtx,          // Windows event log, "ElfFile" magic
  event_xml,     // export of Windows events as XML
  event_json,    // export of Windows events as JSON objects, one a line or otherwise
  web_content,   // by place or extension something a web server would serve or run (.aspx, .js, .config, ...)
  archive,       // zip, 7z, rar, cab, tar (by magic), or .gz that holds no log
  memory_dump,   // "MDMP" or "PAGEDU" magic
  executable,    // "MZ" magic
  registry_hive,  // "regf" magic
  mailbox_store,  // PST/OST ("!BDN" magic)
  text,           // other text
  other,          // other bytes
  empty,
};
std::string_view to_string(Kind kind);  // "iis-w3c", "exchange-csv", ...

// Which log of the Exchange family. Told by `#Log-type:`, else by the columns, else by the folder's name.
enum class LogType {
  none,  // not an Exchange log
  http_proxy,
  ecp_server,
  ecp_activity,
  oab_generator,
  ews,
  autodiscover,
  mapi_http,
  rpc_http,
  rps_http,           // CmdletInfra\Powershell-Proxy\Http
  rps_cmdlet,         // CmdletInfra\*\Cmdlet
  request_filtering,  // HttpRequestFiltering (AMSI)
  other,              // an Exchange CSV log that no rule of ours needs
};
std::string_view to_string(LogType type);  // "http-proxy", "ecp-server", ...

struct Artefact {
  std::uint32_t source = 0;    // index of the SOURCE argument
  std::string path;            // as on disk below the source, '/' between parts; any bytes
  std::string windows_path;    // lower-case, '\' between parts, with a leading '\':
                               // "\inetpub\wwwroot\aspnet_client\x.aspx". Drive letters and mount prefixes
                               // above the first known folder are cut off where recognised.
  std::filesystem::path file;  // what to open
  Kind kind = Kind::other;
  LogType log_type = LogType::none;
  std::uint64_t size = 0;  // on disk, so compressed size for .gz
  bool gzip = false;       // contents are read through zlib
  std::optional<Timestamp>
      modified;            // mtime as the file system says; collectors and attackers may have changed it
  std::uint32_t mode = 0;  // POSIX mode bits; 0 if unknown
};

// Something that could not be read or was odd. Never ends a run; always shown and counted.
struct Problem {
  std::string artefact;  // path; may be empty when it concerns the whole source
  std::string what;
  std::uint64_t count = 1;
};

// Where standard input is spooled, since pivots read evidence more than once. Removed when destroyed.
class SpooledInput;

struct Inventory {
  std::vector<std::string> sources;  // as the user named them
  std::vector<Artefact> artefacts;   // sorted by (source, path) as bytes: order never depends on the disk
  std::vector<Problem> problems;     // unreadable folders, symlink loops, special files, ...
  std::uint64_t total_bytes = 0;
  std::shared_ptr<SpooledInput>
      spooled_input;  // keeps a piped standard input readable; null if there was none
};

struct InventoryOptions {
  std::uint64_t max_artefacts = 20'000'000;
  const std::atomic<bool>* cancelled = nullptr;  // when it becomes true, the walk ends with what it has
};

// Links are not walked: one that stays inside its source leads to what is found under its own path anyway,
// and one that leaves the source, or leads nowhere, is named as a problem. So a walk never goes in circles
// and nothing is read twice.
//
// Opens every source (a folder, a file, or "-" for standard input) and looks at the first bytes of every
// file. Fails only when a source itself can't be opened. Reads at most 64 KiB of each file. Thread-safe. The
// Inventory stays valid as long as the files do.
Result<Inventory> take_inventory(const std::vector<std::string>& sources,
                                 const InventoryOptions& options = {});

// Tells kind and log type from the first bytes (after gunzip) and the Windows path. Pure.
struct Recognised {
  Kind kind = Kind::other;
  LogType log_type = LogType::none;
};
Recognised recognise(std::string_view first_bytes, std::string_view windows_path);

// "C/Program Files/X" -> "\program files\x"; "[root]/inetpub" and "Windows.old"-like prefixes are handled as
// the .cpp says. Pure.
std::string to_windows_path(std::string_view path_below_source);

}  // namespace afterpatch::evidence
