#include "app/serve_account.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include <fmt/format.h>

#include "app/give_up.h"
#include "store/store.h"
#include "web/clock.h"
#include "web/secret.h"

namespace afterpatch::app {
namespace {

// While it lives, the terminal doesn't show what is typed.
class Unseen {
 public:
  Unseen() : terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool terminal_;
};

std::string read_line(const char* prompt, std::ostream& err) {
  const Unseen unseen;
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (terminal) err << prompt << std::flush;
  std::string line;
  std::getline(std::cin, line);
  if (terminal) err << '\n';
  return line;
}

Result<std::string> read_password(std::ostream& err) {
  std::string password = read_line("Password: ", err);
  if (password.size() < web::kLeastPasswordBytes || password.size() > web::kMostPasswordBytes)
    return fail(
        fmt::format("a password has {} to {} bytes", web::kLeastPasswordBytes, web::kMostPasswordBytes), "",
        "some words that don't belong together are good");
  if (::isatty(STDIN_FILENO) == 1 && read_line("The same again: ", err) != password)
    return fail("these are two passwords");
  return password;
}

Result<void> keep(const ServeCommand& command, const std::string& hash) {
  auto store = store::Store::open(command.web.store);
  if (!store) return std::unexpected(store.error());
  store::Account account;
  account.name = command.add_account;
  account.role = store::parse_role(command.role).value_or(store::Role::viewer);
  account.password = hash;
  account.created = web::current_time();
  account.disabled = command.disable;
  auto& accounts = (*store)->accounts();
  auto done = accounts.put_account(account);
  if (done) done = accounts.end_sessions_of(account.name);
  if (done)
    done = accounts.note({0, account.created, "", "", "command line", "account.set", account.name, "done",
                          command.disable ? "disabled" : command.role});
  return done;
}

}  // namespace

int run_add_account(const ServeCommand& command, std::ostream& out, std::ostream& err) {
  std::string hash;
  if (!command.disable) {
    const auto password = read_password(err);
    if (!password) return give_up(password.error(), err);
    const auto hashed = web::hash_password(*password);
    if (!hashed) return give_up(hashed.error(), err);
    hash = *hashed;
  }
  if (const auto done = keep(command, hash); !done) return give_up(done.error(), err);
  out << fmt::format("account '{}': {}\n", command.add_account, command.disable ? "disabled" : command.role);
  return kSuccess;
}

}  // namespace afterpatch::app
