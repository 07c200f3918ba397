#include "records/web_request.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace afterpatch::records {
namespace {

std::string_view text_of(const Record& record, std::string_view name) {
  return record.value(name).value_or(std::string_view());
}

// IIS writes '+' for a space in header fields; a '+' that the client sent looks the same.
std::string with_spaces(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return out;
}

template <typename Number>
Number number_of(std::string_view text, Number if_none) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : if_none;
}

// "[2001:db8::1%3]:443", "fe80::1%12", "192.0.2.1:50122", "192.0.2.1" -> the bare address.
std::string_view bare_address(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') == text.npos ? text.npos : text.find(']') - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  return text.substr(0, text.find('%'));
}

std::string_view forwarded_for(const Record& record) {
  for (const std::string_view name : {"X-Forwarded-For", "cs(X-Forwarded-For)", "X_Forwarded_For"}) {
    if (const auto value = record.value(name); value && !value->empty()) return *value;
  }
  return {};
}

// "...&cafeReqId=<guid>;&encoding=;" (Exchange appends it to the query that IIS logs)
std::string cafe_request_id(std::string_view query) {
  constexpr std::string_view kName = "cafeReqId=";
  const std::size_t at = query.find(kName);
  if (at == query.npos) return {};
  const std::string_view rest = query.substr(at + kName.size());
  return request_guid(rest.substr(0, rest.find_first_of(";&")));
}

WebRequest from_w3c(const Record& record) {
  WebRequest request;
  const std::string_view forwarded = forwarded_for(record);
  request.peer = text_of(record, "c-ip");
  request.client = forwarded.empty() ? bare_address(request.peer) : client_address(forwarded);
  request.method = text_of(record, "cs-method");
  request.host = text_of(record, "cs-host");
  if (request.host.empty()) request.host = text_of(record, "cs(Host)");
  request.path = text_of(record, "cs-uri-stem");
  request.query = text_of(record, "cs-uri-query");
  request.status = number_of(text_of(record, "sc-status"), 0);
  request.user_agent = with_spaces(text_of(record, "cs(User-Agent)"));
  request.user = with_spaces(text_of(record, "cs-username"));
  request.request_id = cafe_request_id(request.query);
  request.request_bytes = number_of<std::int64_t>(text_of(record, "cs-bytes"), -1);
  request.response_bytes = number_of<std::int64_t>(text_of(record, "sc-bytes"), -1);
  return request;
}

// HttpProxy puts the first address of X-Forwarded-For into ClientIpAddress itself.
WebRequest from_csv(const Record& record) {
  WebRequest request;
  request.peer = text_of(record, "ClientIpAddress");
  request.client = client_address(request.peer);
  request.method = text_of(record, "Method");
  if (request.method.empty()) request.method = text_of(record, "HttpMethod");
  request.host = text_of(record, "UrlHost");
  request.path = text_of(record, "UrlStem");
  request.query = text_of(record, "UrlQuery");
  request.status = number_of(text_of(record, "HttpStatus"), 0);
  request.user_agent = text_of(record, "UserAgent");
  request.user = text_of(record, "AuthenticatedUser");
  request.request_id = request_guid(text_of(record, "RequestId"));
  request.request_bytes = number_of<std::int64_t>(text_of(record, "RequestBytes"), -1);
  request.response_bytes = number_of<std::int64_t>(text_of(record, "ResponseBytes"), -1);
  return request;
}

}  // namespace

// The first address of "client, proxy, proxy" is the one that is farthest away (RFC 7239 5.2 says the same of
// Forwarded's "for"). Anyone can send the header, so it says what was claimed.
std::string_view client_address(std::string_view list) {
  std::string_view first = list.substr(0, list.find(','));
  while (!first.empty() && (first.back() == '+' || first.back() == ' ')) first.remove_suffix(1);
  while (!first.empty() && (first.front() == '+' || first.front() == ' ')) first.remove_prefix(1);
  return bare_address(first);
}

// A GUID, with dashes or (Exchange 2013 RTM) without. What else stands there, such as the "xxx" of a redacted
// log, joins nothing.
std::string request_guid(std::string_view text) {
  const bool plain = text.find_first_not_of("0123456789abcdefABCDEF-") == text.npos;
  const auto dashes = static_cast<std::size_t>(std::ranges::count(text, '-'));
  return plain && text.size() - dashes == 32 ? to_lower_ascii(text) : std::string();
}

std::optional<WebRequest> web_request_of(const Record& record, std::string_view date) {
  if (record.header == nullptr) return std::nullopt;
  const bool is_w3c = record.header->dialect() == Dialect::w3c;
  if (!record.header->find(is_w3c ? "cs-uri-stem" : "UrlStem")) return std::nullopt;
  WebRequest request = is_w3c ? from_w3c(record) : from_csv(record);
  request.time = time_of(record, date);
  return request;
}

}  // namespace afterpatch::records
