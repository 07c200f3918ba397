// A mail server that breaks where a test wants it to: real servers can't be made to lose a connection at the
// worst moment. Speaks just enough SMTP for one connection after the other, on a free port of 127.0.0.1.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace afterpatch {

class ScriptedSmtp {
 public:
  enum class Fault {
    none,
    close_at_greeting,
    close_at_mail,     // in the midst of a kept connection, too
    close_in_data,     // after 354
    close_after_end,   // took the end of DATA, says nothing
    silent_after_end,  // the same, but keeps the connection
    refuse_after_end,  // 554 5.7.1
    busy_after_end,    // 451 4.3.0
    leaving_after_end  // 421
  };
  explicit ScriptedSmtp(Fault fault);
  ~ScriptedSmtp();
  ScriptedSmtp(const ScriptedSmtp&) = delete;
  ScriptedSmtp& operator=(const ScriptedSmtp&) = delete;

  std::uint16_t port() const { return port_; }
  void set(Fault fault) { fault_ = fault; }
  int connections() const { return connections_; }
  bool saw_end() const { return saw_end_; }  // of any message
  std::vector<std::string> recipients() const;

 private:
  void serve();
  void talk(int socket);
  bool answer(int socket, const std::string& line, bool& in_data);

  std::atomic<Fault> fault_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> saw_end_ = false;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> recipients_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace afterpatch
