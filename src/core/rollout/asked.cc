#include "core/rollout/asked.h"

namespace slogate::core {
namespace {

// Null unless the request is about this attempt of this candidate.
const Request* About(const Look& look, const std::optional<Request>& request,
                     const std::string& old) {
  const bool about = request && request->revision == look.next.candidate_revision &&
                     !request->revision.empty() && request->text != old;
  return about ? &*request : nullptr;
}

const Request* ForRunningStep(const Look& look, const Request* request) {
  return request != nullptr && request->step == look.next.step + 1 ? request : nullptr;
}

std::string TextOf(const std::optional<Request>& request, const std::string& revision) {
  return request && request->revision == revision ? request->text : "";
}

}  // namespace

const Request* AbortAsked(const Look& look) {
  return About(look, look.seen.requests.abort, look.next.old_requests.abort);
}

const Request* FullPromotionAsked(const Look& look) {
  const Request* const request =
      About(look, look.seen.requests.promote, look.next.old_requests.promote);
  return request != nullptr && request->step == 0 ? request : nullptr;
}

const Request* StepPromotionAsked(const Look& look) {
  return ForRunningStep(look,
                        About(look, look.seen.requests.promote, look.next.old_requests.promote));
}

const Request* ApprovalAsked(const Look& look) {
  return ForRunningStep(look,
                        About(look, look.seen.requests.approve, look.next.old_requests.approve));
}

bool PauseAsked(const Look& look) { return look.policy.paused || look.seen.requests.pause; }

std::string PauseWords(const Look& look) {
  if (look.policy.paused || !look.seen.requests.pause) return "The policy is paused";
  return "Paused" + ByWhom(*look.seen.requests.pause);
}

std::string ByWhom(const Request& request) {
  std::string words = " by " + (request.by.empty() ? "a person" : request.by);
  if (!request.at.empty()) words += " at " + request.at;
  return words;
}

void SetAsideRequests(Look& look) {
  const Requests& requests = look.seen.requests;
  const std::string& revision = look.next.candidate_revision;
  look.next.old_requests = {.approve = TextOf(requests.approve, revision),
                            .promote = TextOf(requests.promote, revision),
                            .abort = TextOf(requests.abort, revision)};
}

}  // namespace slogate::core
