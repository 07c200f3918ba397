// A name server for tests, on loopback.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace afterpatch::exposure {

using Table = std::map<std::string, std::vector<std::string>>;

// A name server over UDP that answers from a table: "A mail.example.org" to addresses, "MX example.org" to
// names.
class SmallNameServer {
 public:
  explicit SmallNameServer(Table table) : table_(std::move(table)) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&local), sizeof local);
    socklen_t size = sizeof local;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size);
    port_ = ntohs(local.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~SmallNameServer() {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
  }
  std::string text() const { return "127.0.0.1:" + std::to_string(port_); }

  int questions() const { return questions_; }

 private:
  static std::string encoded(const std::string& name) {
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
      const auto end = std::min(name.find('.', at), name.size());
      out += static_cast<char>(end - at) + name.substr(at, end - at);
      at = end + 1;
    }
    return out + '\0';
  }

  std::string answer_to(const std::string& query) const {
    std::string name;
    std::size_t at = 12;
    for (; query[at] != 0; at += static_cast<unsigned char>(query[at]) + 1U)
      name += (name.empty() ? "" : ".") + query.substr(at + 1, static_cast<unsigned char>(query[at]));
    const int type = query[at + 2];
    const auto found = table_.find((type == 1    ? "A "
                                    : type == 15 ? "MX "
                                    : type == 12 ? "PTR "
                                                 : "? ") +
                                   name);
    std::string records;
    int count = 0;
    if (found != table_.end()) {
      for (const std::string& value : found->second) {
        std::string data(type == 15 ? std::string("\0\x0a", 2) + encoded(value) : std::string(4, '\0'));
        if (type == 12) data = encoded(value);
        if (type == 1) inet_pton(AF_INET, value.c_str(), data.data());
        records += std::string("\xc0\x0c\0", 3) + static_cast<char>(type) +
                   std::string("\0\x01\0\0\0\x3c\0", 7) + static_cast<char>(data.size()) + data;
        ++count;
      }
    }
    return query.substr(0, 2) + std::string("\x81\x80\0\x01\0", 5) + static_cast<char>(count) +
           std::string(4, '\0') + query.substr(12, at + 5 - 12) + records;
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd polled{socket_, POLLIN, 0};
      if (::poll(&polled, 1, 20) <= 0) continue;
      std::string query(1500, '\0');
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          ::recvfrom(socket_, query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 17) continue;
      query.resize(static_cast<std::size_t>(got));
      ++questions_;
      const std::string answer = answer_to(query);
      ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }

  Table table_;
  std::atomic<int> questions_{0};
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace afterpatch::exposure
