#include "notify/mail_world.h"

namespace afterpatch::notify {
namespace {

Outcome outcome_of(Handover handover) {
  switch (handover) {
    case Handover::accepted:
      return Outcome::accepted;
    case Handover::refused:
      return Outcome::refused;
    case Handover::deferred:
      return Outcome::deferred;
    case Handover::unavailable:
      return Outcome::unavailable;
    case Handover::unknown:
      return Outcome::unknown;
  }
  return Outcome::unknown;
}

}  // namespace

Handed SmtpTransport::hand_over(const OutgoingMessage& message,
                                const std::function<bool()>& before_last_byte) {
  const HandoverResult result =
      client_.send({message.return_path, message.recipient}, message.bytes, before_last_byte);
  return {outcome_of(result.handover), result.reply};
}

}  // namespace afterpatch::notify
