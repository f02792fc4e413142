#include "spec/mistake.h"

namespace slogate::spec {

std::string ToString(const Mistake& mistake) {
  std::string text = mistake.file;
  if (mistake.line > 0) text += ":" + std::to_string(mistake.line);
  if (mistake.line > 0 && mistake.column > 0) text += ":" + std::to_string(mistake.column);
  if (!text.empty()) text += ": ";
  if (!mistake.field.empty()) text += mistake.field + ": ";
  text += mistake.message;
  if (!mistake.mend.empty()) text += "; " + mistake.mend;
  return text;
}

}  // namespace slogate::spec
