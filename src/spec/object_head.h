// What every object of slogate begins with.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/object_reader.h"

namespace slogate::spec {

struct ObjectHead {
  std::string name;
  std::string ns;  // empty: not given
};

// Reports an apiVersion that is not slogate's, another kind, and metadata without a sound name.
// `whose`: of what the name is, as in "the policy".
ObjectHead ReadHead(ObjectReader& object, std::string_view kind, const char* whose);

// The fields that `read` asks for.
std::vector<std::string> FieldsOf(const std::function<void(ObjectReader&)>& read);
// Fields of the spec that are written beside it are referred there.
void ReferToSpec(ObjectReader& object, const std::vector<std::string>& fields_of_spec);

}  // namespace slogate::spec
