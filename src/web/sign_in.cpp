#include "web/sign_in.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "web/answers.h"
#include "web/cookie.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/secret.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

constexpr std::chrono::minutes kNotedEvery{1};

std::string token_of_cookie(const Request& request) {
  auto token = cookie_value(request.header("cookie"), kSessionCookie);
  return token && looks_like_token(*token) ? std::move(*token) : std::string();
}

bool has_ended(const store::SessionRow& session, const Settings& settings, Timestamp now) {
  return now >= session.expires || now - session.used > settings.session_idle;
}

Response session_answer(const Context& context, const Caller& caller) {
  const Settings& settings = context.shared.settings;
  return json_answer(boost::json::object{{"name", caller.account},
                                         {"role", store::to_string(caller.role)},
                                         {"csrf", csrf_token(caller.session)},
                                         {"expires", to_iso8601(caller.expires)},
                                         {"version", settings.version},
                                         {"demo", settings.demo},
                                         {"agency", settings.agency.name}});
}

Response wrong_sign_in(Context& context, const std::string& name) {
  ++context.shared.metrics.refused_sign_ins;
  context.audit_detail = "account '" + name + "'";
  return problem(401, "This name and password don't go together.");
}

Response too_many_sign_ins(Context& context) {
  ++context.shared.metrics.refused_sign_ins;
  return problem(429, "Too many sign-ins. Wait a minute, then try again.", "/problems/rate-limit")
      .with("Retry-After", "60");
}

}  // namespace

Result<std::optional<Caller>> caller_of_session(const Request& request, store::Store& store,
                                                const Settings& settings, Timestamp now) {
  const std::string token = token_of_cookie(request);
  if (token.empty()) return std::nullopt;
  const std::string digest = digest_of(token);
  const auto session = store.accounts().session(digest);
  if (!session) return std::unexpected(session.error());
  if (!*session || has_ended(**session, settings, now)) return std::nullopt;
  const auto account = store.accounts().account((*session)->account);
  if (!account) return std::unexpected(account.error());
  if (!*account || (*account)->disabled) return std::nullopt;
  if (now - (*session)->used >= kNotedEvery) {
    if (const auto noted = store.accounts().touch_session(digest, now); !noted)
      return std::unexpected(noted.error());
  }
  return Caller{(*account)->name, (*account)->role, token, (*session)->expires, ""};
}

Result<std::optional<Caller>> caller_of_token(const Request& request, store::Store& store, Timestamp now) {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view token = request.header("authorization");
  if (!starts_with_ignoring_case(token, kScheme)) return std::nullopt;
  token.remove_prefix(kScheme.size());
  if (!looks_like_token(token)) return std::nullopt;
  const std::string digest = digest_of(token);
  const auto found = store.cases().token(digest);
  if (!found) return std::unexpected(found.error());
  if (!*found || !equal_secrets((*found)->digest, digest)) return std::nullopt;
  if ((*found)->revoked || now >= (*found)->expires) return std::nullopt;
  Caller caller;
  caller.case_number = (*found)->case_number;
  caller.expires = (*found)->expires;
  return caller;
}

Response begin_session(Context& context, const store::Account& account) {
  const Settings& settings = context.shared.settings;
  const std::string old = token_of_cookie(context.request);
  if (!old.empty()) {
    if (const auto ended = context.store.accounts().end_session(digest_of(old)); !ended)
      return failed(context, ended.error());
  }
  const std::string token = new_token();
  const store::SessionRow row{digest_of(token), account.name, context.request.address,
                              context.now,      context.now,  context.now + settings.session_longest};
  if (const auto begun = context.store.accounts().begin_session(row); !begun)
    return failed(context, begun.error());
  context.caller = {account.name, account.role, token, row.expires, ""};
  ++context.shared.metrics.sign_ins;
  return session_answer(context, context.caller)
      .with("Set-Cookie", session_cookie(kSessionCookie, token, context.request.secure,
                                         std::chrono::seconds(settings.session_longest)));
}

Response post_session(Context& context) {
  BodyReader body(context.request);
  const std::string name = body.text("name", 100, true);
  const std::string password = body.text("password", kMostPasswordBytes, true);
  if (body.refused()) return body.refusal();
  // By the name that was typed, known or not, so that the limit tells nothing either.
  if (!context.shared.sign_ins_by_address.take(client_key(context.request.address)) ||
      !context.shared.sign_ins_by_account.take(digest_of(name)))
    return too_many_sign_ins(context);
  const auto account = context.store.accounts().account(name);
  if (!account) return failed(context, account.error());
  const bool usable = *account && !(*account)->disabled;
  if (!check_password(password, usable ? (*account)->password : "")) return wrong_sign_in(context, name);
  return begin_session(context, **account);
}

Response get_session(Context& context) {
  return session_answer(context, context.caller);
}

Response delete_session(Context& context) {
  if (const auto ended = context.store.accounts().end_session(digest_of(context.caller.session)); !ended)
    return failed(context, ended.error());
  return no_content().with(
      "Set-Cookie", session_cookie(kSessionCookie, "", context.request.secure, std::chrono::seconds(0)));
}

}  // namespace afterpatch::web
