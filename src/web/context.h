// What a handler is given: the request, who asks, the store, and what all of them share.
#pragma once

#include <string>

#include "base/time.h"
#include "store/store.h"
#include "web/http_message.h"
#include "web/settings.h"

namespace afterpatch::web {

struct Shared;

// Who asks. Nobody, an account, or the holder of a victim's token.
struct Caller {
  std::string account;  // empty: nobody is signed in
  store::Role role = store::Role::viewer;
  std::string session;      // the cookie's value
  Timestamp expires{};      // of the session or of the token
  std::string case_number;  // of the victim's token; empty without one
};

// For one request, on one thread.
struct Context {
  const Request& request;
  Caller caller;
  store::Store& store;
  Shared& shared;
  Timestamp now;
  std::string audit_detail;  // a handler may add what it did
};

}  // namespace afterpatch::web
