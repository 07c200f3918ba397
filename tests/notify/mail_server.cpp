#include "notify/mail_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>

namespace afterpatch {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* kMaster = "/usr/lib/postfix/sbin/master";
constexpr const char* kDovecot = "/usr/sbin/dovecot";

// Postfix waits for two seconds before it reads a file that is younger than that.
void write_old(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

// A socket connected to the server at `port`; -1 if there is none.
int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  ::close(socket);
  return -1;
}

bool connects(std::uint16_t port) {
  const int socket = connected(port);
  if (socket >= 0) ::close(socket);
  return socket >= 0;
}

bool greets_now(std::uint16_t port) {
  const int socket = connected(port);
  if (socket < 0) return false;
  const timeval wait{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  char byte = 0;
  const bool answered = ::recv(socket, &byte, 1, 0) == 1;
  ::close(socket);
  return answered;
}

bool greets(std::uint16_t port, milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!greets_now(port)) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

// Starts a program that gets SIGTERM when this process ends.
pid_t run(std::vector<std::string> arguments, const fs::path& output) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setpgid(0, 0);  // Postfix's master ends its workers by their group
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(file, 1);
  ::dup2(file, 2);
  ::closefrom(3);
  ::execv(pointers[0], pointers.data());
  ::_exit(127);
}

// Workers live a moment longer than their master, and hold its port. Zombies stay in the group until init has
// time for them, so it is the port that is asked.
void kill_group(pid_t group, std::uint16_t port) {
  ::kill(-group, SIGKILL);
  ::waitpid(group, nullptr, 0);
  while (connects(port)) std::this_thread::sleep_for(milliseconds(2));
}

void end(pid_t& process, std::uint16_t port) {
  if (process == 0) return;
  ::kill(process, SIGTERM);
  for (int tries = 0; tries < 500 && ::waitpid(process, nullptr, WNOHANG) == 0; ++tries)
    std::this_thread::sleep_for(milliseconds(10));
  kill_group(process, port);
  process = 0;
}

void make_certificate(const fs::path& certificate_file, const fs::path& key_file) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const auto write_to = [](const fs::path& path, auto writer) {
    FILE* file = std::fopen(path.c_str(), "w");
    writer(file);
    std::fclose(file);
  };
  write_to(certificate_file, [&](FILE* file) { PEM_write_X509(file, certificate.get()); });
  write_to(key_file,
           [&](FILE* file) { PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

// Mail is owned by "nobody": both servers refuse to deliver as root.
constexpr int kMailUser = 65534;

void give_to(const fs::path& path, uid_t user, gid_t group, mode_t mode) {
  fs::create_directories(path);
  ::chmod(path.c_str(), mode);
  if (::chown(path.c_str(), user, group) != 0) throw std::runtime_error("chown of " + path.string());
}

// One line of the table of postconf: master.cf(5).
std::string service(std::string_view name, std::string_view type, std::string_view rest) {
  return fmt::format("{:<24}{:<12}{}\n", name, type, rest);
}

std::string master_file(std::uint16_t port) {
  return service(fmt::format("127.0.0.1:{}", port), "inet", "n - n - - smtpd") +
         service("pickup", "unix", "n - n 60 1 pickup") + service("cleanup", "unix", "n - n - 0 cleanup") +
         service("qmgr", "unix", "n - n 300 1 qmgr") + service("tlsmgr", "unix", "- - n 1000? 1 tlsmgr") +
         service("rewrite", "unix", "- - n - - trivial-rewrite") +
         service("bounce", "unix", "- - n - 0 bounce") + service("defer", "unix", "- - n - 0 bounce") +
         service("trace", "unix", "- - n - 0 bounce") + service("proxymap", "unix", "- - n - - proxymap") +
         service("error", "unix", "- - n - - error") + service("retry", "unix", "- - n - - error") +
         service("discard", "unix", "- - n - - discard") + service("virtual", "unix", "- n n - - virtual") +
         service("anvil", "unix", "- - n - 1 anvil") + service("scache", "unix", "- - n - 1 scache") +
         service("postlog", "unix-dgram", "n - n - 1 postlogd");
}

std::string main_file(const fs::path& folder, bool login) {
  return fmt::format(
      "compatibility_level = 3.6\n"
      "myhostname = mx.agency.example\nmydestination =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n"
      "queue_directory = {0}/queue\ndata_directory = {0}/data\nmail_owner = postfix\nsetgid_group = "
      "postdrop\n"
      "daemon_directory = /usr/lib/postfix/sbin\ncommand_directory = /usr/sbin\n"
      "maillog_file = {0}/postfix.log\nmaillog_file_prefixes = {0}\n"
      "disable_dns_lookups = yes\nsmtpd_peername_lookup = no\nbiff = no\nin_flow_delay = 0\nalias_maps "
      "=\nlocal_recipient_maps "
      "=\n"
      "mynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks, reject\n"
      "smtpd_recipient_restrictions = check_recipient_access regexp:{0}/recipients, permit_mynetworks, "
      "reject\n"
      "smtpd_client_connection_rate_limit = 0\nsmtpd_client_connection_count_limit = 0\n"
      "default_transport = error:no mail leaves this machine\nrelay_transport = error:no mail leaves\n"
      "virtual_alias_maps = regexp:{0}/forwards\ntransport_maps = regexp:{0}/transports\nrecipient_delimiter "
      "= +\n"
      "virtual_mailbox_domains = static:all\nvirtual_mailbox_base = {0}/mail\n"
      "virtual_mailbox_maps = regexp:{0}/mailboxes\nvirtual_uid_maps = static:{1}\nvirtual_gid_maps = "
      "static:{1}\n"
      "virtual_minimum_uid = 1\nvirtual_mailbox_limit = 0\n"
      "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {0}/certificate.pem\nsmtpd_tls_key_file = "
      "{0}/key.pem\n"
      "smtpd_sasl_type = dovecot\nsmtpd_sasl_path = {0}/auth\nsmtpd_sasl_auth_enable = {2}\n",
      folder.string(), kMailUser, login ? "yes" : "no");
}

}  // namespace

std::string MailServer::why_not() {
  if (::geteuid() != 0) return "Postfix can be started by root only; this test needs a real mail server";
  if (!fs::exists(kMaster)) return "Postfix is not installed (Debian: postfix)";
  if (!fs::exists(kDovecot)) return "Dovecot is not installed (Debian: dovecot-imapd)";
  return {};
}

MailServer::MailServer(MailServerSettings settings) : settings_(std::move(settings)) {
  std::string name =
      (fs::temp_directory_path() / fmt::format("afterpatch-mail-{}-XXXXXX", ::getpid())).string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder for a mail server");
  folder_ = name;
  ::chmod(name.c_str(), 0755);
  if (settings_.smtp_port == 0) settings_.smtp_port = free_port();
  make_certificate(certificate(), folder_ / "key.pem");
  give_to(folder_ / "mail", kMailUser, kMailUser, 0755);
  write_postfix();
  if (settings_.imap) write_dovecot();
  start();
}

MailServer::~MailServer() {
  kill();
  end(dovecot_, imap_port_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::filesystem::path MailServer::certificate() const {
  return folder_ / "certificate.pem";
}

void MailServer::write_postfix() {
  const passwd* owner = ::getpwnam("postfix");
  if (owner == nullptr) throw std::runtime_error("no user 'postfix'");
  give_to(folder_ / "data", owner->pw_uid, owner->pw_gid, 0700);
  give_to(folder_ / "queue", 0, 0, 0755);
  give_to(folder_ / "queue" / "pid", 0, 0, 0755);
  for (const char* part : {"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                           "maildrop", "private", "public", "saved", "trace"})
    give_to(folder_ / "queue" / part, owner->pw_uid, 0, 0755);
  fs::create_directories(folder_ / "postfix");
  write_old(folder_ / "postfix" / "main.cf", main_file(folder_, settings_.imap));
  write_old(folder_ / "postfix" / "master.cf", master_file(settings_.smtp_port));
  write_old(
      folder_ / "recipients",
      "/@refused\\.example$/ 550 5.1.1 No such user here\n/@busy\\.example$/ 451 4.3.2 Try again later\n");
  write_old(folder_ / "transports", "/@gone\\.later-refused\\.example$/ error:5.1.1 No such user there\n");
  write_old(folder_ / "forwards", "/^(.*)@later-refused\\.example$/ $1@gone.later-refused.example\n");
  std::string mailboxes;
  for (const std::string& mailbox : settings_.mailboxes)
    mailboxes += fmt::format("/^{0}(\\+.*)?@agency\\.example$/ {0}/\n", mailbox);
  write_old(folder_ / "mailboxes", mailboxes + "/./ everyone/\n");
}

void MailServer::write_dovecot() {
  imap_port_ = free_port();
  fs::create_directories(folder_ / "dovecot");
  write_old(
      folder_ / "dovecot" / "dovecot.conf",
      fmt::format("base_dir = {0}/dovecot/run\nstate_dir = {0}/dovecot/state\nlog_path = {0}/dovecot.log\n"
                  "protocols = imap\nlisten = 127.0.0.1\nmail_location = maildir:{0}/mail/%n\n"
                  "first_valid_uid = 1\nmail_uid = {1}\nmail_gid = {1}\ndisable_plaintext_auth = no\n"
                  "ssl = yes\nssl_cert = <{0}/certificate.pem\nssl_key = <{0}/key.pem\n"
                  "auth_mechanisms = plain login\n"
                  "passdb {{\n driver = static\n args = password={2}\n}}\n"
                  "userdb {{\n driver = static\n args = uid={1} gid={1} home={0}/mail/%n\n}}\n"
                  "service imap-login {{\n inet_listener imap {{\n port = {3}\n }}\n"
                  " inet_listener imaps {{\n port = 0\n }}\n}}\n"
                  "service auth {{\n unix_listener {0}/auth {{\n mode = 0666\n }}\n}}\n",
                  folder_.string(), kMailUser, password(), imap_port_));
}

void MailServer::start_postfix() {
  postfix_ = run({kMaster, "-c", (folder_ / "postfix").string(), "-d"}, folder_ / "master.log");
  if (!greets(settings_.smtp_port, milliseconds(15000)))
    throw std::runtime_error("Postfix does not answer: " + read(folder_ / "master.log") + log());
}

void MailServer::start_dovecot() {
  dovecot_ =
      run({kDovecot, "-F", "-c", (folder_ / "dovecot" / "dovecot.conf").string()}, folder_ / "dovecot.out");
  if (!greets(imap_port_, milliseconds(15000)))
    throw std::runtime_error("Dovecot does not answer: " + read(folder_ / "dovecot.out") +
                             read(folder_ / "dovecot.log"));
}

void MailServer::start() {
  if (settings_.imap && dovecot_ == 0) start_dovecot();
  if (postfix_ == 0) start_postfix();
}

void MailServer::stop() {
  end(postfix_, settings_.smtp_port);
  end(dovecot_, imap_port_);
}

void MailServer::kill() {
  if (postfix_ == 0) return;
  kill_group(postfix_, settings_.smtp_port);
  postfix_ = 0;
}

std::filesystem::path MailServer::maildir(const std::string& mailbox) const {
  return folder_ / "mail" / mailbox;
}

std::vector<std::string> MailServer::delivered() const {
  std::vector<fs::path> files;
  std::error_code gone;  // a message may move from new to cur meanwhile
  for (const fs::directory_entry& mailbox : fs::directory_iterator(folder_ / "mail", gone))
    for (const char* part : {"new", "cur"})
      for (const fs::directory_entry& file : fs::directory_iterator(mailbox.path() / part, gone))
        files.push_back(file.path());
  std::ranges::sort(files);
  std::vector<std::string> messages;
  for (const fs::path& file : files) messages.push_back(read(file));
  return messages;
}

std::vector<std::string> MailServer::delivered_to(const std::string& recipient) const {
  std::vector<std::string> messages = delivered();
  const std::string sign = "Delivered-To: " + recipient + "\n";
  std::erase_if(messages, [&](const std::string& message) {
    const std::string head = message.substr(0, message.find("\n\n") + 1);
    return !("\n" + head).contains("\n" + sign);
  });
  return messages;
}

std::vector<std::string> MailServer::wait_for(const std::string& recipient, std::size_t count,
                                              milliseconds patience) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    std::vector<std::string> messages = delivered_to(recipient);
    if (messages.size() >= count || std::chrono::steady_clock::now() > end) return messages;
    std::this_thread::sleep_for(milliseconds(20));
  }
}

bool MailServer::queue_is_empty() const {
  for (const char* part : {"maildrop", "incoming", "active", "deferred"}) {
    std::error_code gone;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "queue" / part, gone))
      if (entry.is_regular_file(gone)) return false;
  }
  return true;
}

std::string MailServer::log() const {
  return read(folder_ / "postfix.log");
}

}  // namespace afterpatch
