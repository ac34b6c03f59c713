// giflib with what Swift cannot see of it: an array without a size.
#include <gif_lib.h>

/// A row of a character's picture, 8 pixels of 8, the leftmost in the highest bit; of ASCII, others repeat it.
static inline unsigned char CGIF_font_row(unsigned char character, int row) {
  return GifAsciiTable8x8[character & 127][row & 7];
}
