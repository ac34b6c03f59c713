#pragma once

#include <stddef.h>

/// The kernels as PTX, compressed by gzip; the driver compiles them for the GPU at hand.
///
/// architecture is 10 · major + minor of the GPU's compute capability, from 75 on.
const unsigned char *gpu_image(int architecture, size_t *count);
