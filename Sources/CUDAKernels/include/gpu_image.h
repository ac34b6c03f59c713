#pragma once

#include <stddef.h>

/// The kernels as PTX, a text that ends with a 0; the driver compiles it for the GPU that is there.
const unsigned char *gpu_image_address(void);
extern const size_t gpu_image_count;
