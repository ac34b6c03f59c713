// 3x3 convolution of spikes, packed as bits, that skips zeros, and its weight gradient; see dvsk.h.

/// Computes `count` times 16 output channels, from `first` on, of one pixel and time step.
DVSK_INLINE void DVSK_NAME(spike_block)(
  const dvsk_spike_image *image, const dvsk_spike_output *output, ptrdiff_t row,
  ptrdiff_t column, ptrdiff_t step, ptrdiff_t first, const int count, dvsk_f16 *sums,
  dvsk_f16 *squares)
{
  const ptrdiff_t width = image->width, words = image->word_count;
  dvsk_f16 total[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) total[i] = 0.0f;
  const uint64_t *bits = image->bits + step * image->step_stride;
  for (ptrdiff_t tap_row = 0; tap_row < 3; tap_row++) {
    const ptrdiff_t from_row = row + tap_row - 1;
    if (from_row < 0 || from_row >= image->height) continue;
    const ptrdiff_t first_tap = column > 0 ? 0 : 1, end_tap = column < width - 1 ? 3 : 2;
    for (ptrdiff_t tap = first_tap; tap < end_tap; tap++) {
      const uint64_t *pixel =
        bits + (from_row * width + column + tap - 1) * image->bit_plane_count * words;
      const float *weights = output->weights
        + (tap_row * 3 + tap) * image->channel_count * output->channel_count + first;
      for (ptrdiff_t word = 0; word < image->bit_plane_count * words; word++) {
        uint64_t mask = pixel[word];
        const float *rows = weights + word % words * 64 * output->channel_count;
        while (mask) {
          const float *from = rows + __builtin_ctzll(mask) * output->channel_count;
          mask &= mask - 1;
#pragma clang loop unroll(full)
          for (int i = 0; i < count; i++) total[i] += DVSK_NAME(load)(from + 16 * i);
        }
      }
    }
  }
  float *to = output->values
    + ((row - output->first_row) * width + column) * output->pixel_stride
    + step * output->channel_count + first;
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    const dvsk_f16 value = total[i] * output->scale;
    DVSK_NAME(store)(to + 16 * i, value);
    sums[i] += value;
    squares[i] += value * value;
  }
}

DVSK_INLINE void DVSK_NAME(spike_blocks)(
  const dvsk_spike_image *image, const dvsk_spike_output *output, ptrdiff_t row,
  ptrdiff_t first, const int count)
{
  for (ptrdiff_t column = 0; column < image->width; column++) {
    dvsk_f16 sums[8], squares[8];
    for (int i = 0; i < count; i++) sums[i] = squares[i] = 0.0f;
    for (ptrdiff_t step = 0; step < image->step_count; step++) {
      DVSK_NAME(spike_block)(
        image, output, row, column, step, first, count, sums, squares);
      const int flushes = output->group_stride || step == image->step_count - 1;
      if (output->sums && flushes) {
        const ptrdiff_t group = step * output->group_stride + first;
        for (int i = 0; i < count; i++) {
          DVSK_NAME(add_to_doubles)(output->sums + group + 16 * i, sums[i]);
          DVSK_NAME(add_to_doubles)(output->squares + group + 16 * i, squares[i]);
          sums[i] = squares[i] = 0.0f;
        }
      }
    }
  }
}

static void DVSK_NAME(spike_forward)(
  const dvsk_spike_image *image, const dvsk_spike_output *output, ptrdiff_t first_row,
  ptrdiff_t row_count)
{
  for (ptrdiff_t row = first_row; row < first_row + row_count; row++) {
    ptrdiff_t first = 0;
    while (first < output->channel_count) {
      const ptrdiff_t left = (output->channel_count - first) / 16;
      if (left >= 8 && DVSK_BLOCK >= 8) {
        DVSK_NAME(spike_blocks)(image, output, row, first, 8);
        first += 128;
      } else if (left >= 4) {
        DVSK_NAME(spike_blocks)(image, output, row, first, 4);
        first += 64;
      } else if (left >= 2) {
        DVSK_NAME(spike_blocks)(image, output, row, first, 2);
        first += 32;
      } else {
        DVSK_NAME(spike_blocks)(image, output, row, first, 1);
        first += 16;
      }
    }
  }
}

/// Transposes a matrix of 64 x 64 bits: bit j of word i becomes bit i of word j.
static void DVSK_NAME(transpose_bits)(uint64_t *words)
{
  uint64_t mask = 0x00000000ffffffffull;
  for (int distance = 32; distance; distance >>= 1, mask ^= mask << distance) {
    for (int i = 0; i < 64; i = ((i | distance) + 1) & ~distance) {
      const uint64_t swapped = (words[i] >> distance ^ words[i | distance]) & mask;
      words[i] ^= swapped << distance;
      words[i | distance] ^= swapped;
    }
  }
}

/// Adds the gradients of the pixels whose bits are set in masks [words] to weights, for `count` times 16 output channels.
///
/// The pixels of consecutive words are word_stride elements apart in gradient.
DVSK_INLINE void DVSK_NAME(gradient_block)(
  const uint64_t *masks, ptrdiff_t word_count, ptrdiff_t word_stride, const float *gradient,
  ptrdiff_t channels, float *weights, const int count)
{
  dvsk_f16 total[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) total[i] = DVSK_NAME(load)(weights + 16 * i);
  for (ptrdiff_t word = 0; word < word_count; word++, gradient += word_stride) {
    uint64_t mask = masks[word];
    while (mask) {
      const float *from = gradient + __builtin_ctzll(mask) * channels;
      mask &= mask - 1;
#pragma clang loop unroll(full)
      for (int i = 0; i < count; i++) total[i] += DVSK_NAME(load)(from + 16 * i);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) DVSK_NAME(store)(weights + 16 * i, total[i]);
}

/// A range of at most 64 columns of an image, so that a word has a bit for each of them.
typedef struct {
  ptrdiff_t first;
  ptrdiff_t count;
} DVSK_NAME(columns);

/// The bits of 64 channels at a pixel; 0 if the column is outside the image.
DVSK_INLINE uint64_t DVSK_NAME(word_at)(
  const dvsk_spike_image *image, ptrdiff_t bit_plane, ptrdiff_t word, ptrdiff_t row, ptrdiff_t column)
{
  if (column < 0 || column >= image->width) return 0;
  return image->bits[
    ((row * image->width + column) * image->bit_plane_count + bit_plane) * image->word_count + word];
}

/// Sets masks [3, row_count + 2, inputs] for the inputs first_input ..< end_input: the columns of each row in which an input
/// spikes, shifted by one column for each of the three columns of taps.
static void DVSK_NAME(column_masks)(
  const dvsk_spike_image *image, ptrdiff_t bit_plane, DVSK_NAME(columns) columns, ptrdiff_t first_row,
  ptrdiff_t row_count, ptrdiff_t first_input, ptrdiff_t end_input, uint64_t *masks)
{
  const ptrdiff_t inputs = image->channel_count, tap_stride = (row_count + 2) * inputs;
  const ptrdiff_t count = columns.count, end = columns.first + count;
  const uint64_t used = count == 64 ? ~0ull : (1ull << count) - 1;
  // Transposes as many rows together as fit into a word.
  const ptrdiff_t rows_at_once = 64 / count;
  for (ptrdiff_t group = 0; group < row_count + 2; group += rows_at_once) {
    const ptrdiff_t left = row_count + 2 - group;
    const ptrdiff_t rows = left < rows_at_once ? left : rows_at_once;
    for (ptrdiff_t word = first_input / 64; word * 64 < end_input; word++) {
      uint64_t bits[64] = {0};
      for (ptrdiff_t r = 0; r < rows; r++) {
        const ptrdiff_t row = first_row + group + r - 1;
        if (row < 0 || row >= image->height) continue;
        for (ptrdiff_t column = 0; column < count; column++)
          bits[r * count + column] =
            DVSK_NAME(word_at)(image, bit_plane, word, row, columns.first + column);
      }
      DVSK_NAME(transpose_bits)(bits);
      const ptrdiff_t first = word * 64 < first_input ? first_input - word * 64 : 0;
      for (ptrdiff_t r = 0; r < rows; r++) {
        const ptrdiff_t row = first_row + group + r - 1;
        const int is_inside = row >= 0 && row < image->height;
        const uint64_t before =
          is_inside ? DVSK_NAME(word_at)(image, bit_plane, word, row, columns.first - 1) : 0;
        const uint64_t after = is_inside ? DVSK_NAME(word_at)(image, bit_plane, word, row, end) : 0;
        for (ptrdiff_t i = first; i < 64 && word * 64 + i < end_input; i++) {
          const uint64_t own = bits[i] >> (r * count) & used;
          uint64_t *to = masks + (group + r) * inputs + word * 64 + i;
          to[0] = (own << 1 & used) | (before >> i & 1);
          to[tap_stride] = own;
          to[2 * tap_stride] = own >> 1 | (after >> i & 1) << (count - 1);
        }
      }
    }
  }
}

/// Adds the weight gradient of one range of columns.
DVSK_INLINE void DVSK_NAME(spike_weight_gradient_columns)(
  const dvsk_spike_image *image, const float *gradient, ptrdiff_t channels,
  DVSK_NAME(columns) columns, ptrdiff_t first_row, ptrdiff_t row_count, ptrdiff_t first_input,
  ptrdiff_t end_input, float *weights, uint64_t *masks)
{
  const ptrdiff_t inputs = image->channel_count;
  // If a whole row fits into a word, a word contains as many rows as fit.
  const ptrdiff_t word_rows = columns.count == image->width ? 64 / image->width : 1;
  const ptrdiff_t word_count = (row_count + word_rows - 1) / word_rows;
  for (ptrdiff_t bit_plane = 0; bit_plane < image->bit_plane_count; bit_plane++) {
    DVSK_NAME(column_masks)(
      image, bit_plane, columns, first_row, row_count, first_input, end_input, masks);
    for (ptrdiff_t tap = 0; tap < 9; tap++) {
      const uint64_t *rows = masks + (tap % 3 * (row_count + 2) + tap / 3) * inputs;
      for (ptrdiff_t input = first_input; input < end_input; input++) {
        uint64_t pixels[DVSK_GRADIENT_WORDS], any = 0;
        for (ptrdiff_t word = 0, r = 0; word < word_count; word++) {
          uint64_t mask = 0;
          for (ptrdiff_t in_word = 0; in_word < word_rows && r < row_count; in_word++, r++)
            mask |= rows[r * inputs + input] << (in_word * columns.count);
          pixels[word] = mask;
          any |= mask;
        }
        if (!any) continue;
        float *to = weights + (tap * inputs + input) * channels;
        const ptrdiff_t stride = word_rows * image->width * channels;
        ptrdiff_t first = 0;
        while (first < channels) {
          const ptrdiff_t left = (channels - first) / 16;
          if (left >= 8 && DVSK_BLOCK >= 8) {
            DVSK_NAME(gradient_block)(
              pixels, word_count, stride, gradient + first, channels, to + first, 8);
            first += 128;
          } else if (left >= 4) {
            DVSK_NAME(gradient_block)(
              pixels, word_count, stride, gradient + first, channels, to + first, 4);
            first += 64;
          } else {
            DVSK_NAME(gradient_block)(
              pixels, word_count, stride, gradient + first, channels, to + first, 1);
            first += 16;
          }
        }
      }
    }
  }
}

static void DVSK_NAME(spike_weight_gradient)(
  const dvsk_spike_image *image, const float *gradient, ptrdiff_t channels, ptrdiff_t first_row,
  ptrdiff_t row_count, ptrdiff_t first_input, ptrdiff_t end_input, float *weights, uint64_t *masks)
{
  // The processor cannot predict which gradients the spikes select, so all are prefetched. Only the first slice of inputs
  // does this, since the others follow it.
  for (ptrdiff_t number = 0; first_input == 0 && number < row_count * image->width * channels; number += 16)
    __builtin_prefetch(gradient + number, 0, 2);
  for (ptrdiff_t first = 0; first < image->width; first += 64) {
    const ptrdiff_t left = image->width - first;
    const DVSK_NAME(columns) columns = {first, left < 64 ? left : 64};
    DVSK_NAME(spike_weight_gradient_columns)(
      image, gradient + first * channels, channels, columns, first_row, row_count, first_input,
      end_input, weights, masks);
  }
}

static void DVSK_NAME(expand_bits)(
  const dvsk_spike_image *image, float scale, float *restrict to)
{
  const ptrdiff_t words = image->word_count, bit_planes = image->bit_plane_count;
  for (ptrdiff_t pixel = 0; pixel < image->height * image->width; pixel++) {
    const uint64_t *from = image->bits + pixel * bit_planes * words;
    float *restrict row = to + pixel * image->channel_count;
    for (ptrdiff_t c = 0; c < image->channel_count; c++) {
      int count = 0;
      for (ptrdiff_t bit_plane = 0; bit_plane < bit_planes; bit_plane++)
        count += from[bit_plane * words + c / 64] >> (c % 64) & 1;
      row[c] = (float)count * scale;
    }
  }
}

static void DVSK_NAME(add_moments)(
  const float *values, ptrdiff_t pixel_count, ptrdiff_t pixel_stride, ptrdiff_t channels,
  double *sums, double *squares)
{
  for (ptrdiff_t c = 0; c < channels; c += 16) {
    for (ptrdiff_t first = 0; first < pixel_count; first += 64) {
      dvsk_f16 sum = 0.0f, square = 0.0f;
      const ptrdiff_t end = first + 64 < pixel_count ? first + 64 : pixel_count;
      for (ptrdiff_t pixel = first; pixel < end; pixel++) {
        const dvsk_f16 value = DVSK_NAME(load)(values + pixel * pixel_stride + c);
        sum += value;
        square += value * value;
      }
      DVSK_NAME(add_to_doubles)(sums + c, sum);
      DVSK_NAME(add_to_doubles)(squares + c, square);
    }
  }
}
