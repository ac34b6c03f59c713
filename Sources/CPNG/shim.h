// libpng's simplified interface with what Swift cannot see of it: macros that compute.
#include <png.h>
#include <string.h>

static inline png_image CPNG_image(png_uint_32 width, png_uint_32 height,
                                   png_uint_32 palette_count) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = palette_count ? PNG_FORMAT_RGB_COLORMAP : PNG_FORMAT_RGB;
  image.colormap_entries = palette_count;
  return image;
}

/// The most bytes that a picture can become.
static inline size_t CPNG_size_bound(png_uint_32 width, png_uint_32 height,
                                     png_uint_32 palette_count) {
  png_image image = CPNG_image(width, height, palette_count);
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

/// Encodes a picture: pixels are three bytes each (sRGB), or with a palette one that is a number in it. output has room
/// for *byte_count bytes, which becomes the file's size; message is of 64 bytes. No two buffers may overlap.
/// Returns 0, and what is wrong in message, when it fails.
static inline int CPNG_encode(png_uint_32 width, png_uint_32 height, const unsigned char *pixels,
                              const unsigned char *palette, png_uint_32 palette_count,
                              unsigned char *output, size_t *byte_count, char *message) {
  png_image image = CPNG_image(width, height, palette_count);
  int succeeded = png_image_write_to_memory(&image, output, byte_count, 0, pixels, 0, palette);
  memcpy(message, image.message, sizeof image.message);
  return succeeded;
}
