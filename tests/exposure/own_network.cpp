#include "exposure/own_network.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace afterpatch::exposure {
namespace {

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kNotAllowed = 2;

bool leave_the_network() {
  return ::unshare(CLONE_NEWNET) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

bool switch_on_loopback() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  ifreq request{};
  std::snprintf(static_cast<char*>(request.ifr_name), IFNAMSIZ, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  const bool on = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
  ::close(socket);
  return on;
}

bool add_address(int socket, const std::string& address) {
  in6_ifreq request{};
  request.ifr6_prefixlen = 128;
  request.ifr6_ifindex = static_cast<int>(::if_nametoindex("lo"));
  return ::inet_pton(AF_INET6, address.c_str(), &request.ifr6_addr) == 1 &&
         ::ioctl(socket, SIOCSIFADDR, &request) == 0;
}

bool add_all(const std::vector<std::string>& addresses) {
  const int socket = ::socket(AF_INET6, SOCK_DGRAM, 0);
  if (socket < 0) return false;
  bool added = true;
  for (const std::string& address : addresses) added = added && add_address(socket, address);
  ::close(socket);
  return added;
}

[[noreturn]] void run_child(const std::vector<std::string>& addresses, const std::function<void()>& work) {
  if (!leave_the_network() || !switch_on_loopback() || !add_all(addresses)) _exit(kNotAllowed);
  work();
  std::fflush(stdout);
  _exit(testing::Test::HasFailure() ? kFailed : kPassed);
}

}  // namespace

OwnNetwork in_own_network(const std::vector<std::string>& addresses, const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) run_child(addresses, work);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return OwnNetwork::not_allowed;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotAllowed) return OwnNetwork::not_allowed;
  return WIFEXITED(status) && WEXITSTATUS(status) == kPassed ? OwnNetwork::passed : OwnNetwork::failed;
}

}  // namespace afterpatch::exposure
