#include "include/gpu_images.h"

// Clang has #embed in every version of C, and warns before C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char image_75[] = {
#embed "kernels_75.ptx.gz"
};

static const unsigned char image_80[] = {
#embed "kernels_80.ptx.gz"
};

const unsigned char *gpu_image(int architecture, size_t *count)
{
  *count = architecture >= 80 ? sizeof image_80 : sizeof image_75;
  return architecture >= 80 ? image_80 : image_75;
}
