// The first convolution, whose input is event counts, mostly zero; see dvsk.h.
//
// The neighbourhood of a pixel has 9 P inputs, where P is the number of polarities: input k is that of
// k = (row * 3 + column) * P + polarity. In memory it is three runs, one for each row, of 3 P counts.

/// The neighbourhood's inputs that are not zero, as bits.
DVSK_INLINE uint32_t DVSK_NAME(nonzero)(
  const dvsk_count_image *image, const float *pixel, const int polarities)
{
  const int length = 3 * polarities;
  uint32_t mask = 0;
  for (int run = 0; run < 3; run++) {
    dvsk_f8 counts;
    memcpy(&counts, pixel + run * image->row_stride, sizeof counts);
    const dvsk_b8 truth = __builtin_convertvector(counts != 0.0f, dvsk_b8);
    mask |= (uint32_t)(__builtin_bit_cast(uint8_t, truth) & ((1 << length) - 1)) << (run * length);
  }
  return mask;
}

DVSK_INLINE float DVSK_NAME(count_at)(
  const dvsk_count_image *image, const float *pixel, int k, const int polarities)
{
  return pixel[k / (3 * polarities) * image->row_stride + k % (3 * polarities)];
}

DVSK_INLINE const float *DVSK_NAME(count_pixel)(
  const dvsk_count_image *image, ptrdiff_t step, ptrdiff_t row, ptrdiff_t column,
  const int polarities)
{
  return image->counts + step * image->step_stride + row * image->row_stride
    + column * polarities;
}

/// Computes `count` times 16 channels of one pixel's output.
DVSK_INLINE void DVSK_NAME(count_block)(
  const dvsk_count_image *image, const float *pixel, uint32_t mask, const float *weights,
  ptrdiff_t channels, float *to, const int count, const int polarities)
{
  dvsk_f16 total[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) total[i] = 0.0f;
  while (mask) {
    const int k = __builtin_ctz(mask);
    mask &= mask - 1;
    const dvsk_f16 value = DVSK_NAME(count_at)(image, pixel, k, polarities);
    const float *from = weights + k * channels;
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++)
      total[i] = DVSK_NAME(fma)(value, DVSK_NAME(load)(from + 16 * i), total[i]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) DVSK_NAME(store)(to + 16 * i, total[i]);
}

DVSK_INLINE void DVSK_NAME(count_forward_body)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *weights,
  ptrdiff_t channels, float *values, const int polarities)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
    const uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities);
    float *to = values + t * channels;
    ptrdiff_t first = 0;
    for (; channels - first >= 16 * DVSK_BLOCK; first += 16 * DVSK_BLOCK)
      DVSK_NAME(count_block)(
        image, pixel, mask, weights + first, channels, to + first, DVSK_BLOCK, polarities);
    for (; first < channels; first += 16)
      DVSK_NAME(count_block)(
        image, pixel, mask, weights + first, channels, to + first, 1, polarities);
  }
}

static void DVSK_NAME(count_forward)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *weights,
  ptrdiff_t channels, float *values)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_forward_body)(image, row, column, weights, channels, values, 2);
  else DVSK_NAME(count_forward_body)(image, row, column, weights, channels, values, 1);
}

/// Sums of products of the inputs of a neighbourhood, and of the inputs. Each run has eight lanes; those after its 3 P
/// inputs are never read.
typedef struct {
  dvsk_d8 products[18][3];
  dvsk_d8 sums[3];
} DVSK_NAME(moments);

DVSK_INLINE void DVSK_NAME(add_pixel_moments)(
  const dvsk_count_image *image, const float *pixel, DVSK_NAME(moments) *moments,
  const int polarities)
{
  uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities);
  if (!mask) return;
  dvsk_d8 runs[3];
#pragma clang loop unroll(full)
  for (int run = 0; run < 3; run++) {
    dvsk_f8 counts;
    memcpy(&counts, pixel + run * image->row_stride, sizeof counts);
    runs[run] = __builtin_convertvector(counts, dvsk_d8);
    moments->sums[run] += runs[run];
  }
  for (; mask; mask &= mask - 1) {
    const int k = __builtin_ctz(mask);
    const dvsk_d8 value = (double)DVSK_NAME(count_at)(image, pixel, k, polarities);
#pragma clang loop unroll(full)
    for (int run = 0; run < 3; run++) moments->products[k][run] += value * runs[run];
  }
}

/// Whether any count is not zero in the neighbourhoods of eight pixels from `pixel` on, which must be within the row.
DVSK_INLINE int DVSK_NAME(has_nearby_counts)(
  const dvsk_count_image *image, const float *pixel, const int polarities)
{
  dvsk_i16 any = 0;
#pragma clang loop unroll(full)
  for (int row = 0; row < 3; row++) {
    const float *from = pixel + row * image->row_stride;
    if (polarities == 2) {
      dvsk_i16 first, last;
      memcpy(&first, from, sizeof first);
      memcpy(&last, from + 4, sizeof last);
      any |= first | last;
    } else {
      dvsk_i8 first, last;
      memcpy(&first, from, sizeof first);
      memcpy(&last, from + 2, sizeof last);
      any |= __builtin_shufflevector(first, last, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
  }
  return __builtin_reduce_or(any) != 0;
}

/// The sums are exact in any order, since counts are integers.
DVSK_INLINE void DVSK_NAME(count_moments_body)(
  const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row, ptrdiff_t row_count,
  ptrdiff_t group_stride, double *moments, const int polarities)
{
  const int length = 3 * polarities, inputs = 3 * length;
  DVSK_NAME(moments) total = {0};
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    for (ptrdiff_t row = first_row; row < first_row + row_count; row++) {
      ptrdiff_t column = 0;
      while (column < width) {
        const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
        if (column + 8 <= width && !DVSK_NAME(has_nearby_counts)(image, pixel, polarities)) {
          column += 8;
          continue;
        }
        const ptrdiff_t end = column + 8 < width ? column + 8 : width;
        for (; column < end; column++, pixel += polarities)
          DVSK_NAME(add_pixel_moments)(image, pixel, &total, polarities);
      }
    }
    if (!group_stride && t < image->step_count - 1) continue;
    double *sums = moments + t * group_stride;
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++)
        sums[i * inputs + j] += total.products[i][j / length][j % length];
      sums[inputs * inputs + i] += total.sums[i / length][i % length];
    }
    memset(&total, 0, sizeof total);
  }
}

static void DVSK_NAME(count_moments)(
  const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row, ptrdiff_t row_count,
  ptrdiff_t group_stride, double *moments)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_moments_body)(image, width, first_row, row_count, group_stride, moments, 2);
  else DVSK_NAME(count_moments_body)(image, width, first_row, row_count, group_stride, moments, 1);
}

DVSK_INLINE void DVSK_NAME(count_weight_gradient_body)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *gradient,
  ptrdiff_t channels, float *weights, const int polarities)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
    const float *from = gradient + t * channels;
    for (uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities); mask; mask &= mask - 1) {
      const int k = __builtin_ctz(mask);
      const dvsk_f16 value = DVSK_NAME(count_at)(image, pixel, k, polarities);
      float *to = weights + k * channels;
      for (ptrdiff_t c = 0; c < channels; c += 16)
        DVSK_NAME(store)(
          to + c,
          DVSK_NAME(fma)(value, DVSK_NAME(load)(from + c), DVSK_NAME(load)(to + c)));
    }
  }
}

static void DVSK_NAME(count_weight_gradient)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *gradient,
  ptrdiff_t channels, float *weights)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_weight_gradient_body)(image, row, column, gradient, channels, weights, 2);
  else DVSK_NAME(count_weight_gradient_body)(image, row, column, gradient, channels, weights, 1);
}
