// 3x3 neighbourhoods laid out as rows for matrix products; see dvsk.h.
//
// Channels-last, three neighbours in a row lie together: each place copies three runs of 3 * C.

#define DVSK_PATCHES(NAME, TYPE, CONVERT)                                                       \
  static void DVSK_NAME(NAME)(                                                                  \
    dvsk_patch_rows rows, const TYPE *restrict image, float scale, float *restrict patches)     \
  {                                                                                             \
    const ptrdiff_t side = rows.side, count = rows.channel_count;                               \
    for (ptrdiff_t r = 0; r < rows.row_count; r++) {                                            \
      for (ptrdiff_t column = 0; column < side; column++) {                                     \
        for (ptrdiff_t tap_row = 0; tap_row < 3; tap_row++) {                                   \
          const ptrdiff_t row = rows.first_row + r + tap_row - 1;                               \
          float *restrict to = patches + ((r * side + column) * 9 + tap_row * 3) * count;       \
          if (row < 0 || row >= side) {                                                         \
            for (ptrdiff_t i = 0; i < 3 * count; i++) to[i] = 0;                                \
            continue;                                                                           \
          }                                                                                     \
          const ptrdiff_t first = column > 0 ? 0 : 1, end = column < side - 1 ? 3 : 2;          \
          const TYPE *restrict from = image + (row * side + column - 1) * count;                \
          for (ptrdiff_t i = 0; i < first * count; i++) to[i] = 0;                              \
          for (ptrdiff_t i = first * count; i < end * count; i++) to[i] = CONVERT(from[i]);     \
          for (ptrdiff_t i = end * count; i < 3 * count; i++) to[i] = 0;                        \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  }

#define DVSK_SCALED(value) ((float)(value) * scale)
#define DVSK_SAME(value) (value)

DVSK_PATCHES(patches_u8, uint8_t, DVSK_SCALED)
DVSK_PATCHES(patches_f32, float, DVSK_SAME)

#undef DVSK_PATCHES
#undef DVSK_SCALED
#undef DVSK_SAME
