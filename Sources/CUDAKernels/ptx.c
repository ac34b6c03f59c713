#include "include/gpu_image.h"

// The file ends with a 0.
static const unsigned char image[] = {
#embed "kernels.ptx"
};
const size_t gpu_image_count = sizeof image;

const unsigned char *gpu_image_address(void) { return image; }
