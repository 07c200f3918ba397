#include "notify/mail/smtp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digits.h"
#include "base/text.h"
#include "notify/mail/curl_handle.h"
#include "notify/message/address.h"

namespace afterpatch::notify {
namespace {

constexpr std::size_t kMaxReply = 1024;
constexpr int kClosing = 421;  // RFC 5321, 3.8: in answer to any command

// What the last answer was about.
enum class Stage { session, sender, archive, recipient, message, end };

// Follows one transaction: which command went out last, what came back, whether the end may have gone out.
struct Transaction {
  const std::string* message = nullptr;
  std::size_t sent = 0;
  const std::function<bool()>* before_last_byte = nullptr;
  bool asked = false;    // before_last_byte was called
  bool allowed = false;  // and agreed: the end of DATA may have gone out
  std::string archive;
  Stage stage = Stage::session;
  std::string reply;

  bool over = false;  // QUIT went out: what follows is about nothing

  void command(std::string_view line) {
    over = line.starts_with("QUIT");
    if (over) return;
    reply.clear();
    stage = line.starts_with("MAIL ")                                                    ? Stage::sender
            : !archive.empty() && line.starts_with(fmt::format("RCPT TO:<{}>", archive)) ? Stage::archive
            : line.starts_with("RCPT ")                                                  ? Stage::recipient
            : line.starts_with("DATA")                                                   ? Stage::message
                                                                                         : Stage::session;
  }
  void answer(std::string_view text) {
    if (over) return;
    reply.append(text.substr(0, kMaxReply - std::min(kMaxReply, reply.size())));
  }
};

// libcurl adds the end of DATA only after this returned 0.
std::size_t next_bytes(char* buffer, std::size_t size, std::size_t count, void* pointer) {
  auto& transaction = *static_cast<Transaction*>(pointer);
  const std::size_t length = transaction.message->copy(buffer, size * count, transaction.sent);
  transaction.sent += length;
  if (length > 0) return length;
  if (!transaction.asked) {
    transaction.asked = true;
    transaction.allowed = (*transaction.before_last_byte)();
    transaction.stage = Stage::end;
    transaction.reply.clear();
  }
  return transaction.allowed ? 0 : CURL_READFUNC_ABORT;
}

int conversation(CURL*, curl_infotype kind, char* text, std::size_t size, void* pointer) {
  auto& transaction = *static_cast<Transaction*>(pointer);
  if (kind == CURLINFO_HEADER_OUT) transaction.command({text, size});
  if (kind == CURLINFO_HEADER_IN) transaction.answer({text, size});
  return 0;
}

// The last line of a reply that came whole: "550 5.1.1 No such user".
std::string_view last_line(std::string_view reply) {
  std::string_view found;
  for (const std::string_view line : split(reply, '\n'))
    if (line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_decimal_digit) &&
        (line.size() == 3 || line[3] == ' ' || line[3] == '\r'))
      found = trim(line);
  return found;
}

int code_of(std::string_view line) {
  return line.size() < 3 ? 0 : (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// RFC 2034: "class.subject.detail" right after the code.
std::string status_of(std::string_view line) {
  if (line.size() < 9) return {};
  const std::string_view word = line.substr(4, line.substr(4).find(' '));
  const auto parts = split(word, '.');
  const bool good =
      parts.size() == 3 && parts[0].size() == 1 && std::ranges::all_of(parts, [](std::string_view part) {
        return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, is_decimal_digit);
      });
  return good ? std::string(word) : std::string();
}

Handover by_code(int code) {
  return code >= 500 ? Handover::refused : Handover::deferred;
}

Handover judged(const Transaction& transaction, CURLcode result, int code) {
  if (result == CURLE_OK) return Handover::accepted;
  if (transaction.asked && !transaction.allowed) return Handover::unavailable;
  if (transaction.stage == Stage::end) return code >= 400 ? by_code(code) : Handover::unknown;
  const bool about_it = transaction.stage == Stage::recipient || transaction.stage == Stage::message;
  return about_it && code >= 400 && code != kClosing ? by_code(code) : Handover::unavailable;
}

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, 6> kNames = {"session",   "sender",  "archive mailbox",
                                                      "recipient", "message", "end of message"};
  return kNames[static_cast<std::size_t>(stage)];
}

HandoverResult told(const Transaction& transaction, CURLcode result, std::string_view detail) {
  const std::string_view line = last_line(transaction.reply);
  HandoverResult told;
  told.code = code_of(line);
  told.handover = judged(transaction, result, told.code);
  told.status = status_of(line);
  if (!line.empty()) {
    told.reply = line;
  } else if (transaction.asked && !transaction.allowed) {
    told.reply = "stopped before the end of the message";
  } else {
    told.reply = fmt::format("{} ({})", detail, stage_name(transaction.stage));
  }
  if (told.handover == Handover::unavailable && !line.empty())
    told.reply = fmt::format("{}: {}", stage_name(transaction.stage), line);
  return told;
}

HandoverResult not_tried(const Error& error, Handover handover) {
  return {.handover = handover, .code = 0, .status = {}, .reply = to_string(error)};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

Result<void> check(const SmtpSettings& settings) {
  const bool host_is_plain = !settings.host.empty() && std::ranges::all_of(settings.host, [](char c) {
    return is_hex_digit(to_lower_ascii(c)) || (to_lower_ascii(c) >= 'g' && to_lower_ascii(c) <= 'z') ||
           std::string_view(".-:_").contains(c);
  });
  if (!host_is_plain)
    return fail("mail server has no valid name", settings.host, "give a host name or an address");
  if (settings.tls == Tls::none && !is_loopback(settings.host))
    return fail("mail to another machine needs TLS", settings.host, "set TLS to starttls or implicit");
  if (settings.tls == Tls::none && !settings.user.empty() && !is_loopback(settings.host))
    return fail("a password would go out in the clear", settings.host);
  if (settings.archive.empty()) return {};
  const Result<MailAddress> archive = mail_address(settings.archive);
  if (!archive) return std::unexpected(archive.error());
  return {};
}

}  // namespace

struct SmtpClient::State {
  SmtpSettings settings;
  CurlHandle curl;
  std::uint64_t connections = 0;
  bool kept = false;  // the last message left a connection open
  std::array<char, CURL_ERROR_SIZE> error{};

  std::string url() const {
    const std::string host = settings.host.contains(':') ? "[" + settings.host + "]" : settings.host;
    const char* scheme = settings.tls == Tls::implicit ? "smtps" : "smtp";
    return fmt::format("{}://{}:{}/{}", scheme, host, settings.port, settings.greeting_name);
  }
  bool prepare(const Envelope& envelope, Transaction& transaction, CurlList& recipients);
  HandoverResult attempt(const Envelope& envelope, Transaction& transaction);
};

bool SmtpClient::State::prepare(const Envelope& envelope, Transaction& transaction, CurlList& recipients) {
  if (!settings.archive.empty()) recipients.reset(curl_slist_append(nullptr, settings.archive.c_str()));
  recipients.reset(curl_slist_append(recipients.release(), envelope.recipient.c_str()));
  curl.reset();
  bool good = curl.set(CURLOPT_URL, url()) && curl.set(CURLOPT_MAIL_FROM, envelope.sender) &&
              curl.set(CURLOPT_MAIL_RCPT, recipients.get()) && curl.set(CURLOPT_UPLOAD, 1L) &&
              curl.set(CURLOPT_READFUNCTION, next_bytes) && curl.set(CURLOPT_READDATA, &transaction) &&
              curl.set(CURLOPT_DEBUGFUNCTION, conversation) && curl.set(CURLOPT_DEBUGDATA, &transaction) &&
              curl.set(CURLOPT_VERBOSE, 1L) && curl.set(CURLOPT_PROXY, "") &&
              curl.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps") && curl.set(CURLOPT_ERRORBUFFER, error.data()) &&
              curl.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count())) &&
              curl.set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
                       std::max(1L, static_cast<long>(settings.answer_timeout.count() / 1000))) &&
              curl.set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.message_timeout.count()));
  if (settings.tls != Tls::none) good = good && curl.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!settings.ca_file.empty()) good = good && curl.set(CURLOPT_CAINFO, settings.ca_file);
  if (!settings.user.empty())
    good = good && curl.set(CURLOPT_USERNAME, settings.user) && curl.set(CURLOPT_PASSWORD, settings.password);
  return good;
}

HandoverResult SmtpClient::State::attempt(const Envelope& envelope, Transaction& transaction) {
  CurlList recipients(nullptr, curl_slist_free_all);
  error[0] = '\0';
  if (!prepare(envelope, transaction, recipients))
    return not_tried({"the mail library refused a setting", url(), {}}, Handover::unavailable);
  const CURLcode result = curl_easy_perform(curl.get());
  long opened = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_NUM_CONNECTS, &opened);
  connections += static_cast<std::uint64_t>(opened);
  kept = result == CURLE_OK;
  return told(transaction, result, error[0] != '\0' ? error.data() : curl_easy_strerror(result));
}

SmtpClient::SmtpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
SmtpClient::~SmtpClient() = default;
SmtpClient::SmtpClient(SmtpClient&&) noexcept = default;
SmtpClient& SmtpClient::operator=(SmtpClient&&) noexcept = default;

Result<SmtpClient> SmtpClient::make(SmtpSettings settings) {
  if (const Result<void> good = check(settings); !good) return std::unexpected(good.error());
  auto state = std::make_unique<State>();
  if (state->curl.get() == nullptr) return fail("the mail library can't be started");
  state->settings = std::move(settings);
  return SmtpClient(std::move(state));
}

HandoverResult SmtpClient::send(const Envelope& envelope, const std::string& message,
                                const std::function<bool()>& before_last_byte) {
  const Result<MailAddress> recipient = mail_address(envelope.recipient);
  if (!recipient) return not_tried(recipient.error(), Handover::refused);
  const Result<MailAddress> sender = mail_address(envelope.sender);
  if (!sender) return not_tried(sender.error(), Handover::unavailable);
  const Envelope checked{sender->text(), recipient->text()};
  const bool kept = state_->kept;
  const auto begin = [&] {
    Transaction transaction;
    transaction.message = &message;
    transaction.before_last_byte = &before_last_byte;
    transaction.archive = state_->settings.archive;
    return transaction;
  };
  Transaction transaction = begin();
  HandoverResult result = state_->attempt(checked, transaction);
  // A kept connection that the server closed meanwhile is found out only now. Nothing was accepted: try a new
  // one.
  const bool stale = kept && (result.code == 0 || result.code == kClosing) && !transaction.asked;
  if (!stale) return result;
  transaction = begin();
  return state_->attempt(checked, transaction);
}

std::uint64_t SmtpClient::connections() const {
  return state_->connections;
}

}  // namespace afterpatch::notify
