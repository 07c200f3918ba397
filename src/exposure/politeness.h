// All limits of a scan together: per address, per neighbourhood (/24, /48), per network operator (AS), and in
// all. Pure: time is given, nothing is sent.
#pragma once

#include <memory>

#include "exposure/network_table.h"
#include "exposure/pace.h"

namespace afterpatch::exposure {

struct Limits {
  Rate address{1};        // "a second apart"
  Rate neighbourhood{4};  // a /24 or /48
  Rate network{50};       // an AS, where a table is given
  Rate all{100};          // masscan's default; a country needs more and says so
};

// Not thread-safe. One of them speaks for all that one process sends.
class Politeness {
 public:
  // `networks` may be null and must outlive it.
  Politeness(const Limits& limits, const NetworkTable* networks);

  // When the next request to this address may go, as far as its own limits say; keeps that turn.
  TimePoint book(const Address& address, TimePoint now);
  // From when on a request may really go. The limit in all is asked apart: it is the same for everybody, and
  // who waits for it need not be sorted by it.
  TimePoint allowed_at(const Address& address) const;
  TimePoint all_allowed_at() const { return all_.allowed_at(); }
  void sent(const Address& address, TimePoint now);

 private:
  std::uint32_t network_of(const Address& address) const;

  const NetworkTable* networks_;
  PaceTable<Address> addresses_;
  PaceTable<Address> neighbourhoods_;
  PaceTable<std::uint32_t> by_network_;
  Pace all_;
};

}  // namespace afterpatch::exposure
