#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/kube_policy_admin.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

json With(const char* annotation, const std::string& value) {
  return {{"metadata", {{"annotations", {{annotation, value}}}}}};
}

TEST(RequestAnnotationsTest, NothingIsRequestedWithoutAnnotations) {
  EXPECT_EQ(RequestsOf(json::object()), core::Requests());
  EXPECT_EQ(RequestsOf(json::array({1})), core::Requests());
  EXPECT_EQ(RetryWord(json::object()), "");
}

TEST(RequestAnnotationsTest, AnApprovalNamesARevisionAndAStepAndWhoAndWhen) {
  const std::string text = "abc/def/3 by Ann Lee at 2026-05-01T10:00:00Z";
  const core::Request approval{"abc/def", 3, "Ann Lee", "2026-05-01T10:00:00Z", text};
  EXPECT_EQ(RequestsOf(With(kApproveAnnotation, text)).approve, approval);
}

TEST(RequestAnnotationsTest, WhoAndWhenMayBeLeftOut) {
  EXPECT_EQ(RequestsOf(With(kAbortAnnotation, "abc")).abort,
            (core::Request{"abc", 0, "", "", "abc"}));
  EXPECT_EQ(RequestsOf(With(kAbortAnnotation, "abc at noon")).abort,
            (core::Request{"abc", 0, "", "noon", "abc at noon"}));
  EXPECT_EQ(RequestsOf(With(kAbortAnnotation, "abc because")).abort,
            (core::Request{"abc", 0, "", "", "abc because"}));
}

TEST(RequestAnnotationsTest, APromotionMayNameAStep) {
  EXPECT_EQ(RequestsOf(With(kPromoteAnnotation, "abc")).promote->step, 0);
  EXPECT_EQ(RequestsOf(With(kPromoteAnnotation, "abc/2")).promote->step, 2);
}

TEST(RequestAnnotationsTest, AnUndoNamesWhatProductionRunsAndWhetherItIsAtOnce) {
  const core::Request judged = *RequestsOf(With(kUndoAnnotation, "abc by ann")).undo;
  EXPECT_EQ(judged, (core::Request{"abc", 0, "ann", "", "abc by ann"}));
  const core::Request now = *RequestsOf(With(kUndoAnnotation, "abc/now at noon")).undo;
  EXPECT_EQ(now.revision, "abc");
  EXPECT_TRUE(now.now);
  for (const char* word : {"/now", "abc/", "abc/2", "abc/now/now", "abc/soon"}) {
    const core::Requests requests = RequestsOf(With(kUndoAnnotation, word));
    EXPECT_EQ(requests.undo, std::nullopt) << word;
    EXPECT_EQ(
        requests.problem,
        "annotation slogate.dev/undo is not <revision> or <revision>/now; correct or remove it");
  }
}

TEST(RequestAnnotationsTest, APauseAndAResumeNeedNoRevision) {
  EXPECT_EQ(RequestsOf(With(kPauseAnnotation, "yes by ann")).pause->by, "ann");
  EXPECT_EQ(RequestsOf(With(kResumeAnnotation, "noon by ann")).resume, "noon by ann");
  EXPECT_EQ(RetryWord(With(kRetryAnnotation, "abc at noon")), "@abc at noon");
}

TEST(RequestAnnotationsTest, ALooseWordIsNoApprovalAndSaysSo) {
  for (const char* word :
       {"abc", "abc/", "/1", "abc/0", "abc/-1", "abc/1x", "abc/ 1", "abc/99999999999999999999"}) {
    const core::Requests requests = RequestsOf(With(kApproveAnnotation, word));
    EXPECT_EQ(requests.approve, std::nullopt) << word;
    EXPECT_EQ(requests.problem,
              "annotation slogate.dev/approve is not <revision>/<step>; correct or remove it");
  }
  EXPECT_EQ(RequestsOf(With(kAbortAnnotation, "abc/2")).abort, std::nullopt);
}

TEST(RequestAnnotationsTest, TextOfStrangersIsBoundedAndPrintable) {
  const std::string long_name(5000, 'x');
  const core::Requests requests = RequestsOf(With(kAbortAnnotation, "abc by a\nb" + long_name));
  EXPECT_LE(requests.abort->text.size(), 256u);
  EXPECT_EQ(requests.abort->by.substr(0, 3), "a b");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
