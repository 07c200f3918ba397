#include "app/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

namespace afterpatch::app {
namespace {

std::atomic<std::atomic<bool>*> cancelled_flag{nullptr};
std::string_view text_to_say;  // set before the handler is
static_assert(std::atomic<std::atomic<bool>*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler may touch nothing that locks");

void restore_default_actions() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

// Only what signal-safety(7) allows.
void on_signal(int /*number*/) {
  const int error_before = errno;
  if (std::atomic<bool>* flag = cancelled_flag.load()) flag->store(true);
  restore_default_actions();
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text_to_say.data(), text_to_say.size());
  errno = error_before;
}

// Without SA_RESTART, so that a wait for more standard input ends.
void watch(int number, struct sigaction& before) {
  struct sigaction action{};
  action.sa_handler = on_signal;
  ::sigaction(number, nullptr, &before);
  if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard(Progress& progress, std::string_view said) {
  text_to_say = said;
  cancelled_flag = &progress.cancelled;
  watch(SIGINT, interrupt_before_);
  watch(SIGTERM, terminate_before_);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
  cancelled_flag = nullptr;
}

}  // namespace afterpatch::app
