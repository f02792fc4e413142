// What people have asked of the rollout under way.
#pragma once

#include <string>

#include "core/rollout/look.h"

namespace slogate::core {

// The request to roll this candidate back, or to promote it, or for its running step; null when
// nobody has asked for that in this attempt.
const Request* AbortAsked(const Look& look);
const Request* FullPromotionAsked(const Look& look);
const Request* StepPromotionAsked(const Look& look);
const Request* ApprovalAsked(const Look& look);

// The policy or a person says that nothing may move.
bool PauseAsked(const Look& look);
// "The policy is paused", or by whom and when.
std::string PauseWords(const Look& look);

// " by ann at 2026-05-01T10:00:00Z", as far as the request says.
std::string ByWhom(const Request& request);

// Requests that were left before this attempt are not about it.
void SetAsideRequests(Look& look);

}  // namespace slogate::core
