// Who lives on the internet range. A host is a pure function of (seed, its number), and its state of that and
// the simulated day, so a population of a million costs nothing until one of them is asked.
//
// Host number n has the address 127.1.0.0 + n; on IPv6 each 256 of them share a /48, as they share a /24 on
// IPv4: host 0x12345 is fd12:af7e:123::45.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "range/internet/exposed_builds.h"
#include "range/internet/patch_curve.h"

namespace afterpatch::range {

enum class Nature {
  absent,           // every connection is reset at its first byte
  exchange,         // self-hosted Outlook on the web
  balanced,         // two self-hosted servers behind one address, in turn
  hybrid,           // self-hosted, but its users are sent to Exchange Online
  exchange_online,  // looks like Microsoft's own front ends
  other_web,        // some other web server
  honeypot,         // pretends to be many products at once
  trouble,          // answers in a way that hurts careless clients
};
std::string_view name_of(Nature nature);

// Where a self-hosted server shows its build to somebody who may not sign in.
enum class Shown {
  header,          // X-OWA-Version on every answer
  beside_owa,      // the same, but Outlook on the web itself is not published: only Autodiscover tells
  manifest,        // cumulative update in paths, and the true build in the export tool's manifest
  stale_manifest,  // the same, but the manifest goes on naming the cumulative update's first build
  path,            // paths below /owa/auth only
  nothing,         // a plain 401
};
std::string_view name_of(Shown shown);

enum class Trouble {
  none,
  silent,            // takes the connection, never says a word
  reset,             // resets in the middle of the TLS handshake
  garbage,           // random bytes where TLS should be
  plain_http,        // "HTTP to an HTTPS port"
  too_old,           // refuses every TLS version
  closes,            // TLS, then closes at the first request
  slow_answer,       // one byte of the answer a second
  huge_body,         // a body without end
  endless_headers,   // headers without end
  redirect_loop,     // to itself, without end
  redirect_away,     // to another host of the range
  gzip_bomb,         // small on the wire, 100 MB unpacked, though nobody asked for gzip
  http_0_9,          // no status line
  nul_in_name,       // certificate for "mail.bank.example\0.evil.example"
  huge_certificate,  // of a megabyte
};
std::string_view name_of(Trouble trouble);
inline constexpr int kTroubleKinds = 15;

enum class Tls { modern, tls12, tls10 };  // 1.2 and 1.3; 1.2 only; 1.0 only
std::string_view name_of(Tls tls);

enum class Family { ipv4, ipv6 };

struct Host {
  std::uint32_t number = 0;
  Family family = Family::ipv4;
  Nature nature = Nature::absent;
  Trouble trouble = Trouble::none;
  Shown shown = Shown::nothing;
  Tls tls = Tls::modern;
  bool rsa = false;                    // key of its certificate; otherwise ECDSA P-256
  bool needs_name = false;             // shows another site to clients that do not ask for it by name
  const ExposedBuild* kind = nullptr;  // of Exchange hosts
  std::uint64_t flavour = 0;           // chooses among equals: which web server, which names
  double rank = 0;                     // 0 to 1: who has the fix when
  double second_rank = 0;              // of a balanced pair's other server
  bool mitigated = false;              // while unpatched; nothing shows it
  int first_day = 0;                   // present from here on
  int gone_day = -1;                   // away from here on; -1: never
  int back_day = -1;                   // and back; -1: never

  bool self_hosted() const {
    return nature == Nature::exchange || nature == Nature::balanced || nature == Nature::hybrid;
  }
  std::string address() const;             // "127.1.0.17", "fd12:af7e::11"
  std::string domain() const;              // "org17.example"
  std::vector<std::string> names() const;  // of its certificate: "mail.org17.example", ...
};

struct Running {
  const ExposedBuild* kind;
  Build build;
};

struct HostState {
  bool present = false;
  std::vector<Running> servers;  // empty unless self-hosted; two behind a balancer
  bool mitigated = false;
};

struct PopulationSettings {
  std::uint64_t seed = 1;
  std::uint32_t hosts = 10'000;  // at most kMaxHosts
  Family family = Family::ipv4;
  unsigned trouble_percent = 20;
  unsigned exchange_percent = 40;
  unsigned churn_percent = 10;  // of the self-hosted: appear late, or go, and half of those come back
  PatchCurve curve = PatchCurve::march_2021();
};

inline constexpr std::uint32_t kFirstAddress = 0x7f010000;  // 127.1.0.0
inline constexpr std::uint32_t kMaxHosts = 8'000'000;
// "Locally assigned" (RFC 4193), the rest by chance: nobody's, and nobody outside can be meant.
inline constexpr std::array<unsigned char, 4> kIpv6Prefix = {0xfd, 0x12, 0xaf, 0x7e};

// Thread-safe: nothing in it changes.
class Population {
 public:
  explicit Population(PopulationSettings settings) : settings_(std::move(settings)) {}

  const PopulationSettings& settings() const { return settings_; }
  Host host(std::uint32_t number) const;
  HostState state(const Host& host, int day) const;
  // IPv4 addresses in host byte order; nullopt outside the population.
  std::optional<std::uint32_t> number_of(std::uint32_t address) const;
  std::optional<std::uint32_t> number_of(const std::array<unsigned char, 16>& address) const;

 private:
  PopulationSettings settings_;
};

std::string address_text(std::uint32_t number, Family family = Family::ipv4);  // "127.1.0.17"

}  // namespace afterpatch::range
