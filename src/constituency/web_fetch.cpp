#include "constituency/web_fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/network.h"
#include "base/text.h"

namespace afterpatch::constituency {
namespace {

constexpr std::size_t kMostHeaderBytes = 32U << 10U;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::chrono::seconds kLongestWait{366LL * 24 * 3600};

struct UrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlFree>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

Url parse_url(const std::string& text) {
  Url url(curl_url());
  if (text.size() > kLongestUrl || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return nullptr;
  return url;
}

bool is_web(const std::string& scheme) {
  return scheme == "https" || scheme == "http";
}

std::optional<Address> address_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (bytes == nullptr || inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr)
    return std::nullopt;
  return parse_address(text.data());
}

// Called by libcurl with the address that it is about to connect to, so no name can lead inside.
curl_socket_t open_outside_only(void*, curlsocktype, curl_sockaddr* target) {
  const auto address = address_of(target->addr);
  if (!address || is_internal(*address)) return CURL_SOCKET_BAD;
  return socket(target->family, target->socktype, target->protocol);
}

struct Incoming {
  WebAnswer answer;
  std::size_t most_bytes = 0;
  std::size_t header_bytes = 0;
  bool too_long = false;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* user) {
  auto& incoming = *static_cast<Incoming*>(user);
  incoming.too_long = incoming.answer.body.size() + count > incoming.most_bytes;
  if (incoming.too_long) return 0;
  incoming.answer.body.append(bytes, count);
  return count;
}

void take_field(WebAnswer& answer, std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "Location")) answer.location = std::string(value);
  if (equals_ignoring_case(name, "Retry-After")) answer.retry_after = std::string(value);
  if (equals_ignoring_case(name, "Content-Type"))
    answer.media_type = to_lower_ascii(trim(value.substr(0, value.find(';'))));
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* user) {
  auto& incoming = *static_cast<Incoming*>(user);
  incoming.header_bytes += count;
  incoming.too_long = incoming.header_bytes > kMostHeaderBytes;
  if (incoming.too_long) return 0;
  const std::string_view line = trim({bytes, count});
  if (const auto colon = line.find(':'); colon != std::string_view::npos)
    take_field(incoming.answer, line.substr(0, colon), trim(line.substr(colon + 1)));
  return count;
}

void start_curl_once() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(kStarted);
}

class CurlDoor : public WebDoor {
 public:
  explicit CurlDoor(WebSettings settings) : settings_(std::move(settings)) {
    start_curl_once();
    handle_ = curl_easy_init();
  }
  ~CurlDoor() override { curl_easy_cleanup(handle_); }
  CurlDoor(const CurlDoor&) = delete;
  CurlDoor& operator=(const CurlDoor&) = delete;

  Result<WebAnswer> get(const std::string& url, const std::string& accept, std::size_t most_bytes) override {
    if (handle_ == nullptr) return fail("libcurl can't be started", url, {});
    const auto place = place_of(url);
    if (!place) return fail("no web address", url, "expected https://...");
    if (place->scheme == "http" && !settings_.allow_plain_http)
      return fail("not asked: http is not protected", url, "use https");
    Incoming incoming;
    incoming.most_bytes = most_bytes;
    curl_slist* headers = curl_slist_append(nullptr, ("Accept: " + accept).c_str());
    prepare(url, headers, incoming);
    const CURLcode code = curl_easy_perform(handle_);
    curl_slist_free_all(headers);
    return outcome(url, incoming, code);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle_, option, value);
  }

  void prepare(const std::string& url, curl_slist* headers, Incoming& incoming) {
    curl_easy_reset(handle_);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_USERAGENT, settings_.user_agent.c_str());
    set(CURLOPT_PROTOCOLS_STR, settings_.allow_plain_http ? "https,http" : "https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
    set(CURLOPT_ACCEPT_ENCODING, "identity");
    set(CURLOPT_PROXY, settings_.proxy.c_str());
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (!settings_.allow_internal && settings_.proxy.empty())
      set(CURLOPT_OPENSOCKETFUNCTION, &open_outside_only);
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&incoming));
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&incoming));
  }

  Result<WebAnswer> outcome(const std::string& url, Incoming& incoming, CURLcode code) {
    if (incoming.too_long) return fail("the answer is longer than it may be", url, {});
    if (code != CURLE_OK) return fail(curl_easy_strerror(code), url, {});
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    incoming.answer.status = static_cast<int>(status);
    return std::move(incoming.answer);
  }

  WebSettings settings_;
  CURL* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<WebDoor> make_web_door(WebSettings settings) {
  return std::make_unique<CurlDoor>(std::move(settings));
}

std::optional<WebPlace> place_of(const std::string& url) {
  const Url parsed = parse_url(url);
  if (parsed == nullptr) return std::nullopt;
  WebPlace place{part_of(parsed.get(), CURLUPART_SCHEME),
                 to_lower_ascii(part_of(parsed.get(), CURLUPART_HOST)), 0};
  const std::string port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), place.port);
  const bool has_user = !part_of(parsed.get(), CURLUPART_USER).empty();
  if (!is_web(place.scheme) || place.host.empty() || place.port == 0 || has_user) return std::nullopt;
  return place;
}

std::string resolve_url(const std::string& base, const std::string& location) {
  const Url parsed = parse_url(base);
  if (parsed == nullptr || location.size() > kLongestUrl) return {};
  if (curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) return {};
  std::string url = part_of(parsed.get(), CURLUPART_URL);
  return place_of(url) ? url : std::string();
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::system_clock::time_point now) {
  text = trim(text);
  std::int64_t seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!is_number) {
    const std::string date(text.substr(0, 64));
    const std::time_t until = curl_getdate(date.c_str(), nullptr);
    if (until == -1) return std::nullopt;
    seconds = until - std::chrono::system_clock::to_time_t(now);
  }
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongestWait);
}

}  // namespace afterpatch::constituency
