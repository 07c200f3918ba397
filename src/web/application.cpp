#include "web/application.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "web/answers.h"
#include "web/problem.h"
#include "web/secret.h"
#include "web/sign_in.h"
#include "web/static_files.h"

namespace afterpatch::web {
namespace {

constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

// The same for a token that is wrong, expired, revoked or not there.
Response no_such_link() {
  return problem(404, "This link is not valid, or no longer. Ask who sent it for a new one.");
}

bool may(const Caller& caller, Access access) {
  switch (access) {
    case Access::open:
      return true;
    case Access::victim:
      return !caller.case_number.empty();
    case Access::viewer:
      return !caller.account.empty();
    case Access::analyst:
      return !caller.account.empty() && caller.role >= store::Role::analyst;
    case Access::operator_role:
      return !caller.account.empty() && caller.role >= store::Role::operator_role;
    case Access::admin:
    case Access::local_or_admin:
      return !caller.account.empty() && caller.role >= store::Role::admin;
  }
  return false;
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

// What a browser says of where a request came from (Fetch Metadata; RFC 6454). Other clients say nothing.
bool from_elsewhere(const Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host");
}

bool has_csrf_token(const Request& request, const Caller& caller) {
  return equal_secrets(request.header("x-csrf-token"), csrf_token(caller.session));
}

std::string subject_of(const Match& match, const Context& context) {
  if (!context.caller.case_number.empty()) return context.caller.case_number;
  std::string subject;
  for (const auto& [name, value] : match.values) subject += (subject.empty() ? "" : " ") + value;
  return subject.empty() ? context.request.target.query : subject;
}

std::string_view outcome_of(unsigned status) {
  if (status < 400) return "done";
  return status == 401 || status == 403 || status == 404 || status == 429 ? "refused" : "failed";
}

std::string etag_of(const std::string& body) {
  return fmt::format("\"{}\"", sha256(body).substr(0, 32));
}

Response from_cache(const CachedAnswer& cached, const Request& request) {
  Response response;
  response.content_type = cached.content_type;
  response.with("ETag", cached.etag);
  if (request.header("if-none-match") == cached.etag) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.body = cached.body;
  return response;
}

}  // namespace

void add_security_headers(Response& response, bool secure, bool api) {
  if (header_of(response.headers, "content-security-policy").empty())
    response.with("Content-Security-Policy", kPolicy);
  response.with("X-Content-Type-Options", "nosniff")
      .with("X-Frame-Options", "DENY")
      .with("Referrer-Policy", "no-referrer")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (secure) response.with("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  if (api && header_of(response.headers, "cache-control").empty())
    response.with("Cache-Control",
                  header_of(response.headers, "etag").empty() ? "no-store" : "private, no-cache");
}

std::size_t Application::body_limit(Method method, const Target& target) const {
  const Match match = find_route(routes_, method, target);
  return match.route == nullptr ? 0 : match.route->body_limit;
}

std::optional<Response> Application::refusal(const Route& route, Context& context) const {
  if (route.access == Access::open) {
    if (!is_safe(route.method) && from_elsewhere(context.request))
      return problem(403, "This came from another site.", "/problems/csrf");
    return std::nullopt;
  }
  if (route.access == Access::local_or_admin && is_loopback(context.request.address)) return std::nullopt;
  const bool victim = route.access == Access::victim;
  auto caller = victim ? caller_of_token(context.request, context.store, context.now)
                       : caller_of_session(context.request, context.store, shared_.settings, context.now);
  if (!caller) return failed(context, caller.error());
  if (*caller) context.caller = **caller;
  if (victim && !*caller) {
    ++shared_.metrics.refused_tokens;
    if (!shared_.wrong_tokens.take(client_key(context.request.address)))
      return problem(429, "Too many links that are not valid. Wait a minute.", "/problems/rate-limit")
          .with("Retry-After", "60");
    return no_such_link();
  }
  if (!*caller)
    return problem(401, "Nobody is signed in, or the session has ended.", "/problems/session-ended");
  if (!may(context.caller, route.access))
    return problem(403, fmt::format("This needs the role '{}'.", to_string(route.access)));
  if (is_safe(route.method) || victim) return std::nullopt;
  if (!has_csrf_token(context.request, context.caller) || from_elsewhere(context.request))
    return problem(403, "The CSRF token is missing or not of this session. Load the page again.",
                   "/problems/csrf");
  return std::nullopt;
}

Response Application::answer_cached(const Route& route, Context& context) const {
  const std::string key = context.request.target.path + "?" + context.request.target.query;
  const std::string mark = shared_.mark();
  if (const auto cached = shared_.answers.find(key, mark)) return from_cache(*cached, context.request);
  const Response made = route.handler(context);
  if (made.status != 200 || made.stream) return made;
  const CachedAnswer answer{made.content_type, made.body, etag_of(made.body)};
  shared_.answers.keep(key, mark, answer);
  return from_cache(answer, context.request);
}

Response Application::answer_route(const Match& match, Context& context) const {
  const Route& route = *match.route;
  if (auto refused = refusal(route, context)) return std::move(*refused);
  try {
    return route.cached ? answer_cached(route, context) : route.handler(context);
  } catch (const std::exception& error) {
    return failed(context, {std::string("unexpected: ") + error.what(), "", ""});
  }
}

// Looking at the same thing again and again is one entry a minute; what changes something is always one.
void Application::note(const Match& match, const Context& context, const Response& response) const {
  const Route& route = *match.route;
  if (route.action.empty()) return;
  const bool victim = route.access == Access::victim;
  if (victim && context.caller.case_number.empty()) return;  // guesses are counted, not kept
  store::AuditEntry entry;
  entry.time = context.now;
  entry.account = victim ? "victim" : context.caller.account;
  entry.role = victim || entry.account.empty() ? "" : std::string(store::to_string(context.caller.role));
  entry.address = context.request.address;
  entry.action = route.action;
  entry.subject = subject_of(match, context).substr(0, 512);
  entry.outcome = outcome_of(response.status);
  entry.detail = context.audit_detail;
  const std::string same =
      fmt::format("{}|{}|{}|{}|{}", entry.account, entry.address, entry.action, entry.subject, entry.outcome);
  if (is_safe(route.method) && !shared_.seen_lately.take(same)) return;
  if (const auto noted = context.store.accounts().note(entry); !noted && shared_.log)
    shared_.log("error: the audit log can't be written: " + to_string(noted.error()));
}

Response Application::answer(Request request, store::Store& store, Timestamp now) const {
  const auto begun = std::chrono::steady_clock::now();
  Match match = find_route(routes_, request.method, request.target);
  const bool api = match.route != nullptr || match.other_method || request.target.path.starts_with("/api/");
  const bool secure = request.secure;
  Response response;
  if (match.route != nullptr) {
    request.path_values = match.values;
    Context context{request, {}, store, shared_, now, ""};
    response = answer_route(match, context);
    note(match, context, response);
    if (!is_safe(match.route->method) && response.status < 400) shared_.store_changed_here();
  } else if (api) {
    response = problem(match.other_method ? 405 : 404,
                       match.other_method ? "Not with this method." : "There is nothing here.");
  } else {
    response = static_answer(request);
  }
  add_security_headers(response, secure, api);
  shared_.metrics.count(response.status, std::chrono::duration_cast<std::chrono::microseconds>(
                                             std::chrono::steady_clock::now() - begun));
  return response;
}

std::optional<Response> Application::refuse_early(Request request, store::Store& store, Timestamp now) const {
  const Match match = find_route(routes_, request.method, request.target);
  if (match.route == nullptr) return std::nullopt;
  request.path_values = match.values;
  Context context{request, {}, store, shared_, now, ""};
  auto refused = refusal(*match.route, context);
  if (!refused) return std::nullopt;
  add_security_headers(*refused, request.secure, true);
  return refused;
}

}  // namespace afterpatch::web
