// Addresses and mail exchangers of names, by c-ares on a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "base/error.h"
#include "exposure/address.h"
#include "exposure/pace.h"

namespace afterpatch::exposure {

inline constexpr std::size_t kMostAddressesOfAName = 8;
inline constexpr std::size_t kMostExchangersOfADomain = 8;

// Answers arrive on the io_context's thread.
class NameLookup {
 public:
  // `servers` as "192.0.2.53" or "192.0.2.53:5353,[2001:db8::53]"; empty: those of the system. Fails if they
  // can't be set up. At most `rate` lookups begin, evenly spread; one lookup of addresses is two questions (A
  // and AAAA), and a question that gets no answer is repeated once.
  static Result<std::unique_ptr<NameLookup>> make(boost::asio::io_context& context,
                                                  const std::string& servers = {}, Rate rate = {});
  ~NameLookup();  // lookups under way end without an answer
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  // IPv4 and IPv6, sorted; empty if there is none or nobody answers.
  boost::asio::awaitable<std::vector<Address>> addresses(std::string name);
  // Names of a domain's mail exchangers, sorted.
  boost::asio::awaitable<std::vector<std::string>> mail_exchangers(std::string domain);
  // The name that an address points back to; empty if there is none. Whoever has the address chooses it.
  boost::asio::awaitable<std::string> reverse_name(Address address);

 private:
  struct Resolver;
  NameLookup(std::unique_ptr<Resolver> resolver, Rate rate);
  boost::asio::awaitable<void> turn();

  std::unique_ptr<Resolver> resolver_;
  Pace pace_;
};

}  // namespace afterpatch::exposure
