#include "report/sharing/common_words.h"

#include <algorithm>
#include <array>

namespace afterpatch::report {
namespace {

constexpr std::array kWords = std::to_array<std::string_view>({
    "account",
    "admin",
    "administrator",
    "administrators",
    "anonymous",
    "anonymous logon",
    "api",
    "asmx",
    "aspnet_client",
    "aspx",
    "auth",
    "autodiscover",
    "builtin",
    "com",
    "contact",
    "corp",
    "default web site",
    "defaultapppool",
    "ecp",
    "everyone",
    "ews",
    "exchange",
    "exchange back end",
    "exchange.asmx",
    "exchweb",
    "font driver host",
    "guest",
    "iis apppool",
    "info",
    "int",
    "internal",
    "intern",
    "krbtgt",
    "lan",
    "local",
    "local service",
    "localhost",
    "mail",
    "mapi",
    "microsoft",
    "microsoft-server-activesync",
    "net",
    "network service",
    "none",
    "nt authority",
    "nt service",
    "oab",
    "office",
    "org",
    "outlook",
    "owa",
    "post",
    "postmaster",
    "powershell",
    "public",
    "request",
    "root",
    "rpc",
    "script",
    "server",
    "service",
    "shell",
    "smtp",
    "system",
    "test",
    "unknown",
    "user",
    "users",
    "w3svc1",
    "web",
    "webmail",
    "window manager",
    "windows",
    "workgroup",
    "www",
});

}  // namespace

bool is_common_word(std::string_view word) {
  return std::ranges::find(kWords, word) != kWords.end();
}

}  // namespace afterpatch::report
