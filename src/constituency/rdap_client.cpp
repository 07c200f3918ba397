#include "constituency/rdap_client.h"

#include <thread>

#include <fmt/format.h>

#include "constituency/rdap_answer.h"

namespace afterpatch::constituency {
namespace {

constexpr const char* kAccept = "application/rdap+json, application/json";
// What a "not found" is remembered for: registries give out nothing smaller to one holder that matters here.
constexpr unsigned kNobodyV4 = 24;
constexpr unsigned kNobodyV6 = 48;
constexpr std::chrono::seconds kLaterUnsaid{60};  // "later" without Retry-After

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}
bool is_later(int status) {
  return status == 429 || status == 503;
}

Network nobody_around(const Address& address) {
  const unsigned length = address.v6 ? kNobodyV6 : kNobodyV4;
  return {masked(address, length), length};
}

}  // namespace

std::chrono::steady_clock::time_point Clock::now() {
  return std::chrono::steady_clock::now();
}
Timestamp Clock::wall() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}
void Clock::sleep_until(std::chrono::steady_clock::time_point moment) {
  std::this_thread::sleep_until(moment);
}

RdapClient::RdapClient(WebDoor& door, const RdapBootstrap& bootstrap, RdapCache& cache, Clock& clock,
                       RdapSettings settings)
    : door_(door), bootstrap_(bootstrap), cache_(cache), clock_(clock), settings_(settings) {}

RdapClient::Server& RdapClient::server_of(const WebPlace& place) {
  const std::string key = fmt::format("{}:{}", place.host, place.port);
  return servers_.try_emplace(key, Server{TokenBucket(settings_.interval, settings_.burst)}).first->second;
}

bool RdapClient::is_fresh(const RdapEntry& entry) {
  return clock_.wall() - entry.fetched <= settings_.keep_for;
}

Result<const RdapEntry*> RdapClient::or_old(Result<const RdapEntry*> learnt, const RdapEntry* old) {
  if (!learnt) ++counts_.failed;
  return !learnt && old != nullptr ? Result<const RdapEntry*>(old) : learnt;
}

Result<const RdapEntry*> RdapClient::network_of(const Address& address) {
  const RdapEntry* known = cache_.find(address);
  if (known != nullptr && is_fresh(*known)) {
    ++counts_.from_cache;
    return known;
  }
  auto learnt = learn_network(address);
  return or_old(std::move(learnt), cache_.find(address));
}

Result<const RdapEntry*> RdapClient::as_of(std::uint32_t number) {
  const RdapEntry* known = cache_.find_as(number);
  if (known != nullptr && is_fresh(*known)) {
    ++counts_.from_cache;
    return known;
  }
  auto learnt = learn_as(number);
  return or_old(std::move(learnt), cache_.find_as(number));
}

Result<const RdapEntry*> RdapClient::learn_network(const Address& address) {
  const std::string base = bootstrap_.server_of(address);
  if (base.empty())
    return fail("no registry is responsible", to_string(address), "is the bootstrap list whole?");
  const std::string url = base + "ip/" + to_string(address);
  const auto answer = ask(url);
  if (!answer) return std::unexpected(answer.error());
  Result<void> kept;
  if (answer->status == 404) {
    kept = cache_.add_nobody(nobody_around(address), clock_.wall());
  } else {
    auto holder = read_rdap_network(answer->body, address, url, clock_.wall());
    if (!holder) return std::unexpected(holder.error());
    kept = cache_.add({clock_.wall(), std::move(*holder)});
  }
  if (!kept) return std::unexpected(kept.error());
  return cache_.find(address);
}

Result<const RdapEntry*> RdapClient::learn_as(std::uint32_t number) {
  const std::string base = bootstrap_.server_of_as(number);
  if (base.empty()) return fail("no registry is responsible", fmt::format("AS{}", number), {});
  const std::string url = fmt::format("{}autnum/{}", base, number);
  const auto answer = ask(url);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 404) return fail("the registry does not know it", url, {});
  auto holder = read_rdap_autnum(answer->body, number, url, clock_.wall());
  if (!holder) return std::unexpected(holder.error());
  if (const auto kept = cache_.add({clock_.wall(), std::move(*holder)}); !kept)
    return std::unexpected(kept.error());
  return cache_.find_as(number);
}

// Follows redirects; status 200 or 404 comes back.
Result<WebAnswer> RdapClient::ask(const std::string& url) {
  std::string at = url;
  for (int hop = 0; hop <= settings_.most_redirects; ++hop) {
    const auto place = place_of(at);
    if (!place) return fail("no web address", at, {});
    auto answer = ask_server(at, *place);
    if (!answer || answer->status == 200 || answer->status == 404) return answer;
    if (!is_redirect(answer->status)) return fail(fmt::format("HTTP status {}", answer->status), at, {});
    at = resolve_url(at, answer->location);
    if (at.empty()) return fail("a redirect to nowhere", url, {});
  }
  return fail(fmt::format("more than {} redirects", settings_.most_redirects), url, {});
}

Result<WebAnswer> RdapClient::ask_server(const std::string& url, const WebPlace& place) {
  Server& server = server_of(place);
  for (int attempt = 0;; ++attempt) {
    if (const auto waited = wait_for(server, url); !waited) return std::unexpected(waited.error());
    server.bucket.take(clock_.now());
    ++counts_.asked;
    auto answer = door_.get(url, kAccept, kMostRdapBytes);
    if (!answer || !is_later(answer->status)) return answer;
    note_later(server, *answer);
    if (attempt >= settings_.most_retries)
      return fail(fmt::format("still HTTP status {} after {} tries", answer->status, attempt + 1), url, {});
  }
}

Result<void> RdapClient::wait_for(Server& server, const std::string& url) {
  const auto now = clock_.now();
  if (server.silent_until > now + settings_.longest_wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(server.silent_until - now).count();
    return fail(fmt::format("the server asked to be left alone for {} s more", seconds), url,
                "ask again later");
  }
  const auto moment = std::max(server.silent_until, server.bucket.allowed_at());
  if (moment > now) clock_.sleep_until(moment);
  return {};
}

void RdapClient::note_later(Server& server, const WebAnswer& answer) {
  const auto wall = std::chrono::time_point_cast<std::chrono::system_clock::duration>(clock_.wall());
  const auto wait = parse_retry_after(answer.retry_after, wall).value_or(kLaterUnsaid);
  server.silent_until = clock_.now() + wait;
}

}  // namespace afterpatch::constituency
