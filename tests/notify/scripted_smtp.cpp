#include "notify/scripted_smtp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace afterpatch {
namespace {

void say(int socket, const std::string& text) {
  ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

ScriptedSmtp::ScriptedSmtp(Fault fault) : fault_(fault) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(listening_, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  ::listen(listening_, 8);
  thread_ = std::thread([this] { serve(); });
}

ScriptedSmtp::~ScriptedSmtp() {
  stopping_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  thread_.join();
  ::close(listening_);
}

std::vector<std::string> ScriptedSmtp::recipients() const {
  const std::lock_guard lock(mutex_);
  return recipients_;
}

void ScriptedSmtp::serve() {
  while (!stopping_) {
    const int socket = ::accept(listening_, nullptr, nullptr);
    if (socket < 0) continue;
    ++connections_;
    talk(socket);
    ::close(socket);
  }
}

void ScriptedSmtp::talk(int socket) {
  if (fault_ == Fault::close_at_greeting) return;
  say(socket, "220 test\r\n");
  std::string held;
  bool in_data = false;
  while (!stopping_) {
    pollfd ready{socket, POLLIN, 0};
    if (::poll(&ready, 1, 50) == 0) continue;
    char bytes[4096];
    const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
    if (count <= 0) return;
    held.append(bytes, static_cast<std::size_t>(count));
    for (std::size_t end = held.find("\r\n"); end != std::string::npos; end = held.find("\r\n")) {
      const std::string line = held.substr(0, end);
      held.erase(0, end + 2);
      if (!answer(socket, line, in_data)) return;
    }
  }
}

bool ScriptedSmtp::answer(int socket, const std::string& line, bool& in_data) {
  if (in_data) {
    if (line != ".") return true;
    in_data = false;
    saw_end_ = true;
    switch (fault_) {
      case Fault::close_after_end:
        return false;
      case Fault::silent_after_end:
        return true;
      case Fault::refuse_after_end:
        say(socket, "554 5.7.1 no thanks\r\n");
        return true;
      case Fault::busy_after_end:
        say(socket, "451 4.3.0 later\r\n");
        return true;
      case Fault::leaving_after_end:
        say(socket, "421 4.3.2 going down\r\n");
        return false;
      default:
        say(socket, "250 2.0.0 taken\r\n");
        return true;
    }
  }
  if (line.starts_with("MAIL") && fault_ == Fault::close_at_mail) return false;
  if (line.starts_with("RCPT")) {
    const std::lock_guard lock(mutex_);
    recipients_.push_back(line);
  }
  if (line.starts_with("DATA")) {
    say(socket, "354 go on\r\n");
    in_data = true;
    return fault_ != Fault::close_in_data;
  }
  say(socket, line.starts_with("EHLO") ? "250-test\r\n250 ENHANCEDSTATUSCODES\r\n" : "250 2.0.0 ok\r\n");
  return !line.starts_with("QUIT");
}

}  // namespace afterpatch
