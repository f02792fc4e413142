// What every object of slogate begins with.
#pragma once

#include <string>
#include <string_view>

#include "spec/object_reader.h"

namespace slogate::spec {

struct ObjectHead {
  std::string name;
  std::string ns;  // empty: not given
};

// Reports an apiVersion that is not slogate's, another kind, and metadata without a sound name.
// `whose`: of what the name is, as in "the policy".
ObjectHead ReadHead(ObjectReader& object, std::string_view kind, const char* whose);

}  // namespace slogate::spec
