// The parts of a picture that every chart shares.
#pragma once

#include <string>
#include <string_view>

namespace slogate::app {

// Pure; any thread.

// A coordinate, to a tenth of a pixel.
std::string Pixels(double value);

// Opens a document of that size, with the colours of light and of dark; "</svg>" closes it.
std::string OpenPicture(int width, int height, std::string_view title);

}  // namespace slogate::app
