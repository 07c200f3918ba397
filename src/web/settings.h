// What an operator chose for `afterpatch serve`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace afterpatch::web {

struct Agency {
  std::string name;  // empty: not set up
  std::string verify_url;
  std::string phone;
  std::string email;
};

struct HuntLimits {
  std::uint64_t memory_bytes = 4ULL << 30U;
  std::chrono::seconds processor_time{4 * 3600};
  std::chrono::seconds time{6 * 3600};
  std::uint64_t file_bytes = 2ULL << 30U;  // of one file that a hunt writes
  unsigned open_files = 256;
};

struct Settings {
  std::string store;  // as for Store::open
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::filesystem::path certificate;         // PEM; empty: no TLS here
  std::filesystem::path key;                 // PEM
  std::vector<std::string> trusted_proxies;  // whose X-Forwarded-For and -Proto count
  std::string public_url;                    // "https://help.example": links to victims begin with it
  std::string version;
  Agency agency;
  bool demo = false;

  std::filesystem::path uploads;               // folder; empty: nothing can be uploaded
  std::uint64_t upload_limit = 20ULL << 30U;   // bytes of one file
  std::uint64_t case_quota = 60ULL << 30U;     // of all files of one case
  std::uint64_t upload_quota = 500ULL << 30U;  // of all files
  std::uint64_t free_space = 1ULL << 30U;      // left alone on the disk
  std::filesystem::path program;               // that hunts: afterpatch itself
  std::filesystem::path knowledge;             // for the hunts and the guide
  HuntLimits hunt;

  unsigned workers = 4;                    // threads for handlers, each with a connection to the store
  std::size_t most_connections = 1024;     // in all
  std::size_t most_from_one = 128;         // from one address
  std::chrono::seconds header_time{10};    // for a request's head, counted from its first byte
  std::chrono::seconds idle_time{60};      // between two requests
  std::chrono::seconds body_time{30};      // for a body, and
  std::uint64_t least_rate = 16U << 10U;   // bytes a second beyond that
  std::chrono::minutes session_idle{60};   // until a session that is not used ends
  std::chrono::hours session_longest{12};  // until any session ends
  std::chrono::hours link_life{24 * 90};   // of a victim's link made here
};

}  // namespace afterpatch::web
