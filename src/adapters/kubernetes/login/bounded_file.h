// Small files, read whole.
#pragma once

#include <string>

#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// The text of a regular file of at most one mebibyte. kNotFound when there is no such file,
// kInvalidArgument when it is too large, not regular or not readable. Messages name the path.
ports::Result<std::string> ReadBoundedFile(const std::string& path);

}  // namespace slogate::adapters::kubernetes
